"""The schema is the measure: of our documents, and of what our checks let through."""

from __future__ import annotations

import json
import string
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema
from graphql import FieldNode
from graphql import GraphQLEnumType
from graphql import GraphQLSchema
from graphql import OperationDefinitionNode
from graphql import validate
from graphql.execution.values import get_variable_values
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

import flask_zonos
from flask_zonos import Cart
from flask_zonos import CartAdjustment
from flask_zonos import CartItem
from flask_zonos import InvalidInput
from flask_zonos import ItemComposition
from flask_zonos import ItemMeasurement
from flask_zonos import ZonosClient
from flask_zonos.api import enums
from flask_zonos.api import operations
from flask_zonos.api.operations import Operation
from flask_zonos.check.schema import CODES

from ..support.shops import TOKEN

SCHEMA = Path(flask_zonos.__file__).parent / "sandbox" / "graph" / "schema.graphql"
OPERATIONS = [
    found for found in vars(operations).values() if isinstance(found, Operation)
]


@cache
def schema() -> GraphQLSchema:
    return build_schema(SCHEMA.read_text())


def definition_of(operation: Operation[Any, Any]) -> OperationDefinitionNode:
    (definition,) = (
        found
        for found in operation.document.definitions
        if isinstance(found, OperationDefinitionNode)
    )
    return definition


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.name)
def test_every_document_is_valid_and_named_as_its_only_field(
    operation: Operation[Any, Any],
) -> None:
    assert validate(schema(), operation.document) == []
    definition = definition_of(operation)
    (field,) = definition.selection_set.selections
    assert isinstance(field, FieldNode)
    assert definition.name is not None
    assert definition.name.value == field.name.value == operation.name


def test_our_lists_are_the_schemas() -> None:
    others = {"OrderStatus": enums.ORDER_STATUSES, "WebhookType": enums.WEBHOOK_TYPES}
    for name, known in {**CODES, **others}.items():
        found = schema().type_map[name]
        assert isinstance(found, GraphQLEnumType)
        assert set(found.values) == known, name


anything: SearchStrategy[Any] = st.one_of(
    *(st.none(), st.text(max_size=5), st.integers(), st.booleans(), st.floats()),
    st.decimals(),
)
texts = st.text(max_size=12)
prices = st.decimals(-1000, 1000, places=2)
countries = st.sampled_from(sorted(enums.COUNTRY_CODES))
currencies = st.sampled_from(sorted(enums.CURRENCY_CODES))
keys = st.text(string.ascii_letters, max_size=4)
mappings = st.dictionaries(keys, texts | anything, max_size=2)


def build(kind: Any, **usual: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Objects of a model whose fields are as usual, but for one in half of them."""
    for field in fields(kind):
        usual.setdefault(field.name, texts)
    odd_field = st.none() | st.sampled_from(sorted(usual))
    return odd_field.flatmap(
        lambda odd: st.builds(kind, **usual | ({odd: anything} if odd else {}))
    )


measurements = build(
    ItemMeasurement,
    type=st.sampled_from(sorted(enums.ITEM_MEASUREMENT_TYPES)),
    unit_of_measure=st.sampled_from(sorted(enums.ITEM_UNITS_OF_MEASURE)),
    value=prices,
)
compositions = build(ItemComposition, percentage=prices)
items = build(
    CartItem,
    amount=prices,
    currency_code=currencies,
    quantity=st.integers(1, 100),
    item_type=st.sampled_from(sorted(enums.ITEM_TYPES)),
    country_of_origin=countries,
    measurements=st.lists(measurements, max_size=2),
    product_composition=st.lists(compositions, max_size=2),
    attributes=mappings,
    metadata=mappings,
    categories=st.lists(texts, max_size=2),
)
adjustments = build(
    CartAdjustment,
    amount=prices,
    currency_code=currencies,
    type=st.sampled_from(sorted(enums.CART_ADJUSTMENT_TYPES)),
)
carts = build(
    Cart,
    items=st.lists(items, min_size=1, max_size=2),
    adjustments=st.lists(adjustments, max_size=2),
    metadata=mappings,
    expires_at=st.datetimes(datetime(2026, 1, 1), timezones=st.just(UTC)),
)


@settings(max_examples=100)
@given(carts)
def test_a_cart_that_passes_our_checks_is_accepted_by_the_schema(cart: Cart) -> None:
    for mutation in ("cartCreate", "cartUpsert"):
        client = ZonosClient(TOKEN, cart_mutation=mutation)
        with suppress(InvalidInput):
            given = client.cart_variables(cart)
            sent = json.loads(json.dumps(given, allow_nan=False).encode())
            definition = definition_of(client.cart_operation)
            variables = definition.variable_definitions or ()
            found = get_variable_values(schema(), variables, sent)
            # A list is of the errors that a server has before the execution.
            assert not isinstance(found, list), found
