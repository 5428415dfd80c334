"""JSON requests and responses of the control routes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask import request
from flask import Response
from graphql import GraphQLError

from ..encoding import dumps
from ..encoding import loads


def control_blueprint(name: str) -> Blueprint:
    """A blueprint of control routes; what makes no sense is refused with 400."""
    blueprint = Blueprint(name, __name__, url_prefix="/_sandbox")
    for error in (ValueError, TypeError, OverflowError, GraphQLError):
        blueprint.register_error_handler(error, _bad_request)
    return blueprint


def json_object() -> dict[str, Any]:
    """The object in the request's body; nothing is an empty one.

    :raises ValueError: if it is no JSON object
    """
    plain: dict[str, Any] = _plain(json_object_exact())
    return plain


def json_object_exact() -> dict[str, Any]:
    """The same with its fractions as decimals, where they are amounts.

    :raises ValueError: if it is no JSON object
    """
    body = loads(request.get_data() or b"{}")
    if not isinstance(body, dict):
        raise ValueError("The body must be a JSON object")
    return body


def json_response(body: Any, status: int = 200) -> Response:
    """A value as a response."""
    return Response(dumps(body), status, content_type="application/json")


def _bad_request(error: Exception) -> Response:
    """A request that makes no sense; the message says why."""
    message = error.message if isinstance(error, GraphQLError) else str(error)
    return json_response({"message": message}, 400)


def _plain(value: Any) -> Any:
    """JSON's fractions as floats: here they are seconds, not amounts."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value if not hasattr(value, "as_tuple") else float(value)
