"""A response of Zonos's as a result or as an error, which holds nothing of its text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from datetime import UTC
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from graphql import ExecutionResult

from ..errors import APIError
from ..errors import BadResponse
from ..errors import GraphQLErrorInfo
from ..errors import GraphQLErrors
from ..errors import RateLimited
from ..errors import ServerError
from ..errors import Unauthorized

#: Seconds. Nobody here waits longer for anything.
MONTH = 30 * 24 * 3600.0

_decode = json.JSONDecoder(parse_float=Decimal).decode


def read_response(
    status: int, headers: Mapping[str, str], body: bytes, name: str
) -> ExecutionResult:
    """Return the data, and in ``extensions`` its ``status`` and ``request_id``.

    Where errors came beside the data, they are there as ``failure``.

    :param name: the operation's.
    :raises APIError: for a refusal, and for what is no GraphQL response.
    """
    found = _json(body)
    request_id = _request_id(headers, found)
    details: dict[str, Any] = {"request_id": request_id, "status": status}
    context: dict[str, Any] = {"operation": name, **details}
    if status in (401, 403):
        raise _unauthorized(context)
    if status == 429:
        retry_after = _seconds(headers.get("retry-after"))
        raise RateLimited("Zonos asks to send less", retry_after=retry_after, **context)
    errors = found.get("errors") if isinstance(found, dict) else None
    data = found.get("data") if isinstance(found, dict) else None
    if errors:
        failure = _graphql_errors(errors, context)
        if not isinstance(data, dict) or data.get(name) is None:
            raise failure
        # Something came all the same: who asked decides what it is worth.
        return ExecutionResult(data=data, extensions={"failure": failure, **details})
    if status >= 300:
        raise ServerError(
            f"Zonos answered with HTTP {status}",
            retry_after=_seconds(headers.get("retry-after")),
            **context,
        )
    if not isinstance(data, dict):
        raise BadResponse("the response is no GraphQL response", **context)
    return ExecutionResult(data=data, extensions=details)


def _json(body: bytes) -> Any:
    try:
        return _decode(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _graphql_errors(errors: Any, context: dict[str, Any]) -> APIError:
    found = errors if isinstance(errors, list) else [errors]
    infos = [_info(error) for error in found]
    types = {info.error_type for info in infos}
    # Zonos's own fixture of a wrong key has no extensions, only such a message.
    unnamed = any(
        isinstance(error, dict)
        and str(error.get("message", "")).startswith("HTTP Status 401")
        for error in found
    )
    if unnamed or "UNAUTHENTICATED" in types:
        return _unauthorized(context)
    return GraphQLErrors(infos, **context)


def _unauthorized(context: dict[str, Any]) -> Unauthorized:
    problem = "Zonos does not accept the credential; check ZONOS_CREDENTIAL_TOKEN"
    return Unauthorized(problem, **context)


def _info(error: Any) -> GraphQLErrorInfo:
    error = error if isinstance(error, dict) else {}
    extensions = error.get("extensions")
    kind = extensions.get("errorType") if isinstance(extensions, dict) else None
    path = error.get("path")
    return GraphQLErrorInfo(
        error_type=identifier(kind),
        path=".".join(identifier(step) or "?" for step in path[:8])
        if isinstance(path, list)
        else "",
    )


def _request_id(headers: Mapping[str, str], found: Any) -> str | None:
    """Zonos's id of the request: in an error's extensions, maybe in a header."""
    errors = found.get("errors") if isinstance(found, dict) else None
    for error in errors if isinstance(errors, list) else ():
        extensions = error.get("extensions") if isinstance(error, dict) else None
        if isinstance(extensions, dict) and identifier(extensions.get("requestId")):
            return identifier(extensions["requestId"])
    return identifier(headers.get("x-request-id"))


def identifier(value: Any) -> str | None:
    """An identifier of upstream's that is safe in a log: no blanks, no line breaks."""
    if isinstance(value, (str, int)) and re.fullmatch(r"[\w-]{1,80}", str(value)):
        return str(value)
    return None


def _seconds(retry_after: str | None) -> float | None:
    """``Retry-After`` in seconds from now, be it a number of them or a date."""
    if retry_after is None:
        return None
    if re.fullmatch(r"[0-9]+", retry_after):
        return min(float(retry_after), MONTH)
    try:
        date = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    if date.tzinfo is None:
        # So reads "-0000"; HTTP knows no other zone than GMT.
        date = date.replace(tzinfo=UTC)
    return min(max((date - datetime.now(UTC)).total_seconds(), 0), MONTH)
