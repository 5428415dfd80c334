"""Who may see an order: its account, the browser that placed it, a signed link."""

from __future__ import annotations

import time

from flask import current_app
from flask import session
from flask_login import current_user
from itsdangerous import BadSignature
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from .models import db
from .models import Order

KEPT = 10
CART_AWAITED = 60 * 60
LINK_LASTS = 30 * 24 * 60 * 60


def remember_cart(cart_id: str) -> None:
    """Note in the signed session that this browser had the cart made."""
    made = [*session.get("zonos_carts", []), [cart_id, int(time.time())]]
    session["zonos_carts"] = made[-KEPT:]


def remember_own_order(public_id: str) -> None:
    """Note in the signed session an order of the shop's own checkout."""
    session["own_orders"] = [*session.get("own_orders", []), public_id][-KEPT:]


def may_see(order: Order) -> bool:
    """Say whether the order is this session's to see.

    An order that names a customer belongs to that account alone; one that names none
    to the browser session that made its cart. An e-mail address decides nothing.
    """
    if order.customer_id is not None:
        return bool(
            current_user.is_authenticated
            and current_user.customer_id == order.customer_id
        )
    if order.cart_id is not None:
        return order.cart_id in {cart_id for cart_id, _ in _carts()}
    return order.public_id in session.get("own_orders", [])


def awaits_order() -> bool:
    """Say whether this session may have paid for an order that is not here yet."""
    since = time.time() - CART_AWAITED
    open_carts = {cart_id for cart_id, made_at in _carts() if made_at > since}
    if not open_carts:
        return False
    here = db.session.scalars(
        select(Order.cart_id).where(Order.cart_id.in_(open_carts))
    )
    return bool(open_carts - set(here))


def _carts() -> list[tuple[str, int]]:
    return [(cart_id, made_at) for cart_id, made_at in session.get("zonos_carts", [])]


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
