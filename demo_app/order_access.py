"""Access to an order: its account, the browser that placed it, a signed link."""

from __future__ import annotations

from flask import current_app
from flask import session
from itsdangerous import BadSignature
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from .basket import find_basket
from .models import db
from .models import Order
from .models import ZonosCart
from .zonos import zonos

KEPT = 10
LINK_LASTS = 30 * 24 * 60 * 60


def remember_own_order(public_id: str) -> None:
    """Note in the signed session an order of the shop's own checkout."""
    session["own_orders"] = [*session.get("own_orders", []), public_id][-KEPT:]


def may_see(order: Order) -> bool:
    """Say whether the order is this shopper's to see.

    An order that names a customer belongs to that account alone; one that names none
    to the browser that placed it. An e-mail address decides nothing.
    """
    if order.customer_id is None and order.cart_id is None:
        return order.public_id in session.get("own_orders", [])
    return zonos.may_show(order)


def awaits_order() -> bool:
    """Say whether this shopper may have paid for an order that is not here yet."""
    basket = find_basket()
    if basket is None:
        return False
    open_carts = db.session.scalars(
        select(ZonosCart.cart_id)
        .outerjoin(Order, Order.cart_id == ZonosCart.cart_id)
        .where(ZonosCart.basket_id == basket.id, Order.id.is_(None))
    )
    return any(zonos.made_cart(cart_id) for cart_id in open_carts)


def sign(order: Order) -> str:
    """Return the key of a link that shows the order to whoever has it, for 30 days."""
    return _serializer().dumps(order.public_id)


def opens(order: Order, key: str | None) -> bool:
    """Say whether the key was made for this order and has not run out."""
    if not key:
        return False
    try:
        signed = _serializer().loads(key, max_age=LINK_LASTS)
    except BadSignature:
        return False
    return bool(signed == order.public_id)


def _serializer() -> URLSafeTimedSerializer:
    secret = current_app.secret_key
    assert secret is not None
    return URLSafeTimedSerializer(secret, salt="demo-shop-order-link")
