"""Faults of a response's content, applied after the operation has run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graphql import GraphQLError

from ..graph.carts import expire
from ..graph.execution import GraphQLResponse
from ..graph.problems import formatted
from ..graph.resolvers import Object
from ..state import State
from .faults import Fault


def apply_response_fault(
    state: State, fault: Fault, result: GraphQLResponse, request_id: str
) -> GraphQLResponse:
    """Apply a fault to a response, and to the objects that were made."""
    data = result.body.get("data")
    if not isinstance(data, dict):
        return result
    if fault.kind == "data-null":
        return replace(result, body={"data": None})
    if fault.kind == "data-and-errors":
        error = GraphQLError("The sandbox was asked for an error beside the data")
        errors = [formatted(error, request_id, fault.error_type)]
        return replace(result, body={"errors": errors, "data": data})
    for made in _objects(data):
        if fault.kind == "no-password" and "oneTimePassword" in made:
            made["oneTimePassword"] = None
        if fault.kind in ("expired-password", "used-password"):
            _invalidate_password(state, fault.kind, made.get("oneTimePassword"))
        if fault.kind == "expired-cart" and isinstance(made.get("id"), str):
            expire(state, made["id"])
    return result


def _objects(value: Any) -> Iterator[Object]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _objects(each)


def _invalidate_password(state: State, kind: str, password: object) -> None:
    column = "used_at" if kind == "used-password" else "expires_at"
    state.store.change(
        f"UPDATE one_time_password SET {column} = ? WHERE password = ?",
        state.clock.text(),
        password,
    )
