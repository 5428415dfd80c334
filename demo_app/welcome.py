"""The basket's greeting of a signed-in shopper, from the shop's own data.

What Zonos keeps of a shopper, no shop can ask. It knows its own orders: one that was
paid at Zonos under this account's ``customer_id`` has left a profile there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_login import current_user
from sqlalchemy import select

from .models import db
from .models import Order

UNFINISHED = ("PAYMENT_PENDING", "PAYMENT_FAILED")


@dataclass(frozen=True)
class Welcome:
    """The shop's own data of the signed-in shopper.

    :ivar last_order_at: when they last ordered here, in whichever checkout.
    :ivar known_at_zonos: whether they have ordered through Zonos Checkout.
    :ivar offers_addresses: whether there are addresses that Zonos is given.
    """

    last_order_at: datetime | None
    known_at_zonos: bool
    offers_addresses: bool


def welcome() -> Welcome | None:
    """Return what is known of who is signed in; ``None`` for a guest."""
    if not current_user.is_authenticated:
        return None
    orders = db.session.execute(
        select(Order.created_at, Order.cart_id)
        .where(
            Order.customer_id == current_user.customer_id,
            Order.status.not_in(UNFINISHED),
        )
        .order_by(Order.created_at.desc())
    ).all()
    return Welcome(
        last_order_at=orders[0].created_at if orders else None,
        # Orders of the shop's own checkout come from no cart at Zonos.
        known_at_zonos=any(order.cart_id is not None for order in orders),
        offers_addresses=bool(current_user.addresses_abroad),
    )
