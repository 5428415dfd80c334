"""Addresses worth keeping: Zonos keeps what is sent once for good.

Needs the extra ``addresses``. :func:`tidy` writes an address as people of its country
do; :func:`review` says what of it is likely wrong. Both are advice: neither raises for
any :class:`~flask_zonos.Location`, and neither invents anything.
"""

from __future__ import annotations

try:
    from .reviewing import Finding
    from .reviewing import review
    from .tidying import tidy
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"flask_zonos.addresses needs {error.name}: pip install flask-zonos[addresses]",
        name=error.name,
    ) from None

__all__ = ["Finding", "review", "tidy"]
