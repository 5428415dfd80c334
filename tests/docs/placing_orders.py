"""Orders for the pages' shops, placed at a shop beside them."""

from __future__ import annotations

from flask_zonos.sandbox import Sandbox
from flask_zonos.testing.shopper import Shopper

from ..testing.shop import make_shop
from ..testing.shop import User


def place_order(sandbox: Sandbox, signed_in: bool = True) -> str:
    """The id of a new order at the sandbox, of which no shop has been told."""
    shop = make_shop(sandbox.settings, DEBUG=True)
    shopper = Shopper(sandbox, shop.app.test_client())
    if signed_in:
        shopper.sign_in(User("1"))
    return shopper.pay(shopper.open(shopper.press()))
