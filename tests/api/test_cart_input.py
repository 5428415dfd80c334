"""A cart is checked before anything is sent, and the error names the field."""

from __future__ import annotations

import re
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from datetime import UTC
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from babel.support import LazyProxy
from werkzeug.local import LocalProxy

from flask_zonos import Cart
from flask_zonos import CartAdjustment
from flask_zonos import InvalidInput
from flask_zonos import ItemComposition
from flask_zonos import ItemMeasurement
from flask_zonos.api.serializers import cart_input

from ..support.samples import cart
from ..support.samples import item

WEIGHT: dict[str, Any] = {
    "type": "WEIGHT",
    "unit_of_measure": "GRAM",
    "value": Decimal(250),
}
STEEL: dict[str, Any] = {
    "material": "steel",
    "percentage": Decimal("12.5"),
    "country_of_cast": "SE",
    "country_of_melt_and_pour": "NO",
    "primary_country_of_smelt": "FI",
    "secondary_country_of_smelt": "IS",
}
DISCOUNT: dict[str, Any] = {
    "amount": Decimal(-5),
    "currency_code": "DKK",
    "type": "PROMO_CODE",
    "description": "Welcome",
    "product_id": "p2",
    "sku": "spoon",
}
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


def refusal(given: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        cart_input(given)
    return caught.value


def measurement(**changes: Any) -> ItemMeasurement:
    return ItemMeasurement(**WEIGHT | changes)


def adjustment(**changes: Any) -> CartAdjustment:
    return CartAdjustment(**DISCOUNT | changes)


def camel(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields under the schema's names."""
    return {
        re.sub("_(.)", lambda m: m[1].upper(), name): fields[name] for name in fields
    }


def test_a_small_cart_is_sent_as_it_is_and_without_what_was_not_given() -> None:
    line = {"amount": 24.9, "currencyCode": "EUR", "quantity": 2, "sku": "mug"}
    assert cart_input(cart()) == {"items": [line]}


def test_every_field_has_its_place_in_the_schema() -> None:
    whole = item(
        **MUG,
        attributes={"color": "blue"},
        metadata={"line": "1"},
        measurements=[measurement(applies_to="ITEM")],
        product_composition=[ItemComposition(**STEEL)],
    )
    given = cart(
        whole,
        adjustments=[adjustment()],
        metadata={"basket": "7"},
        expires_at=datetime(2030, 1, 1, 13, tzinfo=timezone(timedelta(hours=1))),
    )

    assert cart_input(given) == {
        "items": [
            {
                **camel(MUG),
                "attributes": [{"key": "color", "value": "blue"}],
                "metadata": [{"key": "line", "value": "1"}],
                "measurements": [camel(WEIGHT | {"applies_to": "ITEM"})],
                "productComposition": [camel(STEEL)],
            }
        ],
        "adjustments": [camel(DISCOUNT)],
        "metadata": [{"key": "basket", "value": "7"}],
        "expiresAt": "2030-01-01T12:00:00Z",
    }


def test_a_cart_expires_as_told_unless_it_says_so_itself() -> None:
    told = datetime(2030, 1, 1, tzinfo=UTC)
    own = datetime(2031, 1, 1, tzinfo=UTC)
    sent = [cart_input(cart(expires_at=at), expires_at=told) for at in (None, own)]
    assert [each["expiresAt"][:4] for each in sent] == ["2030", "2031"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("amount", value) for value in (24.9, "24.90", 24, None)],
        *[("quantity", value) for value in (0, -1, 2**31, True, 1.0, "1")],
        *[("sku", value) for value in ("", None, 7)],
        ("product_id", None),
        *[("currency_code", value) for value in ("eur", "EURO", None)],
    ],
)
def test_an_item_that_the_schema_would_refuse_is_refused(
    field: str, value: Any
) -> None:
    assert refusal(cart(item(**{field: value}))).field == f"items[0].{field}"
    error = refusal(cart(item(), item(**{field: value})))
    assert error.field == f"items[1].{field}"


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("items[0]", cart({"sku": "mug"})),  # type: ignore[arg-type]
        ("items", Cart(items=())),
        ("cart.items", Cart(items=None)),  # type: ignore[arg-type]
        ("cart.items", Cart(items=(each for each in [item()]))),  # type: ignore[arg-type]
        ("cart", None),
        ("cart", {"items": []}),
        ("adjustments", cart(adjustments=None)),
        ("adjustments[0]", cart(adjustments=[Decimal(5)])),
        ("adjustments[0].amount", cart(adjustments=[adjustment(amount=5.0)])),
        (
            "adjustments[0].currency_code",
            cart(adjustments=[adjustment(currency_code="XXX")]),
        ),
        ("adjustments[0].type", cart(adjustments=[adjustment(type="DISCOUNT")])),
        ("adjustments[0].type", cart(adjustments=[adjustment(type=None)])),
        ("expires_at", cart(expires_at=datetime(2030, 1, 1))),
        ("expires_at", cart(expires_at="2030-01-01")),
        ("id", cart(id=7)),
    ],
    ids=range(15),
)
def test_a_cart_that_the_schema_would_refuse_is_refused(field: str, given: Any) -> None:
    assert refusal(given).field == field


def _failing() -> str:
    raise KeyError("a translation's placeholder")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("country_of_origin", "dk"), ("country_of_origin", "UK")],
        *[("item_type", "physical"), ("hs_code_source", "GUESS")],
        ("duty_tax_fee_configuration", "NONE"),
        *[("name", 7), ("name", "half \ud83d"), ("name", LazyProxy(_failing))],
        *[("categories", "kitchen"), ("categories", None)],
        ("categories[1]", ["kitchen", None]),
        *[("attributes", None), ("attributes['size']", {"size": 4.2})],
        *[("metadata", [("a", "b")]), ("metadata (a key)", {None: "b"})],
        *[("measurements", None), ("measurements[0]", [{"type": "WEIGHT"}])],
        ("measurements[0].type", [measurement(type="HEAVY")]),
        ("measurements[0].type", [measurement(type=[])]),
        ("measurements[0].unit_of_measure", [measurement(unit_of_measure="STONE")]),
        ("measurements[0].value", [measurement(value=2.5)]),
        ("measurements", [measurement(), measurement(type="TOTAL_WEIGHT")]),
        *[("product_composition", None), ("product_composition[0]", ["steel"])],
    ],
    ids=range(24),
)
def test_an_optional_field_that_does_not_fit_is_left_out_with_a_warning(
    field: str, value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    name = re.split(r"\W", field)[0]
    (line,) = cart_input(cart(item(**{name: value})))["items"]
    bare = {"amount": 24.9, "currencyCode": "EUR", "quantity": 2, "sku": "mug"}
    assert line | bare == line
    assert line.keys() - bare.keys() <= {"categories", "measurements"}
    (record,) = caplog.records
    assert f" items[0].{field}: " in record.getMessage()


@pytest.mark.parametrize("metadata", [None, {"basket": None}])
def test_metadata_that_does_not_fit_are_left_out_with_a_warning(
    metadata: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert "metadata" not in cart_input(cart(metadata=metadata))
    assert " metadata" in caplog.text


def test_what_fits_of_a_list_or_a_mapping_stays() -> None:
    given = item(
        categories=["kitchen", None],
        measurements=[measurement(value=2.5), measurement(type="LENGTH")],
        attributes={"size": 42, "colour": True, "fabric": "wool", 8: "b"},
    )

    (line,) = cart_input(cart(given))["items"]

    assert line["categories"] == ["kitchen"]
    assert [found["type"] for found in line["measurements"]] == ["LENGTH"]
    attributes = {found["key"]: found["value"] for found in line["attributes"]}
    assert attributes == {"size": "42", "fabric": "wool", "8": "b"}


def test_a_lazy_text_becomes_text_in_the_language_of_the_request() -> None:
    language = "en"
    words = {"en": "Mug", "da": "Krus"}
    lazy = LazyProxy(lambda: words[language])
    given = cart(
        item(name=lazy, categories=[lazy], attributes={"kind": lazy}),
        adjustments=[adjustment(description=lazy)],
    )
    language = "da"

    sent = cart_input(given)

    (line,) = sent["items"]
    assert line["name"] == line["categories"][0] == "Krus"
    assert line["attributes"] == [{"key": "kind", "value": "Krus"}]
    assert sent["adjustments"][0]["description"] == "Krus"
    assert type(line["name"]) is str


@pytest.mark.parametrize(
    "key",
    [
        *["customerId", "customer_id", "CUSTOMERID", "customer-id", "Customer Id"],
        *["customer.id", " customerID "],
    ],
)
def test_the_customer_id_is_refused_in_the_metadata_in_any_spelling(key: str) -> None:
    error = refusal(cart(metadata={key: "1234567"}))
    assert error.field == "metadata"
    assert "CustomerProfile.customer_id" in str(error)
    assert "1234567" not in str(error)


def test_another_key_that_speaks_of_customers_is_allowed() -> None:
    given = cart(metadata={"customerIdea": "blue", "customer": "new"})
    assert len(cart_input(given)["metadata"]) == 2


def test_the_error_never_tells_the_value() -> None:
    error = refusal(cart(item(sku=["Aunt Agatha"])))
    assert "Agatha" not in str(error)
    assert "must be text, not list" in str(error)


def test_a_proxy_and_an_enum_member_become_plain_values() -> None:
    class Country(str, Enum):  # noqa: UP042 (a StrEnum shows its value anyway)
        DENMARK = "DK"

    given = item(
        sku=LocalProxy(lambda: "mug"),
        quantity=LocalProxy(lambda: 3),
        amount=LocalProxy(lambda: Decimal("1.50")),
        currency_code=LocalProxy(lambda: "EUR"),
        country_of_origin=LocalProxy(lambda: Country.DENMARK),
        name=Country.DENMARK,
    )

    (line,) = cart_input(cart(given))["items"]

    assert {type(value) for value in line.values()} == {str, int, float}
    assert (line["sku"], line["quantity"], line["amount"]) == ("mug", 3, 1.5)
    assert line["countryOfOrigin"] == line["name"] == "DK"
