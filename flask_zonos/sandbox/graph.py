"""The executable graph: the schema's text, and the resolvers of every topic."""

from __future__ import annotations

from importlib.resources import files

from graphql import build_schema
from graphql import GraphQLObjectType
from graphql import GraphQLSchema

from . import carts
from . import credits
from . import orders
from . import placing
from . import profiles
from . import scalars
from . import webhooks
from .options import Options


def schema_text() -> str:
    """The sandbox's schema as SDL."""
    return (files(__package__) / "schema.graphql").read_text(encoding="utf-8")


def build_graph(options: Options) -> GraphQLSchema:
    """The schema with everything in it that answers."""
    schema = build_schema(schema_text())
    scalars.install(schema, options)
    for topic in (carts, credits, orders, placing, profiles, webhooks):
        for (type_name, field_name), resolver in topic.RESOLVERS.items():
            type_ = schema.type_map[type_name]
            assert isinstance(type_, GraphQLObjectType)
            type_.fields[field_name].resolve = resolver
    return schema
