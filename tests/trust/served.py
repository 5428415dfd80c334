"""The shop as servers load it; with a checkout before they fork, where it is asked for.

``SHOP_UPSTREAM`` is the upstream's address.
"""

from __future__ import annotations

import os

from ..support.customers_shop import create_shop
from ..support.customers_shop import signed_in

app = create_shop(os.environ["SHOP_UPSTREAM"])

if "SHOP_WARM" in os.environ:
    # Threads and connections that the forked workers must not take for theirs.
    assert signed_in(app).post("/zonos/cart-info").status_code == 200
