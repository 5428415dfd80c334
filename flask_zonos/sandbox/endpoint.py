"""``POST /graphql``, from the request's bytes to the answer."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint
from flask import request
from flask import Response
from graphql import DocumentNode
from graphql import execute_sync
from graphql import FieldNode
from graphql import get_operation_ast
from graphql import GraphQLError
from graphql import OperationDefinitionNode
from graphql import parse
from graphql import validate

from .cost import cost
from .encoding import dumps
from .encoding import loads
from .options import CREDENTIAL_TOKEN
from .problems import formatted
from .problems import STATUSES
from .state import current_state
from .state import State

blueprint = Blueprint("graphql", __name__)

_MOST_TOKENS = 20_000
_UNAUTHENTICATED = (
    "HTTP Status 401: Full authentication is required to access this resource"
)

# What a GET is answered, with a key or without; operations come by POST only.
_NO_OPERATION = GraphQLError(
    "Send the operation as a POST request with a JSON body",
    extensions={"errorType": "BAD_REQUEST", "code": "INVALID_GRAPHQL_REQUEST"},
)


@dataclass(frozen=True)
class Call:
    """One operation that someone wants executed."""

    document: DocumentNode
    operation: OperationDefinitionNode
    variables: Mapping[str, Any]
    name: str | None

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
        """Whether only the schema is asked about, which takes no key."""
        selections = self.operation.selection_set.selections
        return len(self.fields) == len(selections) and all(
            name.startswith("__") for name in self.fields
        )


@dataclass(frozen=True)
class Answer:
    """What goes back: the JSON, its HTTP status, and the cost where it is known."""

    body: dict[str, Any]
    status: int = 200
    cost: int | None = None


@blueprint.route("/graphql", methods=["GET", "POST"])
@blueprint.route("/graphql/", methods=["GET", "POST"])
def graphql() -> Response:
    """Answer one GraphQL request."""
    state = current_state()
    request_id = state.ids.new("req")
    return respond(answer(state, request_id), request_id)


def respond(given: Answer, request_id: str) -> Response:
    """An answer as it travels."""
    response = Response(
        dumps(given.body), given.status, content_type="application/json"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["x-request-id"] = request_id
    if given.cost is not None:
        response.headers["zonos-query-complexity"] = str(given.cost)
    return response


def answer(state: State, request_id: str) -> Answer:
    """What the current request is answered with."""
    if request.method == "GET":
        return refusal([_NO_OPERATION], request_id)
    try:
        call = _call()
    except GraphQLError as error:
        if not has_key():
            return unauthenticated()
        return refusal([error], request_id)
    if not has_key() and not call.is_introspection:
        return unauthenticated()
    return execute(state, call, request_id)


def has_key() -> bool:
    """Whether the request carries the secret key."""
    given = request.headers.get("credentialToken", "")
    return hmac.compare_digest(given.encode(), CREDENTIAL_TOKEN.encode())


def unauthenticated() -> Answer:
    """The answer to a missing or wrong key; it has no extensions."""
    return Answer({"data": None, "errors": [{"message": _UNAUTHENTICATED}]}, 401)


def refusal(
    errors: list[GraphQLError], request_id: str, error_type: str = "BAD_REQUEST"
) -> Answer:
    """The answer to a request that is not executed at all."""
    found = [formatted(error, request_id, error_type) for error in errors]
    return Answer({"data": None, "errors": found}, STATUSES[error_type])


def execute(state: State, call: Call, request_id: str) -> Answer:
    """Validate and execute an operation."""
    try:
        errors = validate(state.schema, call.document)
        if errors:
            return refusal(errors, request_id)
        points = cost(
            state.schema,
            call.document,
            call.operation,
            call.variables,
            state.options.list_cost,
        )
        result = execute_sync(
            state.schema,
            call.document,
            context_value=state,
            variable_values=dict(call.variables),
            operation_name=call.name,
        )
    except RecursionError:
        return refusal([GraphQLError("The query is nested too deeply")], request_id)
    if (
        result.errors
        and result.data is None
        and all(e.path is None for e in result.errors)
    ):
        return refusal(list(result.errors), request_id)
    body: dict[str, Any] = {"data": result.data}
    status = 200
    if result.errors:
        found = [formatted(error, request_id, "INTERNAL") for error in result.errors]
        body = {"errors": found, "data": result.data}
        if state.options.error_statuses and result.data is None:
            status = STATUSES.get(found[0]["extensions"]["errorType"], 500)
    return Answer(body, status, points)


def _call() -> Call:
    try:
        body = loads(request.get_data())
    except ValueError:
        raise GraphQLError("The request's body is no JSON") from None
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise GraphQLError("The body must be an object with the text 'query'")
    variables = body.get("variables")
    if variables is not None and not isinstance(variables, dict):
        raise GraphQLError("'variables' must be an object")
    name = body.get("operationName")
    if name is not None and not isinstance(name, str):
        raise GraphQLError("'operationName' must be a text")
    return call_of(body["query"], variables or {}, name or None)


def call_of(query: str, variables: Mapping[str, Any], name: str | None) -> Call:
    """The operation in a document.

    :raises GraphQLError: if the text is no document, or it is not clear which
        operation of it is meant
    """
    try:
        document = parse(query, max_tokens=_MOST_TOKENS)
    except RecursionError:
        raise GraphQLError("The query is nested too deeply") from None
    operation = get_operation_ast(document, name)
    if operation is None:
        raise GraphQLError(
            "The document must hold one operation, or 'operationName' name one of them"
        )
    return Call(document, operation, variables, name)
