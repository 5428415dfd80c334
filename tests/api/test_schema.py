"""The schema is the measure: of our documents, and of what our checks let through."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import fields
from dataclasses import replace
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
from flask_zonos import InvalidInput
from flask_zonos import ZonosClient
from flask_zonos.api import enums
from flask_zonos.api import operations
from flask_zonos.api.operations import Operation
from flask_zonos.check.schema import CODES

from ..support.shops import TOKEN
from .test_cart_input import DISCOUNT
from .test_cart_input import FULL_CART
from .test_cart_input import FULL_ITEM
from .test_cart_input import STEEL
from .test_cart_input import WEIGHT

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


texts = st.text(max_size=5)
anything: SearchStrategy[Any] = st.one_of(
    *(st.none(), texts, st.integers(), st.booleans(), st.floats(), st.decimals()),
    *(st.lists(texts), st.dictionaries(texts, texts | st.integers())),
)


def odd(usual: Any) -> SearchStrategy[Any]:
    """The same object, but for a few of its fields, which may be anything."""
    names = st.sampled_from([field.name for field in fields(usual)])
    changes = st.dictionaries(names, anything, max_size=3)
    return changes.map(lambda changed: replace(usual, **changed))


items = odd(FULL_ITEM) | st.one_of(
    odd(WEIGHT).map(lambda one: replace(FULL_ITEM, measurements=[one])),
    odd(STEEL).map(lambda one: replace(FULL_ITEM, product_composition=[one])),
)
carts = odd(FULL_CART) | st.one_of(
    items.map(lambda one: replace(FULL_CART, items=[one])),
    odd(DISCOUNT).map(lambda one: replace(FULL_CART, adjustments=[one])),
)


@settings(max_examples=200)
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
