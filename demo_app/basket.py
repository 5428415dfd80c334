"""The basket: kept on the server, found by the session or by the account.

The browser never sends a price or a total; it says which product and how many.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import session
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy import update

from .models import Basket
from .models import BasketLine
from .models import db
from .models import Shopper
from .models import Variant
from .models import ZonosCart

MOST_OF_ONE = 20


def find_basket() -> Basket | None:
    """Return the shopper's basket, or ``None`` where nothing was ever put in."""
    query = select(Basket)
    if current_user.is_authenticated:
        return db.session.scalar(query.where(Basket.shopper_id == current_user.id))
    token = session.get("basket")
    if token is None:
        return None
    return db.session.scalar(
        query.where(Basket.token == token, Basket.shopper_id.is_(None))
    )


def basket_count() -> int:
    """Return how many things lie in the shopper's basket."""
    basket = find_basket()
    return sum(line.quantity for line in basket.lines) if basket else 0


def open_basket() -> Basket:
    """Return the shopper's basket, a new one if need be."""
    basket = find_basket()
    if basket is None:
        basket = Basket()
        if current_user.is_authenticated:
            basket.shopper_id = current_user.id
        db.session.add(basket)
        db.session.flush()
        if not current_user.is_authenticated:
            session["basket"] = basket.token
    return basket


def limit_of(variant: Variant) -> int:
    """Return how many of a variant a basket may hold."""
    return max(0, min(variant.stock, MOST_OF_ONE))


def put(basket: Basket, variant: Variant, quantity: int) -> int:
    """Set how many of a variant the basket holds; return how many it then does.

    Never more than there are, nor more than ``MOST_OF_ONE``; 0 takes the line out.
    """
    quantity = max(0, min(quantity, limit_of(variant)))
    line = next((one for one in basket.lines if one.variant_id == variant.id), None)
    if line is not None and quantity == 0:
        basket.lines.remove(line)
    elif line is not None:
        line.quantity = quantity
    elif quantity:
        basket.lines.append(BasketLine(variant=variant, quantity=quantity))
    return quantity


def hand_over(shopper: Shopper) -> None:
    """Give the guest's basket of this session to the account that just signed in."""
    token = session.pop("basket", None)
    if token is None:
        return
    guest = db.session.scalar(
        select(Basket).where(Basket.token == token, Basket.shopper_id.is_(None))
    )
    if guest is None:
        return
    own = db.session.scalar(select(Basket).where(Basket.shopper_id == shopper.id))
    if own is None:
        guest.shopper_id = shopper.id
    else:
        held = {line.variant_id: line.quantity for line in own.lines}
        for line in guest.lines:
            put(own, line.variant, held.get(line.variant_id, 0) + line.quantity)
        # A checkout that the guest opened must still find the basket it came from.
        db.session.execute(
            update(ZonosCart)
            .where(ZonosCart.basket_id == guest.id)
            .values(basket_id=own.id)
        )
        db.session.delete(guest)
    db.session.commit()


def take_out(cart_id: str | None, bought: Iterable[tuple[str, int]]) -> None:
    """Take what was bought, as (sku, quantity), out of the basket of a Zonos cart.

    What was put in after the checkout had opened stays.
    """
    basket = db.session.scalar(
        select(Basket)
        .join(ZonosCart, ZonosCart.basket_id == Basket.id)
        .where(ZonosCart.cart_id == cart_id)
    )
    if basket is None:
        return
    quantities = dict(bought)
    for line in list(basket.lines):
        line.quantity -= quantities.get(line.variant.sku, 0)
        if line.quantity <= 0:
            basket.lines.remove(line)
