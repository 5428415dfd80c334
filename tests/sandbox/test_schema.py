from __future__ import annotations

import pytest
from graphql import assert_valid_schema
from graphql import parse
from graphql.validation.validate import assert_valid_sdl

from flask_zonos.sandbox.control.options import Options
from flask_zonos.sandbox.graph.schema import build_graph
from flask_zonos.sandbox.graph.schema import schema_text

from .reference import strangers

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


def test_schema_is_one() -> None:
    assert_valid_sdl(parse(schema_text()))
    assert_valid_schema(build_graph(Options()))


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


@pytest.mark.parametrize(
    ("theirs", "instead", "place"),
    [
        ("cartId: ID\n", "cartId: ID!\n", ".cartId"),
        ("ORDER_CREATED\n", "", "WebhookType.ORDER_CREATED"),
        ("oneTimePassword: String\n", "password: String\n", ".oneTimePassword"),
    ],
)
def test_what_the_reference_has_otherwise_is_found(
    theirs: str, instead: str, place: str
) -> None:
    ours = schema_text()
    assert strangers(ours, ours) == []
    assert theirs in ours
    found = strangers(ours, ours.replace(theirs, instead))
    assert [one for one in found if place in one]
