"""Types and fields that the resolvers of all topics share."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from typing import Any
from typing import TypeAlias

from graphql import GraphQLEnumType
from graphql import GraphQLResolveInfo

from ..constants import ACTOR
from ..state import State

#: What a resolver is told; its ``context`` is the sandbox it runs in.
Info: TypeAlias = "GraphQLResolveInfo[State]"
#: A resolver takes the object, the info with the state as context, and the arguments.
Resolver = Callable[..., Any]
#: Resolvers by type and field, such as ``("Query", "cart")``.
Resolvers = Mapping[tuple[str, str], Resolver]
#: An object of the graph: its fields as the schema names them.
Object = dict[str, Any]


def timestamps(now: str) -> Object:
    """The four fields that say when and by whom an object was made and changed."""
    return {
        "createdAt": now,
        "createdBy": ACTOR,
        "updatedAt": now,
        "updatedBy": ACTOR,
    }


def ownership(state: State, now: str) -> Object:
    """The stamps, and the fields that say whose an object is and in which mode."""
    options = state.options
    owner = {"mode": options.mode, "organization": options.organization_id}
    return {**timestamps(now), **owner}


def enum_values(state: State, name: str) -> list[str]:
    """The values of one of the schema's enums."""
    enum = state.schema.type_map[name]
    assert isinstance(enum, GraphQLEnumType)
    return list(enum.values)
