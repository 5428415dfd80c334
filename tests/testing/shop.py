"""A shop of cups, written as a shop would be; its database may be away."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from decimal import Decimal
from typing import Any

from flask import Flask
from flask_login import LoginManager
from flask_login import UserMixin

from flask_zonos import Cart
from flask_zonos import CartItem
from flask_zonos import CustomerProfile
from flask_zonos import InventoryItem
from flask_zonos import Location
from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos import Zonos


class User(UserMixin):  # type: ignore[misc]
    def __init__(self, id: str) -> None:
        self.id = id
        self.customer_id = f"customer-{id}"


@dataclass
class Shop:
    """The app; what its stock was asked; what its order handler raises."""

    app: Flask
    zonos: Zonos = field(default_factory=Zonos)
    asked: list[InventoryItem] = field(default_factory=list)
    trouble: Exception | None = None

    def in_stock(self, items: list[InventoryItem]) -> str | None:
        self.asked += items
        too_many = sum(item.quantity for item in items) > 2
        return "Only 2 cups are left." if too_many else None


def make_shop(settings: dict[str, Any], **config: Any) -> Shop:
    """A shop; the page says how many cups are bought."""
    app = Flask("shop")
    app.config.update(settings, SECRET_KEY="x", ZONOS_WEBHOOK_SECRET="s" * 40)
    app.config.update(config)
    LoginManager(app).user_loader(User)
    shop = Shop(app)

    @shop.zonos.cart_loader
    def current_cart(request_data: dict[str, Any]) -> Cart:
        cups = request_data.get("cups", 1)
        cup = CartItem(
            amount=Decimal("24.90"),
            currency_code="EUR",
            quantity=cups,
            sku="cup",
            name="A cup",
        )
        return Cart(items=[cup] if cups else [])

    @shop.zonos.customer_loader
    def customer_for(user: User) -> CustomerProfile:
        home = Location(
            name="Anna Andersen",
            line1="Nørregade 1",
            locality="Aarhus",
            administrative_area="",
            postal_code="8000",
            country_code="DK",
        )
        return CustomerProfile(
            customer_id=user.customer_id,
            email=f"{user.id}@example.com",
            locations=[home],
        )

    @shop.zonos.order_handler
    def store(order: Order, event: OrderEvent) -> None:
        if shop.trouble is not None:
            raise shop.trouble

    shop.zonos.init_app(app)
    return shop
