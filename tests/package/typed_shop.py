"""A typed shop, as a user of the extension writes it: strict mypy and pyright pass.

Nothing here is run; ``assert_type`` says what each value has to be for both.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from datetime import UTC
from decimal import Decimal
from typing import Any
from typing import assert_type

from flask_zonos import APIError
from flask_zonos import Cart
from flask_zonos import CartItem
from flask_zonos import CustomerProfile
from flask_zonos import InvalidInput
from flask_zonos import InventoryItem
from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos import OrderItem
from flask_zonos import ProfileSent
from flask_zonos import Recognition
from flask_zonos import Zonos
from flask_zonos import ZonosClient

zonos = Zonos()


class User:
    customer_id: str
    email: str


@zonos.cart_loader
def current_cart(request_data: dict[str, Any]) -> Cart:
    item = CartItem(amount=Decimal("24.90"), currency_code="EUR", quantity=2)
    return Cart(items=[item], metadata={"basket": "17"})


@zonos.customer_loader
def customer_for(user: User) -> CustomerProfile | None:
    return CustomerProfile(customer_id=user.customer_id, email=user.email)


@zonos.order_handler
def on_order(order: Order, event: OrderEvent) -> None:
    assert_type(order.customer_id, str | None)
    assert_type(order.items, tuple[OrderItem, ...])
    assert_type(event.source, str)


@zonos.inventory_checker
async def in_stock(items: Sequence[InventoryItem]) -> str | None:
    return next((f"{item.sku} is sold out" for item in items if item.quantity), None)


@zonos.profile_sent_handler
def on_sent(record: ProfileSent) -> None:
    assert_type(record.locations, tuple[str, ...])


@zonos.sent_locations
def sent(customer_id: str) -> set[str]:
    return {customer_id}


@zonos.cart_created_handler
def on_cart(cart_id: str, cart: Cart, recognition: Recognition) -> None:
    assert_type(recognition.reason, str | None)


# A decorated function keeps its own type.
assert_type(customer_for(User()), CustomerProfile | None)


def open_by_hand() -> str:
    client = assert_type(zonos.client, ZonosClient)
    try:
        cart = client.create_cart(current_cart({}))
    except InvalidInput as error:
        return assert_type(error.field, str)
    except APIError as error:
        assert_type(error.status, int | None)
        return assert_type(error.request_id, str | None) or "no id"
    now = datetime.now(UTC)
    for order in client.orders(between=(now, now)):
        assert_type(order, Order)
    assert_type(client.get_order("order_1"), Order | None)
    return assert_type(cart.id, str)
