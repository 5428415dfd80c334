from __future__ import annotations

import os
from pathlib import Path

import pytest
from graphql import build_schema
from graphql import GraphQLEnumType
from graphql import GraphQLInputObjectType
from graphql import GraphQLObjectType
from graphql import GraphQLSchema

from flask_zonos.sandbox.graph import build_graph
from flask_zonos.sandbox.graph import schema_text
from flask_zonos.sandbox.options import Options

REFERENCE = os.environ.get("ZONOS_REFERENCE_SCHEMA")
OPERATIONS = {
    "cart",
    "carts",
    "order",
    "orders",
    "webhooks",
    "webhookLogs",
    "cartCreate",
    "cartUpsert",
    "cartUpdate",
    "checkoutCustomerProfileAuthenticate",
    "orderUpdateAccountOrderNumber",
    "orderCancel",
    "orderAddNote",
    "orderAddTrackingNumber",
    "webhookCreate",
    "webhookUpdate",
    "webhookDelete",
}


def _members(schema: GraphQLSchema) -> dict[str, str]:
    """Every type, field, argument and value with all that its callers rely on."""
    found: dict[str, str] = {}
    for name, type_ in schema.type_map.items():
        if name.startswith("__"):
            continue
        found[name] = type(type_).__name__
        if isinstance(type_, GraphQLEnumType):
            found |= {f"{name}.{value}": "value" for value in type_.values}
        if isinstance(type_, GraphQLInputObjectType):
            for key, given in type_.fields.items():
                found[f"{name}.{key}"] = f"{given.type} = {given.default_value!r}"
        if isinstance(type_, GraphQLObjectType):
            for key, field in type_.fields.items():
                found[f"{name}.{key}"] = str(field.type)
                for argument, of in field.args.items():
                    place = f"{name}.{key}({argument}:)"
                    found[place] = f"{of.type} = {of.default_value!r}"
    return found


def test_schema_has_the_operations_of_a_checkout_integration() -> None:
    schema = build_graph(Options())

    assert schema.query_type is not None and schema.mutation_type is not None
    fields = {*schema.query_type.fields, *schema.mutation_type.fields}
    assert fields >= OPERATIONS


def test_every_root_field_has_a_resolver_of_its_own() -> None:
    schema = build_graph(Options())

    assert schema.query_type is not None and schema.mutation_type is not None
    fields = {**schema.query_type.fields, **schema.mutation_type.fields}
    assert [name for name, field in fields.items() if field.resolve is None] == []


@pytest.mark.skipif(not REFERENCE, reason="ZONOS_REFERENCE_SCHEMA names no schema")
def test_schema_says_nothing_that_the_reference_does_not() -> None:
    text = Path(REFERENCE or "").read_text(encoding="utf-8")
    reference = _members(build_schema(text))

    ours = _members(build_schema(schema_text()))

    assert {k: v for k, v in ours.items() if reference.get(k) != v} == {}
