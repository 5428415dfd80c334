"""A cart is checked before anything is sent, and the error names the field."""

from __future__ import annotations

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

from flask_zonos import CartAdjustment
from flask_zonos import InvalidInput
from flask_zonos import ItemComposition
from flask_zonos import ItemMeasurement
from flask_zonos.api.serializers import cart_input

from ..support.samples import cart
from ..support.samples import item


def refusal(given: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        cart_input(given)
    return caught.value


def measurement(**changes: Any) -> ItemMeasurement:
    usual: dict[str, Any] = {"type": "WEIGHT", "unit_of_measure": "GRAM"}
    return ItemMeasurement(**usual | {"value": Decimal(250)} | changes)


def test_a_small_cart_is_sent_as_it_is_and_without_what_was_not_given() -> None:
    assert cart_input(cart()) == {
        "items": [
            {"amount": 24.9, "currencyCode": "EUR", "quantity": 2, "sku": "mug"},
        ]
    }


def test_every_field_has_its_place_in_the_schema() -> None:
    whole = item(
        product_id="p1",
        name="Mug",
        description="A mug",
        image_url="https://shop.example/mug.png",
        hs_code="691110",
        hs_code_source="USER_PROVIDED",
        country_of_origin="DK",
        province_of_origin="84",
        item_type="PHYSICAL_GOOD",
        duty_tax_fee_configuration="EXCLUDE_TAX",
        reference_id="r1",
        root_id="r0",
        categories=["kitchen", "gifts"],
        attributes={"color": "blue"},
        metadata={"line": "1"},
        measurements=[measurement(applies_to="ITEM")],
        product_composition=[
            ItemComposition(
                material="steel",
                percentage=Decimal("12.5"),
                country_of_cast="SE",
                country_of_melt_and_pour="NO",
                primary_country_of_smelt="FI",
                secondary_country_of_smelt="IS",
            )
        ],
    )
    discount = CartAdjustment(
        amount=Decimal("-5"),
        currency_code="DKK",
        type="PROMO_CODE",
        description="Welcome",
        product_id="p2",
        sku="spoon",
    )
    given = cart(
        whole,
        adjustments=[discount],
        metadata={"basket": "7"},
        expires_at=datetime(2030, 1, 1, 13, tzinfo=timezone(timedelta(hours=1))),
    )

    assert cart_input(given) == {
        "items": [
            {
                "amount": 24.9,
                "currencyCode": "EUR",
                "quantity": 2,
                "sku": "mug",
                "productId": "p1",
                "name": "Mug",
                "description": "A mug",
                "imageUrl": "https://shop.example/mug.png",
                "hsCode": "691110",
                "hsCodeSource": "USER_PROVIDED",
                "countryOfOrigin": "DK",
                "provinceOfOrigin": "84",
                "itemType": "PHYSICAL_GOOD",
                "dutyTaxFeeConfiguration": "EXCLUDE_TAX",
                "referenceId": "r1",
                "rootId": "r0",
                "categories": ["kitchen", "gifts"],
                "attributes": [{"key": "color", "value": "blue"}],
                "metadata": [{"key": "line", "value": "1"}],
                "measurements": [
                    {
                        "type": "WEIGHT",
                        "unitOfMeasure": "GRAM",
                        "value": 250,
                        "appliesTo": "ITEM",
                    }
                ],
                "productComposition": [
                    {
                        "material": "steel",
                        "percentage": 12.5,
                        "countryOfCast": "SE",
                        "countryOfMeltAndPour": "NO",
                        "primaryCountryOfSmelt": "FI",
                        "secondaryCountryOfSmelt": "IS",
                    }
                ],
            }
        ],
        "adjustments": [
            {
                "amount": -5,
                "currencyCode": "DKK",
                "type": "PROMO_CODE",
                "description": "Welcome",
                "productId": "p2",
                "sku": "spoon",
            }
        ],
        "metadata": [{"key": "basket", "value": "7"}],
        "expiresAt": "2030-01-01T12:00:00Z",
    }


def test_a_cart_expires_as_told_unless_it_says_so_itself() -> None:
    told = datetime(2030, 1, 1, tzinfo=UTC)
    own = datetime(2031, 1, 1, tzinfo=UTC)

    assert cart_input(cart(), expires_at=told)["expiresAt"] == "2030-01-01T00:00:00Z"
    assert (
        cart_input(cart(expires_at=own), expires_at=told)["expiresAt"]
        == "2031-01-01T00:00:00Z"
    )


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("items[0].amount", cart(item(amount=24.9))),
        ("items[0].amount", cart(item(amount="24.90"))),
        ("items[0].amount", cart(item(amount=24))),
        ("items[0].amount", cart(item(amount=None))),
        ("items[0].quantity", cart(item(quantity=0))),
        ("items[0].quantity", cart(item(quantity=-1))),
        ("items[0].quantity", cart(item(quantity=2**31))),
        ("items[0].quantity", cart(item(quantity=True))),
        ("items[0].quantity", cart(item(quantity=1.0))),
        ("items[0].quantity", cart(item(quantity="1"))),
        ("items[0].sku", cart(item(sku=""))),
        ("items[0].sku", cart(item(sku=None))),
        ("items[0].sku", cart(item(sku=7))),
        ("items[0].product_id", cart(item(product_id=None))),
        ("items[0].currency_code", cart(item(currency_code="eur"))),
        ("items[0].currency_code", cart(item(currency_code="EURO"))),
        ("items[0].currency_code", cart(item(currency_code=None))),
        ("items[1].quantity", cart(item(), item(quantity=0))),
        ("items[0]", cart({"sku": "mug"})),  # type: ignore[arg-type]
        ("items", cart().__class__(items=())),
        ("cart.items", cart().__class__(items=None)),  # type: ignore[arg-type]
        ("cart.items", cart().__class__(items=(i for i in [item()]))),  # type: ignore[arg-type]
        ("cart", None),
        ("cart", {"items": []}),
        ("adjustments", cart(adjustments=None)),
        ("adjustments[0]", cart(adjustments=[Decimal(5)])),
        ("expires_at", cart(expires_at=datetime(2030, 1, 1))),
        ("expires_at", cart(expires_at="2030-01-01")),
        ("id", cart(id=7)),
    ],
)
def test_what_the_schema_would_refuse_is_refused_with_the_way_to_the_field(
    field: str, given: Any
) -> None:
    assert refusal(given).field == field


def _failing() -> str:
    raise KeyError("a translation's placeholder")


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("items[0].country_of_origin", cart(item(country_of_origin="dk"))),
        ("items[0].country_of_origin", cart(item(country_of_origin="UK"))),
        ("items[0].item_type", cart(item(item_type="physical"))),
        ("items[0].hs_code_source", cart(item(hs_code_source="GUESS"))),
        (
            "items[0].duty_tax_fee_configuration",
            cart(item(duty_tax_fee_configuration="NONE")),
        ),
        ("items[0].name", cart(item(name=7))),
        ("items[0].name", cart(item(name="half \ud83d"))),
        ("items[0].categories", cart(item(categories="kitchen"))),
        ("items[0].categories", cart(item(categories=None))),
        ("items[0].categories[1]", cart(item(categories=["kitchen", None]))),
        ("items[0].attributes", cart(item(attributes=None))),
        ("items[0].attributes['size']", cart(item(attributes={"size": 4.2}))),
        ("items[0].metadata", cart(item(metadata=[("a", "b")]))),
        ("items[0].metadata (a key)", cart(item(metadata={None: "b"}))),
        ("items[0].measurements", cart(item(measurements=None))),
        ("items[0].measurements[0]", cart(item(measurements=[{"type": "WEIGHT"}]))),
        (
            "items[0].measurements[0].type",
            cart(item(measurements=[measurement(type="HEAVY")])),
        ),
        (
            "items[0].measurements[0].type",
            cart(item(measurements=[measurement(type=[])])),
        ),
        (
            "items[0].measurements[0].unit_of_measure",
            cart(item(measurements=[measurement(unit_of_measure="STONE")])),
        ),
        (
            "items[0].measurements[0].value",
            cart(item(measurements=[measurement(value=2.5)])),
        ),
        (
            "items[0].measurements",
            cart(item(measurements=[measurement(), measurement(type="TOTAL_WEIGHT")])),
        ),
        ("items[0].product_composition", cart(item(product_composition=None))),
        ("items[0].product_composition[0]", cart(item(product_composition=["steel"]))),
        ("metadata", cart(metadata=None)),
        ("metadata['basket']", cart(metadata={"basket": None})),
        ("items[1].name", cart(item(), item(name=7))),
        ("items[0].name", cart(item(name=LazyProxy(_failing)))),
    ],
)
def test_an_optional_field_that_does_not_fit_is_left_out_with_a_warning(
    field: str, given: Any, caplog: pytest.LogCaptureFixture
) -> None:
    sent = cart_input(given)

    bare = {"amount": 24.9, "currencyCode": "EUR", "quantity": 2, "sku": "mug"}
    kept = {key: value for line in sent["items"] for key, value in line.items()}
    assert kept | bare == kept
    assert kept.keys() - bare.keys() <= {"categories", "measurements"}
    assert "metadata" not in sent
    (record,) = caplog.records
    assert f" {field}: " in record.getMessage()


def test_what_fits_of_a_list_or_a_mapping_stays() -> None:
    whole = measurement(type="LENGTH", unit_of_measure="CENTIMETER")
    given = item(
        categories=["kitchen", None],
        measurements=[measurement(value=2.5), whole],
        attributes={"size": 42, "colour": True, "fabric": "wool"},
    )

    (line,) = cart_input(cart(given))["items"]

    assert line["categories"] == ["kitchen"]
    assert [found["type"] for found in line["measurements"]] == ["LENGTH"]
    assert line["attributes"] == [
        {"key": "size", "value": "42"},
        {"key": "fabric", "value": "wool"},
    ]


def test_whole_numbers_in_metadata_are_written_out() -> None:
    assert cart_input(cart(metadata={"basket": 7, 8: "b"}))["metadata"] == [
        {"key": "basket", "value": "7"},
        {"key": "8", "value": "b"},
    ]


def test_a_lazy_text_becomes_text_in_the_language_of_the_request() -> None:
    language = "en"
    words = {"en": "Mug", "da": "Krus"}
    lazy = LazyProxy(lambda: words[language])
    given = cart(
        item(name=lazy, categories=[lazy], attributes={"kind": lazy}),
        adjustments=[
            CartAdjustment(
                amount=Decimal(-5),
                currency_code="EUR",
                type="CART_TOTAL",
                description=lazy,  # type: ignore[arg-type]
            )
        ],
    )
    language = "da"

    sent = cart_input(given)

    (line,) = sent["items"]
    assert line["name"] == line["categories"][0] == "Krus"
    assert line["attributes"] == [{"key": "kind", "value": "Krus"}]
    assert sent["adjustments"][0]["description"] == "Krus"
    assert type(line["name"]) is str


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("adjustments[0].amount", {"amount": 5.0}),
        ("adjustments[0].currency_code", {"currency_code": "XXX"}),
        ("adjustments[0].type", {"type": "DISCOUNT"}),
        ("adjustments[0].type", {"type": None}),
    ],
)
def test_an_adjustment_is_checked_like_an_item(
    field: str, changes: dict[str, Any]
) -> None:
    usual: dict[str, Any] = {"currency_code": "EUR", "type": "CART_TOTAL"}
    adjustment = CartAdjustment(**usual | {"amount": Decimal(5)} | changes)

    assert refusal(cart(adjustments=[adjustment])).field == field


@pytest.mark.parametrize(
    "key",
    [
        "customerId",
        "customer_id",
        "CUSTOMERID",
        "customer-id",
        "Customer Id",
        "customer.id",
        " customerID ",
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


def test_a_proxy_becomes_a_plain_value() -> None:
    given = item(
        sku=LocalProxy(lambda: "mug"),
        quantity=LocalProxy(lambda: 3),
        amount=LocalProxy(lambda: Decimal("1.50")),
        currency_code=LocalProxy(lambda: "EUR"),
        country_of_origin=LocalProxy(lambda: "DK"),
    )

    (line,) = cart_input(cart(given))["items"]

    assert {type(value) for value in line.values()} == {str, int, float}
    assert (line["sku"], line["quantity"], line["amount"]) == ("mug", 3, 1.5)


def test_a_text_that_is_an_enum_member_is_sent_as_its_value() -> None:
    class Country(str, Enum):  # noqa: UP042 (a StrEnum shows its value anyway)
        DENMARK = "DK"

    given = item(country_of_origin=Country.DENMARK, name=Country.DENMARK)

    (line,) = cart_input(cart(given))["items"]

    assert line["countryOfOrigin"] == line["name"] == "DK"
    assert type(line["name"]) is str
