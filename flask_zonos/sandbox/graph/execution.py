"""One operation, from its text to its response, as a GraphQL server runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode
from graphql import execute_sync
from graphql import FieldNode
from graphql import get_operation_ast
from graphql import GraphQLError
from graphql import OperationDefinitionNode

from ..control.options import Options
from ..state import State
from .cost import cost
from .problems import BadRequest
from .problems import formatted
from .problems import STATUSES


@dataclass(frozen=True)
class Call:
    """One operation that someone wants executed."""

    document: DocumentNode
    operation: OperationDefinitionNode
    variables: Mapping[str, Any]
    name: str | None
    #: What is wrong with the document, by the schema.
    errors: list[GraphQLError]

    @property
    def fields(self) -> list[str]:
        """The names of the root fields that are called."""
        return [
            node.name.value
            for node in self.operation.selection_set.selections
            if isinstance(node, FieldNode)
        ]

    @property
    def is_introspection(self) -> bool:
        """True if only the schema is asked about, which takes no key."""
        selections = self.operation.selection_set.selections
        return len(self.fields) == len(selections) and all(
            name.startswith("__") for name in self.fields
        )


@dataclass(frozen=True)
class GraphQLResponse:
    """A response: the JSON, its HTTP status, and the cost where it is known.

    :ivar retry_after: seconds for the header of that name
    """

    body: dict[str, Any]
    status: int = 200
    cost: int | None = None
    retry_after: int | None = None


def parse_call(state: State, body: Any, *, has_key: bool) -> Call:
    """The operation that a request's JSON asks for.

    :raises TooCostly: if it asks for too much of the schema
    :raises GraphQLError: if it asks for none, or it is not clear for which
    """
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise GraphQLError("The body must be an object with the text 'query'")
    variables = body.get("variables")
    if variables is not None and not isinstance(variables, dict):
        raise GraphQLError("'variables' must be an object")
    name = body.get("operationName") or None
    if name is not None and not isinstance(name, str):
        raise GraphQLError("'operationName' must be a text")
    document, errors = state.documents.get(body["query"], has_key=has_key)
    operation = get_operation_ast(document, name)
    if operation is None:
        raise GraphQLError(
            "The document must hold one operation, or 'operationName' name one of them"
        )
    return Call(document, operation, variables or {}, name, errors)


def refusal(
    errors: list[GraphQLError], request_id: str, options: Options
) -> GraphQLResponse:
    """The response to a request that is not executed at all."""
    error_type = options.invalid_input_error_type
    found = [formatted(error, request_id, error_type) for error in errors]
    return GraphQLResponse({"errors": found, "data": None}, options.refusal_status)


def execute(state: State, call: Call, request_id: str) -> GraphQLResponse:
    """Execute a valid operation, after paying its points if they count."""
    options = state.options
    if call.errors:
        return refusal(call.errors, request_id, options)
    try:
        points = cost(
            state.schema, call.document, call.operation, call.variables, options
        )
        pool = state.pool if options.points_pool else None
        if pool is not None and not pool.take(points, state.clock.now()):
            return throttled(request_id, options, points)
        result = execute_sync(
            state.schema,
            call.document,
            context_value=state,
            variable_values=dict(call.variables),
            operation_name=call.name,
        )
    except RecursionError:
        too_deep = GraphQLError("The query is nested too deeply")
        return refusal([too_deep], request_id, options)
    if result.errors and all(error.path is None for error in result.errors):
        return refusal(list(result.errors), request_id, options)
    if not result.errors:
        return GraphQLResponse({"data": result.data}, 200, points)
    found = [formatted(error, request_id, "INTERNAL") for error in result.errors]
    for each in found:
        if each["extensions"]["errorType"] == BadRequest.error_type:
            each["extensions"]["errorType"] = options.invalid_input_error_type
    status = 200
    if options.error_statuses and result.data is None:
        status = STATUSES.get(found[0]["extensions"]["errorType"], 500)
    return GraphQLResponse({"errors": found, "data": result.data}, status, points)


def throttled(
    request_id: str, options: Options, points: int | None = None
) -> GraphQLResponse:
    """The response when there are no points left: HTTP 429."""
    error = GraphQLError("The rate limit is reached. Back off, then try again.")
    errors = [formatted(error, request_id, options.throttled_error_type)]
    pause = options.throttled_retry_after or None
    return GraphQLResponse({"errors": errors, "data": None}, 429, points, pause)
