"""Amounts as their currency writes them, for a person to read."""

from __future__ import annotations

from decimal import Decimal

from . import codes

#: ISO 4217's digits after the point, where they are not two.
_DIGITS = {
    **dict.fromkeys("BIF BYR CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX".split(), 0),
    **dict.fromkeys("VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    "CLF": 4,
}
#: In Zonos's list of currencies, but without such digits: metals and the like.
_NO_DIGITS = frozenset({"BTC", "XAG", "XAU", "XDR"})


def written(amount: Decimal, currency_code: str) -> str:
    """The amount with its currency: ``14.90 EUR``, ``1200 JPY``.

    Nothing is rounded: what has more digits than its currency keeps them.
    """
    known = currency_code in codes.CURRENCY_CODES - _NO_DIGITS
    digits = _DIGITS.get(currency_code, 2) if known else 0
    exact = f"{amount.normalize():f}"
    _, _, fraction = exact.partition(".")
    number = f"{amount:.{digits}f}" if len(fraction) <= digits else exact
    return f"{number} {currency_code}"
