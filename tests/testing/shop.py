"""A shop in one file, for the tests beside it: what a shop would write itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Flask
from flask import session
from flask_login import LoginManager
from flask_login import UserMixin

from flask_zonos import Cart
from flask_zonos import CartItem
from flask_zonos import CustomerProfile
from flask_zonos import Location
from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos import Zonos

zonos = Zonos()
login_manager = LoginManager()


class Shopper(UserMixin):  # type: ignore[misc]
    def __init__(self, id: str, customer_id: str, name: str) -> None:
        self.id = id
        self.customer_id = customer_id
        self.name = name


SHOPPERS = {
    "1": Shopper("1", "customer-anna", "Anna Andersen"),
    "2": Shopper("2", "customer-bo", "Bo Berg"),
}


login_manager.user_loader(SHOPPERS.get)


@zonos.cart_loader
def current_cart(request_data: dict[str, Any]) -> Cart:
    quantity = session.get("cups", 1)
    cup = CartItem(
        amount=Decimal("24.90"), currency_code="EUR", quantity=quantity, sku="cup"
    )
    return Cart(items=[cup])


@zonos.customer_loader
def customer_for(user: Shopper) -> CustomerProfile:
    home = Location(
        name=user.name,
        line1="Nørregade 1",
        locality="Aarhus",
        administrative_area="",
        postal_code="8000",
        country_code="DK",
    )
    return CustomerProfile(
        customer_id=user.customer_id,
        email=f"{user.id}@example.com",
        name=user.name,
        locations=[home],
    )


@zonos.order_handler
def on_order(order: Order, event: OrderEvent) -> None:
    pass  # a shop stores it here, once


def create_app(settings: dict[str, Any]) -> Flask:
    app = Flask(__name__)
    app.config.update(settings, SECRET_KEY="test", TESTING=True)
    login_manager.init_app(app)
    zonos.init_app(app)
    return app
