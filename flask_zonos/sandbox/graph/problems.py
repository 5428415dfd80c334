"""Errors in the form that Zonos documents: message, path, error type, request id."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError

#: Error types and the HTTP status that Zonos's table of errors has for each.
STATUSES = {
    "BAD_REQUEST": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "FAILED_PRECONDITION": 412,
    "INTERNAL": 500,
    "UNKNOWN": 500,
    "UNAVAILABLE": 503,
}


class Problem(GraphQLError):
    """An error that a resolver raises; ``error_type`` is one of Zonos's."""

    error_type = "INTERNAL"

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"errorType": self.error_type})


class BadRequest(Problem):
    """The input is well formed, but not acceptable."""

    error_type = "BAD_REQUEST"


class NotFound(Problem):
    """There is nothing with this id."""

    error_type = "NOT_FOUND"

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"There is no {kind} with the id {id[:80]!r}")


class FailedPrecondition(Problem):
    """The object is not in a state that allows this."""

    error_type = "FAILED_PRECONDITION"


def formatted(error: GraphQLError, request_id: str, error_type: str) -> dict[str, Any]:
    """An error as it stands in a response.

    :param error_type: the type, unless the error says its own
    """
    extensions = dict(error.extensions or {})
    extensions.setdefault("errorType", error_type)
    extensions["requestId"] = request_id
    formatted_error: dict[str, Any] = {
        "message": error.message,
        "extensions": extensions,
    }
    if error.locations:
        formatted_error["locations"] = [
            {"line": place.line, "column": place.column} for place in error.locations
        ]
    if error.path is not None:
        formatted_error["path"] = list(error.path)
    return formatted_error
