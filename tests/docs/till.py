"""A shop beside the pages' own, whose customers place orders for them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Flask
from flask_login import LoginManager
from flask_login import UserMixin

from flask_zonos import Cart
from flask_zonos import CartItem
from flask_zonos import CustomerProfile
from flask_zonos import Zonos
from flask_zonos.sandbox import Sandbox
from flask_zonos.testing.shopper import Shopper


class Customer(UserMixin):  # type: ignore[misc]
    id = "customer-1"


def place_order(sandbox: Sandbox, signed_in: bool = True) -> str:
    """The id of a new order at the sandbox, of which no shop has been told."""
    app = Flask("till")
    app.config.update(sandbox.settings, SECRET_KEY="for tests", DEBUG=True)
    LoginManager(app).user_loader(lambda user_id: Customer())
    zonos = Zonos(app)

    @zonos.cart_loader
    def cart(request_data: dict[str, Any]) -> Cart:
        cup = CartItem(
            sku="CUP-1", quantity=1, amount=Decimal("24.90"), currency_code="EUR"
        )
        return Cart(items=[cup])

    @zonos.customer_loader
    def customer(user: Customer) -> CustomerProfile:
        return CustomerProfile(customer_id=user.id, email="anna@example.com")

    shopper = Shopper(sandbox, app.test_client())
    if signed_in:
        shopper.sign_in(Customer())
    return shopper.pay(shopper.open(shopper.press()))
