"""Prices: whole øre, cents or yen in the database, ``Decimal`` outside.

A float never holds a price here, and SQLite is never asked to round one.
"""

from __future__ import annotations

from decimal import Decimal
from decimal import ROUND_HALF_EVEN

from babel import Locale
from babel.numbers import format_currency
from babel.numbers import get_currency_precision

CURRENCY = "DKK"


def to_minor(amount: Decimal, currency_code: str) -> int:
    """Return the amount as a whole number of øre, cents or yen."""
    scaled = amount.scaleb(get_currency_precision(currency_code))
    return int(scaled.to_integral_value(rounding=ROUND_HALF_EVEN))


def to_major(minor: int, currency_code: str) -> Decimal:
    """Return the amount in kroner, dollars or yen, exactly."""
    return Decimal(minor).scaleb(-get_currency_precision(currency_code))


def format_money(minor: int, currency_code: str, locale: Locale) -> str:
    """Return the amount as a shopper reads it: ``DKK 1,495.00``, ``1.495,00 kr.``"""
    # Babel puts no blank between a code and a number, as English wants it.
    pattern = "¤¤\N{NO-BREAK SPACE}#,##0.00" if locale.language == "en" else None
    return format_currency(
        to_major(minor, currency_code), currency_code, pattern, locale=locale
    )
