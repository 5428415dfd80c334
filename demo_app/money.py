"""Prices: whole øre, cents or yen in the database, ``Decimal`` outside.

A float never holds a price here, and SQLite is never asked to round one.
"""

from __future__ import annotations

from decimal import Decimal
from decimal import ROUND_HALF_EVEN

CURRENCY = "DKK"

_DECIMALS = {"ISK": 0, "JPY": 0, "KRW": 0, "BHD": 3, "KWD": 3, "TND": 3}


def decimals(currency_code: str) -> int:
    """Return how many decimals the currency has: 2 for DKK, 0 for JPY."""
    return _DECIMALS.get(currency_code, 2)


def to_minor(amount: Decimal, currency_code: str) -> int:
    """Return the amount as a whole number of øre, cents or yen."""
    scaled = amount.scaleb(decimals(currency_code))
    return int(scaled.to_integral_value(rounding=ROUND_HALF_EVEN))


def to_major(minor: int, currency_code: str) -> Decimal:
    """Return the amount in kroner, dollars or yen, exactly."""
    return Decimal(minor).scaleb(-decimals(currency_code))


def format_money(minor: int, currency_code: str, language: str) -> str:
    """Return the amount as a shopper reads it: ``DKK 1,495`` or ``1.495 kr.``"""
    amount = to_major(minor, currency_code)
    whole = amount == amount.to_integral_value()
    number = f"{amount:,.{0 if whole else decimals(currency_code)}f}"
    if language == "da":
        number = number.translate(str.maketrans(",.", ".,"))
        unit = "kr." if currency_code == "DKK" else currency_code
        return f"{number}\N{NO-BREAK SPACE}{unit}"
    return f"{currency_code}\N{NO-BREAK SPACE}{number}"
