from __future__ import annotations

import pytest
from graphql import assert_valid_schema
from graphql import parse
from graphql.validation.validate import assert_valid_sdl

from flask_zonos.sandbox.control.options import Options
from flask_zonos.sandbox.graph.schema import build_graph
from flask_zonos.sandbox.graph.schema import schema_text

from .reference import strangers


def test_the_schema_is_one_and_every_root_field_has_a_resolver() -> None:
    assert_valid_sdl(parse(schema_text()))
    schema = build_graph(Options())
    assert_valid_schema(schema)
    assert schema.query_type is not None and schema.mutation_type is not None
    fields = {**schema.query_type.fields, **schema.mutation_type.fields}
    assert [name for name, field in fields.items() if field.resolve is None] == []


@pytest.mark.parametrize(
    ("theirs", "instead", "place"),
    [
        ("(input: CartCreateInput!)", "(input: CartUpdateInput!)", "cartCreate"),
        ("ORDER_CREATED\n", "", "ORDER_CREATED"),
        ("oneTimePassword: String\n", "password: String\n", ".oneTimePassword"),
    ],
    ids=["kind", "value", "field"],
)
def test_what_the_reference_has_otherwise_is_found(
    theirs: str, instead: str, place: str
) -> None:
    ours = schema_text()
    assert theirs in ours
    (found,) = strangers(ours, ours.replace(theirs, instead))
    assert place in found
    assert strangers(ours, ours) == []
