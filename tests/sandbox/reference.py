"""Differences between the sandbox's schema and Zonos's own.

``python -m tests.sandbox.reference FILE`` compares it with a schema of Zonos's in SDL.
"""

from __future__ import annotations

import sys
from pathlib import Path

from graphql import build_schema
from graphql import GraphQLEnumType
from graphql import GraphQLInputObjectType
from graphql import GraphQLObjectType
from graphql import GraphQLSchema

from flask_zonos.sandbox.graph.schema import schema_text


def strangers(ours: str, reference: str) -> list[str]:
    """The types, fields, arguments and values of ours that the reference has not so."""
    theirs = members(build_schema(reference))
    own = members(build_schema(ours))
    return [place for place, kind in own.items() if theirs.get(place) != kind]


def members(schema: GraphQLSchema) -> dict[str, str]:
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


if __name__ == "__main__":
    found = strangers(schema_text(), Path(sys.argv[1]).read_text(encoding="utf-8"))
    print("\n".join(found) or "The sandbox says nothing that the reference does not.")
    sys.exit(bool(found))
