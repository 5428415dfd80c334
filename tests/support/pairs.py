"""A checkout opened by itself, without a shop around it."""

from __future__ import annotations

from flask_zonos import ZonosClient
from flask_zonos.checkout import Checkout
from flask_zonos.checkout import open_checkout
from flask_zonos.checkout import Shopper

from .samples import cart
from .samples import profile_variables
from .upstream import PATIENCE


def pair(
    client: ZonosClient, *, deadline: float = PATIENCE, grace: float = PATIENCE
) -> Checkout:
    return open_checkout(
        client,
        client.cart_variables(cart()),
        Shopper(profile_variables(), {"customerZip": "V6E1M7"}),
        deadline=deadline,
        profile_grace=grace,
    )
