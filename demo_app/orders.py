"""Storing orders, each once: those paid at Zonos and those of the own checkout."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from datetime import UTC
from decimal import Decimal
from typing import Any

from flask_login import current_user
from sqlalchemy import delete
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from flask_zonos import Order as ZonosOrder

from .basket import take_out
from .language import current_language
from .models import Basket
from .models import BasketLine
from .models import db
from .models import Order
from .models import OrderLine
from .models import ShopTotal
from .models import Variant
from .stock import held_by
from .stock import move

SHIPPING = Decimal(49)
FREE_SHIPPING_FROM = Decimal(600)


class OutOfStock(Exception):
    """Somebody else bought the last one first."""


def store_zonos_order(order: ZonosOrder) -> Order:
    """Return the stored order as Zonos now has it.

    The row goes in first and its unique key decides: of a webhook, the page's hint and
    a sync that meet here, one inserts and the others update. The basket changes in
    the inserting transaction alone, the stock with each change of the order.
    """
    row = Order(
        public_id=order.id,
        cart_id=order.cart_id,
        created_at=_utc(order.created_at),
        lines=_lines_of(order),
        **_columns_of(order),
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        return _update(order)
    move(Counter(), held_by(row.status, row.lines))
    take_out(order.cart_id, [(item.sku, item.quantity) for item in order.items])
    db.session.commit()
    return row


def _columns_of(order: ZonosOrder) -> dict[str, Any]:
    """The fields of an order that may change after it was placed."""
    sums = order.amount_subtotals
    return {
        "customer_id": order.customer_id,
        "status": order.status,
        "currency_code": order.currency_code,
        "items_total": sums.items,
        "shipping": sums.shipping,
        "duties": sums.duties,
        "taxes": sums.taxes,
        "fees": sums.fees,
        "discounts": abs(sums.discounts),
        "total": sums.total,
        "shop_total": _shop_total(order),
        "tracking_numbers": list(order.tracking_numbers),
        "ship_to": _destination(order),
        "updated_at": _utc(order.updated_at),
    }


def _shop_total(order: ZonosOrder) -> ShopTotal | None:
    shop = order.shop_amounts
    if shop is None or shop.currency_code == order.currency_code:
        return None
    return ShopTotal(currency_code=shop.currency_code, amount=shop.total)


def _lines_of(order: ZonosOrder) -> list[OrderLine]:
    return [
        OrderLine(
            sku=item.sku,
            name=item.name or item.sku,
            quantity=item.quantity,
            amount=item.amount,
            currency_code=item.currency_code,
        )
        for item in order.items
    ]


def _facts(line: OrderLine) -> tuple[str, str, int, Decimal, str]:
    return line.sku, line.name, line.quantity, line.amount, line.currency_code


def _update(order: ZonosOrder) -> Order:
    """Bring the stored order up to date, unless it is newer than what is told."""
    mine = Order.public_id == order.id
    # The write comes before the reading, so that one change follows the other.
    newer = db.session.execute(
        update(Order)
        .where(mine, Order.updated_at <= _utc(order.updated_at))
        .values(updated_at=_utc(order.updated_at))
        .returning(Order.id)
    ).first()
    row = db.session.scalars(select(Order).where(mine)).one()
    if newer is not None:
        before = held_by(row.status, row.lines)
        columns = _columns_of(order)
        # An order that has come to somebody stays theirs.
        columns["customer_id"] = row.customer_id or order.customer_id
        for name, value in columns.items():
            setattr(row, name, value)
        lines = _lines_of(order)
        if list(map(_facts, lines)) != list(map(_facts, row.lines)):
            row.lines = lines
        move(before, held_by(row.status, row.lines))
    db.session.commit()
    return row


def _destination(order: ZonosOrder) -> dict[str, Any]:
    party = order.party("DESTINATION")
    if party is None:
        return {}
    names = (party.first_name, party.last_name)
    return {
        "name": " ".join(name for name in names if name),
        "line1": party.line1,
        "line2": party.line2,
        "locality": party.locality,
        "administrative_area": party.administrative_area,
        "postal_code": party.postal_code,
        "country_code": party.country_code,
    }


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def shipping_for(subtotal: Decimal) -> Decimal:
    """Return what the shop's own checkout asks for shipping, in kroner."""
    return Decimal(0) if subtotal >= FREE_SHIPPING_FROM else SHIPPING


def place_own_order(basket: Basket, ship_to: Mapping[str, Any]) -> Order | None:
    """Turn the basket into an order of the shop's own checkout.

    Taking the lines out comes first, so that a second click finds an empty basket and
    ``None`` is returned.

    :raises OutOfStock: nothing is ordered and the basket is as it was.
    """
    taken = db.session.execute(
        delete(BasketLine)
        .where(BasketLine.basket_id == basket.id)
        .returning(BasketLine.variant_id, BasketLine.quantity)
    ).all()
    if not taken:
        db.session.rollback()
        return None
    lines = []
    variants = [(db.session.get_one(Variant, id), count) for id, count in taken]
    # In one order everywhere, so that no two wait for each other.
    for variant, quantity in sorted(variants, key=lambda one: one[0].sku):
        left = db.session.execute(
            update(Variant)
            .where(Variant.id == variant.id, Variant.stock >= quantity)
            .values(stock=Variant.stock - quantity)
            .returning(Variant.id)
        ).first()
        if left is None:
            db.session.rollback()
            raise OutOfStock
        product = variant.product
        lines.append(
            OrderLine(
                sku=variant.sku,
                name=variant.name_in(current_language()),
                quantity=quantity,
                amount=product.price,
                currency_code=product.currency_code,
            )
        )
    items_total = sum((line.quantity * line.amount for line in lines), Decimal(0))
    shipping = shipping_for(items_total)
    order = Order(
        public_id=f"own_{secrets.token_urlsafe(16)}",
        customer_id=(
            current_user.customer_id if current_user.is_authenticated else None
        ),
        status="OPEN",
        currency_code=lines[0].currency_code,
        items_total=items_total,
        shipping=shipping,
        total=items_total + shipping,
        ship_to=dict(ship_to),
        lines=lines,
    )
    db.session.add(order)
    db.session.commit()
    return order
