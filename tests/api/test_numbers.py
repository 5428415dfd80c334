"""Money is Decimal on our side and a JSON number of equal value on the wire."""

from __future__ import annotations

import decimal
import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies

from flask_zonos import InvalidInput
from flask_zonos.api.validators import json_number


@pytest.mark.parametrize(
    ("amount", "sent"),
    [
        *[("24.90", "24.9"), ("24.00", "24"), ("-5", "-5"), ("-0", "0")],
        *[("1E+2", "100"), ("9007199254740991", "9007199254740991")],
        # Decimals that were made of a float.
        *[(Decimal(19.99), "19.99"), (Decimal(2.0**60), "1152921504606846976")],
    ],
)
def test_an_amount_travels_as_a_number_of_equal_value(
    amount: str | Decimal, sent: str
) -> None:
    assert json.dumps(json_number(Decimal(amount), "amount")) == sent


@pytest.mark.parametrize(
    "amount",
    [
        *["NaN", "sNaN", "Infinity", "9007199254740993", "1E+999999", "1E-999999"],
        # Three times Decimal(19.99), rounded to Python's 28 digits.
        "59.96999999999999531041708542",
    ],
)
def test_what_no_double_can_hold_is_refused(amount: str) -> None:
    with pytest.raises(InvalidInput, match=r"^amount: .*Decimal\(str\(price\)"):
        json_number(Decimal(amount), "amount")


def test_the_shops_own_decimal_context_does_not_matter() -> None:
    strict = decimal.Context(prec=3, traps=[decimal.Inexact, decimal.Rounded])
    with decimal.localcontext(strict):
        assert json_number(Decimal("1234.56"), "amount") == 1234.56
        assert json_number(Decimal("123456"), "amount") == 123456
        with pytest.raises(InvalidInput):
            json_number(Decimal("9007199254740993"), "amount")


@given(strategies.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_every_ordinary_price_is_accepted_and_of_equal_value(amount: Decimal) -> None:
    sent = json.dumps(json_number(amount, "amount"))
    assert Decimal(sent) == amount


@given(strategies.decimals(allow_nan=False, allow_infinity=False))
def test_what_is_accepted_comes_back_as_the_same_decimal(amount: Decimal) -> None:
    with suppress(InvalidInput):
        sent = json.loads(json.dumps(json_number(amount, "amount")))
        assert amount in (Decimal(repr(sent)), Decimal(sent))
