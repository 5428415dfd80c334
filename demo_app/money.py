"""Prices and sums: exact ``Decimal``s, also in the database."""

from __future__ import annotations

from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency
from babel.numbers import get_currency_precision
from sqlalchemy import Dialect
from sqlalchemy import String
from sqlalchemy import TypeDecorator

CURRENCY = "DKK"


class Exact(TypeDecorator[Decimal]):
    """A ``Decimal`` with all its digits, which SQLite's numbers would not keep."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(
        self, value: str | None, dialect: Dialect
    ) -> Decimal | None:
        return None if value is None else Decimal(value)


def format_money(amount: Decimal, currency_code: str, locale: Locale) -> str:
    """Return the amount as a shopper reads it: ``DKK 1,495.00``, ``1.495,00 kr.``

    Nothing is rounded: what has more digits than its currency keeps them.
    """
    # Babel puts no blank between a code and a number, as English wants it.
    pattern = "¤¤\N{NO-BREAK SPACE}#,##0.00" if locale.language == "en" else None
    # CLDR, unlike ISO 4217, has no smaller unit for forints, afghanis and others: right
    # for a whole amount, and two digits where an order has a fraction of one.
    customary = get_currency_precision(currency_code) > 0 or amount % 1 == 0
    return format_currency(
        amount,
        currency_code,
        pattern,
        locale=locale,
        currency_digits=customary,
        decimal_quantization=False,
    )
