"""The schema is the measure: of our documents, and of what our checks let through."""

from __future__ import annotations

import json
import string
from collections.abc import Iterator
from datetime import datetime
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema
from graphql import FieldNode
from graphql import graphql_sync
from graphql import GraphQLEnumType
from graphql import GraphQLSchema
from graphql import OperationDefinitionNode
from graphql import SelectionSetNode
from graphql import validate
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies
from hypothesis.strategies import SearchStrategy

import flask_zonos
from flask_zonos import Cart
from flask_zonos import CartAdjustment
from flask_zonos import CartItem
from flask_zonos import CustomerProfile
from flask_zonos import InvalidInput
from flask_zonos import ItemComposition
from flask_zonos import ItemMeasurement
from flask_zonos import Location
from flask_zonos import ZonosClient
from flask_zonos.api import enums
from flask_zonos.api import operations
from flask_zonos.api.operations import Operation
from flask_zonos.api.serializers import profile_input

from ..support.shops import TOKEN

SCHEMA = Path(flask_zonos.__file__).parent / "sandbox" / "graph" / "schema.graphql"
OPERATIONS = [
    found for found in vars(operations).values() if isinstance(found, Operation)
]


@cache
def schema() -> GraphQLSchema:
    return build_schema(SCHEMA.read_text())


def selected(operation: Operation[Any, Any]) -> set[str]:
    """The leaves that an operation of one field asks for, as paths."""
    (definition,) = (
        found
        for found in operation.document.definitions
        if isinstance(found, OperationDefinitionNode)
    )
    return set(_leaves(definition.selection_set, ""))


def _leaves(selection: SelectionSetNode, path: str) -> Iterator[str]:
    for node in selection.selections:
        assert isinstance(node, FieldNode)
        inner = f"{path}.{node.name.value}".lstrip(".")
        if node.selection_set is None:
            yield inner
        else:
            yield from _leaves(node.selection_set, inner)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.name)
def test_every_document_is_valid(operation: Operation[Any, Any]) -> None:
    assert validate(schema(), operation.document) == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.name)
def test_an_operation_is_named_as_its_only_field(
    operation: Operation[Any, Any],
) -> None:
    (definition,) = (
        found
        for found in operation.document.definitions
        if isinstance(found, OperationDefinitionNode)
    )
    (field,) = definition.selection_set.selections

    assert isinstance(field, FieldNode)
    assert definition.name is not None
    assert definition.name.value == field.name.value == operation.name


@pytest.mark.parametrize("name", ["CART_CREATE", "CART_UPSERT"])
def test_of_a_cart_no_more_than_id_and_expiry_is_asked(name: str) -> None:
    operation = getattr(operations, name)

    assert selected(operation) == {
        f"{operation.name}.id",
        f"{operation.name}.expiresAt",
    }


def test_of_a_profile_only_the_password_is_asked() -> None:
    name = "checkoutCustomerProfileAuthenticate"

    assert selected(operations.AUTHENTICATE) == {f"{name}.oneTimePassword"}


def test_the_whole_selection_of_zonoss_page_can_be_asked() -> None:
    name = "checkoutCustomerProfileAuthenticate"
    page = {"email", "customerId", "organizationId", "name", "phone"}
    page |= {"oneTimePassword"}
    page |= {
        f"locations.{field}"
        for field in (
            "administrativeArea",
            "countryCode",
            "locality",
            "line1",
            "line2",
            "postalCode",
        )
    }

    asked = selected(operations.AUTHENTICATE_WHOLE)

    assert {f"{name}.{field}" for field in page} <= asked
    assert asked - {f"{name}.{field}" for field in page} == {f"{name}.locations.name"}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.name)
def test_only_what_may_be_sent_twice_is_repeatable(
    operation: Operation[Any, Any],
) -> None:
    once = {"cartCreate", "cartUpsert", "checkoutCustomerProfileAuthenticate"}
    if operation.name in once:
        assert not operation.repeatable


@pytest.mark.parametrize(
    ("enum", "known"),
    [
        ("CountryCode", enums.COUNTRY_CODES),
        ("CurrencyCode", enums.CURRENCY_CODES),
        ("CartAdjustmentType", enums.CART_ADJUSTMENT_TYPES),
        ("DutyTaxFeeConfiguration", enums.DUTY_TAX_FEE_CONFIGURATIONS),
        ("ItemType", enums.ITEM_TYPES),
        ("ItemValueSource", enums.ITEM_VALUE_SOURCES),
        ("ItemMeasurementType", enums.ITEM_MEASUREMENT_TYPES),
        ("ItemUnitOfMeasure", enums.ITEM_UNITS_OF_MEASURE),
        ("OrderStatus", enums.ORDER_STATUSES),
        ("WebhookType", enums.WEBHOOK_TYPES),
    ],
)
def test_our_lists_are_the_schemas(enum: str, known: frozenset[str]) -> None:
    found = schema().type_map[enum]

    assert isinstance(found, GraphQLEnumType)
    assert set(found.values) == known


anything: SearchStrategy[Any] = strategies.one_of(
    strategies.none(),
    strategies.text(max_size=5),
    strategies.integers(),
    strategies.booleans(),
    strategies.floats(),
    strategies.decimals(),
)


def mostly(usual: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Usual values, and once in a while anything at all."""
    rarely = strategies.integers(0, 40).map(lambda number: number == 7)
    return rarely.flatmap(lambda odd: anything if odd else usual)


def texts() -> SearchStrategy[Any]:
    return mostly(strategies.text(max_size=12))


def optional(usual: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return mostly(strategies.none() | usual)


def one_of(known: frozenset[str]) -> SearchStrategy[Any]:
    return mostly(strategies.sampled_from(sorted(known)))


def several(element: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return mostly(strategies.lists(element, max_size=2))


amounts = mostly(strategies.decimals(-1000, 1000, places=2))
pairs = mostly(
    strategies.dictionaries(
        strategies.text(string.ascii_letters, max_size=4), texts(), max_size=2
    )
)
measurements = strategies.builds(
    ItemMeasurement,
    type=one_of(enums.ITEM_MEASUREMENT_TYPES),
    unit_of_measure=one_of(enums.ITEM_UNITS_OF_MEASURE),
    value=amounts,
    applies_to=optional(texts()),
)
compositions = strategies.builds(
    ItemComposition,
    material=texts(),
    percentage=amounts,
    country_of_cast=optional(one_of(enums.COUNTRY_CODES)),
)
items = strategies.builds(
    CartItem,
    amount=amounts,
    currency_code=one_of(enums.CURRENCY_CODES),
    quantity=mostly(strategies.integers(1, 100)),
    sku=texts(),
    product_id=texts(),
    name=optional(texts()),
    country_of_origin=optional(one_of(enums.COUNTRY_CODES)),
    item_type=optional(one_of(enums.ITEM_TYPES)),
    hs_code_source=optional(one_of(enums.ITEM_VALUE_SOURCES)),
    categories=several(texts()),
    attributes=pairs,
    metadata=pairs,
    measurements=several(measurements),
    product_composition=several(compositions),
)
adjustments = strategies.builds(
    CartAdjustment,
    amount=amounts,
    currency_code=one_of(enums.CURRENCY_CODES),
    type=one_of(enums.CART_ADJUSTMENT_TYPES),
    description=optional(texts()),
)
carts = strategies.builds(
    Cart,
    items=mostly(strategies.lists(items, min_size=1, max_size=2)),
    adjustments=several(adjustments),
    metadata=pairs,
    expires_at=optional(
        strategies.datetimes(
            datetime(2026, 1, 1),
            datetime(2100, 1, 1),
            timezones=strategies.just(UTC),
        )
    ),
    id=optional(texts()),
)
locations = strategies.builds(
    Location,
    name=texts(),
    line1=texts(),
    locality=texts(),
    administrative_area=texts(),
    postal_code=texts(),
    country_code=one_of(enums.COUNTRY_CODES),
    line2=optional(texts()),
    phone=optional(texts()),
    email=optional(texts()),
)
profiles = strategies.builds(
    CustomerProfile,
    customer_id=texts(),
    email=texts(),
    name=optional(texts()),
    phone=optional(texts()),
    locations=several(locations),
)
few = settings(max_examples=60, deadline=None)


def refusals(operation: Operation[Any, Any], given: Any) -> list[str]:
    """A schema's errors about the variables, before execution."""
    sent = json.loads(json.dumps({"input": given}, allow_nan=False).encode())
    found = graphql_sync(schema(), operation.text, variable_values=sent).errors or []
    return [error.message for error in found if error.path is None]


@few
@given(carts)
@pytest.mark.parametrize("mutation", ["cartCreate", "cartUpsert"])
def test_a_cart_that_passes_our_checks_is_accepted_by_the_schema(
    mutation: str, cart: Cart
) -> None:
    client = ZonosClient(TOKEN, cart_mutation=mutation)
    try:
        variables = client.cart_variables(cart)
    except InvalidInput:
        return
    assert refusals(client.cart_operation, variables["input"]) == []


@few
@given(profiles)
def test_a_profile_that_passes_our_checks_is_accepted_by_the_schema(
    profile: CustomerProfile,
) -> None:
    try:
        variables = profile_input(profile)
    except InvalidInput:
        return
    assert refusals(operations.AUTHENTICATE, variables) == []


def test_a_server_of_the_schema_refuses_what_does_not_fit() -> None:
    given = {"items": [{"amount": 1, "currencyCode": "EUR"}]}

    (refusal,) = refusals(operations.CART_CREATE, given)

    assert "quantity" in refusal
