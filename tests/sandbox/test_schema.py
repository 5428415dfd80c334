from __future__ import annotations

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


def test_what_the_reference_has_otherwise_is_found() -> None:
    ours = theirs = schema_text()
    changes = {
        "(input: CartCreateInput!)": "(input: CartUpdateInput!)",
        "ORDER_CREATED\n": "",
        "oneTimePassword: String\n": "password: String\n",
    }
    for own, other in changes.items():
        assert own in theirs
        theirs = theirs.replace(own, other)
    found = strangers(ours, theirs)
    for name in ("cartCreate", "ORDER_CREATED", "oneTimePassword"):
        assert [each for each in found if name in each]
    assert strangers(ours, ours) == []
