"""The shop as servers load it; with a checkout before they fork, where it is asked for.

``SHOP_UPSTREAM`` is the upstream's address.
"""

from __future__ import annotations

import os

import flask_zonos.api.session  # noqa: F401  else in the time of the first call

from ..support.shops import make_shop

_shop = make_shop(os.environ["SHOP_UPSTREAM"])
# As the environment says.
_shop.app.config.pop("ZONOS_PROFILE_GRACE")
app = _shop.app

if "SHOP_WARM" in os.environ:
    # Threads and connections that the forked workers must not take for theirs.
    assert _shop.click("warm").status_code == 200
