"""The executable graph: the schema's text, and the resolvers of every topic."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from graphql import build_ast_schema
from graphql import DocumentNode
from graphql import GraphQLObjectType
from graphql import GraphQLSchema
from graphql import parse

from ..checkout import checkout_sessions
from ..control.options import Options
from . import carts
from . import orders
from . import profiles
from . import scalars
from . import store_credit
from . import webhooks


def schema_text() -> str:
    """The sandbox's schema as SDL."""
    return (files(__package__) / "schema.graphql").read_text(encoding="utf-8")


def build_graph(options: Options) -> GraphQLSchema:
    """The schema with all its resolvers."""
    # The file's own test says that it is valid; to look each time takes 40 ms.
    schema = build_ast_schema(_document(), assume_valid_sdl=True)
    scalars.install(schema, options)
    for topic in (carts, store_credit, orders, checkout_sessions, profiles, webhooks):
        for (type_name, field_name), resolver in topic.RESOLVERS.items():
            type_ = schema.type_map[type_name]
            assert isinstance(type_, GraphQLObjectType)
            type_.fields[field_name].resolve = resolver
    return schema


@cache
def _document() -> DocumentNode:
    return parse(schema_text())
