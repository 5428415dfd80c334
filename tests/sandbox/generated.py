"""Operations and inputs made from the schema itself."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from graphql import get_named_type
from graphql import GraphQLArgument
from graphql import GraphQLEnumType
from graphql import GraphQLField
from graphql import GraphQLInputField
from graphql import GraphQLInputObjectType
from graphql import GraphQLList
from graphql import GraphQLNonNull
from graphql import GraphQLObjectType
from graphql import GraphQLSchema
from hypothesis import strategies as st

SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "Boolean": st.booleans(),
    "DateTime": st.datetimes(timezones=st.just(UTC)).map(
        lambda moment: moment.isoformat().replace("+00:00", "Z")
    ),
    "Decimal": st.decimals(-(10**9), 10**9, allow_nan=False, places=2),
    "ID": st.text(max_size=12),
    "Int": st.integers(-(2**31), 2**31 - 1),
    "String": st.text(max_size=12),
}


def values(type_: Any, **known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values that fit an input type.

    :param known: strategies for the fields with these names, such as ids that exist
    """
    if isinstance(type_, GraphQLNonNull):
        return _present(type_.of_type, **known)
    return st.none() | _present(type_, **known)


def _present(type_: Any, **known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    if isinstance(type_, GraphQLList):
        return st.lists(values(type_.of_type, **known), max_size=2)
    if isinstance(type_, GraphQLEnumType):
        return st.sampled_from(sorted(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        return _objects(type_.fields, **known)
    return SCALARS[type_.name]


def _objects(
    fields: dict[str, GraphQLInputField] | dict[str, GraphQLArgument],
    **known: st.SearchStrategy[Any],
) -> st.SearchStrategy[dict[str, Any]]:
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in fields.items():
        strategy = values(field.type, **known)
        if name in known:
            strategy = strategy | known[name]
        needed = isinstance(field.type, GraphQLNonNull)
        (required if needed else optional)[name] = strategy
    return st.fixed_dictionaries(required, optional=optional)


def arguments(
    field: GraphQLField, **known: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    """Arguments that fit a root field."""
    return _objects(field.args, **known)


def operation(schema: GraphQLSchema, kind: str, name: str, depth: int = 2) -> str:
    """A document that calls a root field and asks for all there is of its answer."""
    root = schema.query_type if kind == "query" else schema.mutation_type
    assert root is not None
    field = root.fields[name]
    declared = ", ".join(f"${key}: {arg.type}" for key, arg in field.args.items())
    passed = ", ".join(f"{key}: ${key}" for key in field.args)
    text = f"{kind} ({declared}) {{ {name}({passed})" if declared else f"{{ {name}"
    return f"{text} {selection(field.type, depth)} }}"


def selection(type_: Any, depth: int) -> str:
    """Every field of a type, and of the types below it to a depth."""
    named = get_named_type(type_)
    if not isinstance(named, GraphQLObjectType):
        return ""
    parts = ["__typename"]
    for name, field in named.fields.items():
        below = get_named_type(field.type)
        if not isinstance(below, GraphQLObjectType):
            parts.append(name)
        elif depth > 0:
            parts.append(f"{name} {selection(field.type, depth - 1)}")
    return f"{{ {' '.join(parts)} }}"
