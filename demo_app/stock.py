"""The stock, as orders come, change and are cancelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import update

from .models import db
from .models import OrderLine
from .models import Variant


def held_by(status: str, lines: Iterable[OrderLine]) -> Counter[str]:
    """Return how many of each SKU an order keeps off the shelf."""
    held: Counter[str] = Counter()
    if status != "CANCELED":
        for line in lines:
            held[line.sku] += line.quantity
    return held


def move(before: Counter[str], after: Counter[str]) -> None:
    """Let the stock follow an order that held ``before`` and now holds ``after``.

    It may fall below zero: what is paid for at Zonos is owed, be it there or not, and
    a cancelled order gives back just what it took.
    """
    # In one order everywhere, so that no two wait for each other.
    for sku in sorted(before.keys() | after.keys()):
        back = before[sku] - after[sku]
        if back:
            db.session.execute(
                update(Variant)
                .where(Variant.sku == sku)
                .values(stock=Variant.stock + back)
            )
