"""A cart is checked before anything is sent: each field, and money above all."""

from __future__ import annotations

import decimal
import json
import re
from dataclasses import asdict
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from datetime import UTC
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from babel.support import LazyProxy
from hypothesis import given
from hypothesis import strategies
from werkzeug.local import LocalProxy

from flask_zonos import Cart
from flask_zonos import CartAdjustment
from flask_zonos import InvalidInput
from flask_zonos import ItemComposition
from flask_zonos import ItemMeasurement
from flask_zonos.api.serializers import cart_input
from flask_zonos.api.validators import json_number

from ..support.samples import cart
from ..support.samples import item

LINE = {"amount": 24.9, "currencyCode": "EUR", "quantity": 2, "sku": "mug"}
WEIGHT = ItemMeasurement(
    type="WEIGHT", unit_of_measure="GRAM", value=Decimal(250), applies_to="ITEM"
)
STEEL = ItemComposition(
    material="steel",
    percentage=Decimal("12.5"),
    country_of_cast="SE",
    country_of_melt_and_pour="NO",
    primary_country_of_smelt="FI",
    secondary_country_of_smelt="IS",
)
DISCOUNT = CartAdjustment(
    amount=Decimal(-5),
    currency_code="DKK",
    type="PROMO_CODE",
    description="Welcome",
    product_id="p2",
    sku="spoon",
)
MUG: dict[str, Any] = {
    "amount": Decimal("24.5"),
    "currency_code": "EUR",
    "quantity": 2,
    "sku": "mug",
    "product_id": "p1",
    "name": "Mug",
    "description": "A mug",
    "image_url": "https://shop.example/mug.png",
    "hs_code": "691110",
    "hs_code_source": "USER_PROVIDED",
    "country_of_origin": "DK",
    "province_of_origin": "84",
    "item_type": "PHYSICAL_GOOD",
    "duty_tax_fee_configuration": "EXCLUDE_TAX",
    "reference_id": "r1",
    "root_id": "r0",
    "categories": ["kitchen", "gifts"],
}


FULL_ITEM = item(
    **MUG,
    attributes={"color": "blue"},
    metadata={"line": "1"},
    measurements=[WEIGHT],
    product_composition=[STEEL],
)
FULL_CART = cart(
    item(),
    FULL_ITEM,
    adjustments=[DISCOUNT],
    # A key that speaks of customers, and is not the one that is refused.
    metadata={"customerIdea": "7"},
    expires_at=datetime(2030, 1, 1, 13, tzinfo=timezone(timedelta(hours=1))),
)


def camel(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields under the schema's names."""
    return {
        re.sub("_(.)", lambda m: m[1].upper(), name): fields[name] for name in fields
    }


def test_every_field_has_its_place_in_the_schema_and_what_was_not_given_has_none() -> (
    None
):
    assert cart_input(FULL_CART, expires_at=datetime.now(UTC)) == {
        "items": [
            LINE,
            {
                **camel(MUG),
                "attributes": [{"key": "color", "value": "blue"}],
                "metadata": [{"key": "line", "value": "1"}],
                "measurements": [camel(asdict(WEIGHT))],
                "productComposition": [camel(asdict(STEEL))],
            },
        ],
        "adjustments": [camel(asdict(DISCOUNT))],
        "metadata": [{"key": "customerIdea", "value": "7"}],
        "expiresAt": "2030-01-01T12:00:00Z",
    }


def refusal(given: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        cart_input(given)
    return caught.value


def with_item(**changes: Any) -> Cart:
    """A cart whose second item is so."""
    return cart(item(), item(**changes))


def with_adjustment(**changes: Any) -> Cart:
    return cart(adjustments=[replace(DISCOUNT, **changes)])


@pytest.mark.parametrize(
    ("field", "given"),
    [
        *[("items[1].amount", with_item(amount=odd)) for odd in (24.9, "24.90", None)],
        *[("items[1].quantity", with_item(quantity=odd)) for odd in (0, 2**31)],
        *[("items[1].quantity", with_item(quantity=odd)) for odd in (True, 1.0)],
        *[("items[1].sku", with_item(sku=odd)) for odd in ("", None, ["Agatha"])],
        ("items[1].currency_code", with_item(currency_code="eur")),
        ("items[1].product_id", with_item(product_id=None)),
        ("items[0]", cart({"sku": "mug"})),  # type: ignore[arg-type]
        ("items", Cart(items=())),
        ("cart.items", Cart(items=(each for each in [item()]))),  # type: ignore[arg-type]
        ("cart", None),
        ("adjustments", cart(adjustments=None)),
        ("adjustments[0]", cart(adjustments=[Decimal(5)])),
        ("adjustments[0].amount", with_adjustment(amount=5.0)),
        *[("adjustments[0].type", with_adjustment(type=odd)) for odd in ("CUT", None)],
        ("adjustments[0].currency_code", with_adjustment(currency_code="")),
        ("expires_at", cart(expires_at=datetime(2030, 1, 1))),
        ("expires_at", cart(expires_at="2030-01-01")),
        ("id", cart(id=7)),
    ],
)
def test_what_the_schema_would_refuse_is_refused_without_telling_its_value(
    field: str, given: Any
) -> None:
    error = refusal(given)
    assert error.field == field
    assert "Agatha" not in str(error)


def _failing() -> str:
    raise KeyError("a translation's placeholder")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country_of_origin", "UK"),
        *[("item_type", "physical"), ("hs_code_source", "me")],
        ("duty_tax_fee_configuration", "EXCLUDE"),
        *[("name", 7), ("name", "half \ud83d"), ("name", LazyProxy(_failing))],
        ("categories", "kitchen"),
        *[("attributes", None), ("metadata (a key)", {None: "b"})],
        ("measurements[0]", [{"type": "WEIGHT"}]),
        ("measurements[0].unit_of_measure", [replace(WEIGHT, unit_of_measure="STONE")]),
        ("measurements", [WEIGHT, replace(WEIGHT, type="TOTAL_WEIGHT")]),
        ("product_composition[0]", ["steel"]),
        (
            "product_composition[0].country_of_cast",
            [replace(STEEL, country_of_cast="UK")],
        ),
    ],
    ids=range(15),
)
def test_an_optional_field_that_does_not_fit_is_left_out_with_a_warning(
    field: str, value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    name = re.split(r"\W", field)[0]
    assert cart_input(cart(item(**{name: value})))["items"] == [LINE]
    (record,) = caplog.records
    assert f" items[0].{field}: " in record.getMessage()


def test_what_fits_of_a_list_or_a_mapping_stays() -> None:
    given = item(
        categories=["kitchen", None],
        measurements=["heavy", replace(WEIGHT, type="LENGTH")],
        attributes={"size": 42, "colour": True, "fabric": "wool", 8: "b"},
    )

    sent = cart_input(cart(given, metadata={"basket": None, "season": "2"}))

    (line,) = sent["items"]
    assert line["categories"] == ["kitchen"]
    assert [found["type"] for found in line["measurements"]] == ["LENGTH"]
    attributes = {found["key"]: found["value"] for found in line["attributes"]}
    assert attributes == {"size": "42", "fabric": "wool", "8": "b"}
    assert sent["metadata"] == [{"key": "season", "value": "2"}]


@pytest.mark.parametrize("key", ["customerId", "CUSTOMER_ID", " customer.id "])
def test_the_customer_id_is_refused_in_the_metadata_in_any_spelling(key: str) -> None:
    error = refusal(cart(metadata={"customerIdea": "blue", key: "1234567"}))
    assert error.field == "metadata"
    assert "CustomerProfile.customer_id" in str(error)
    assert "1234567" not in str(error)


def test_a_proxy_and_an_enum_member_become_plain_values() -> None:
    class Country(str, Enum):  # noqa: UP042 (a StrEnum shows its value anyway)
        DENMARK = "DK"

    given = item(
        sku=LocalProxy(lambda: "mug"),
        quantity=LocalProxy(lambda: 2),
        amount=LocalProxy(lambda: Decimal("24.90")),
        country_of_origin=Country.DENMARK,
    )
    (line,) = cart_input(cart(given))["items"]
    assert line == {**LINE, "countryOfOrigin": "DK"}
    assert {type(value) for value in line.values()} == {str, int, float}


@pytest.mark.parametrize(
    ("amount", "sent"),
    [
        *[("-0", "0"), ("1E+2", "100"), ("9007199254740991", "9007199254740991")],
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


@given(strategies.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_every_price_is_sent_as_an_equal_value_in_any_decimal_context_of_the_shops(
    amount: Decimal,
) -> None:
    strict = decimal.Context(prec=3, traps=[decimal.Inexact, decimal.Rounded])
    with decimal.localcontext(strict):
        sent = json.dumps(json_number(amount, "amount"))
    assert Decimal(sent) == amount
