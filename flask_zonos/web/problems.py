"""Errors as ``application/problem+json`` (RFC 9457), in a shopper's words."""

from __future__ import annotations

import json
import math
from typing import Any

from flask import Response
from werkzeug.exceptions import HTTPException

from ..errors import APIError
from ..errors import Busy
from ..errors import ConfigurationError
from ..errors import InvalidInput
from ..errors import RateLimited
from ..errors import TimedOut
from ..errors import ZonosError

_AGAIN = "Please try again in a moment."
_NOT_OPENED = "The checkout could not be opened."


class Problem(HTTPException):
    """An error as a response, to be raised in a view.

    :param code: stable, for programs.
    :param detail: a sentence that a shopper can read.
    :param request_id: Zonos's id of the request, where there is one.
    :param retry_after: whole seconds, 1 to 60.
    :param field: what of the shop's does not fit, and the remedy; only in debug.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        request_id: str | None = None,
        retry_after: int | None = None,
        field: str | None = None,
        allow: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = status
        self.error_code = code
        self.detail = detail
        self.request_id = request_id
        self.retry_after = retry_after
        self.field = field
        self.allow = allow

    def get_response(self, environ: Any = None, scope: Any = None) -> Response:
        """The problem as a response."""
        members = {
            "type": "about:blank",
            "title": self.error_code.replace("-", " ").capitalize(),
            "status": self.code,
            "code": self.error_code,
            "detail": self.detail,
            "requestId": self.request_id,
            "field": self.field,
        }
        response = Response(
            json.dumps({k: v for k, v in members.items() if v is not None}),
            status=self.code,
            content_type="application/problem+json",
        )
        if self.retry_after is not None:
            response.headers["Retry-After"] = str(self.retry_after)
        if self.allow is not None:
            response.headers["Allow"] = self.allow
        return response


def problem_for(error: ZonosError, *, debug: bool) -> Problem:
    """The problem for an error that stops a checkout; never upstream's text."""
    if isinstance(error, InvalidInput) and error.field == "items":
        return Problem(409, "empty-cart", "Your cart is empty.")
    if isinstance(error, InvalidInput | ConfigurationError):
        return Problem(
            500,
            "invalid-cart" if isinstance(error, InvalidInput) else "not-configured",
            f"{_NOT_OPENED} The shop has been told.",
            field=full_message(error) if debug else None,
        )
    if isinstance(error, Busy):
        detail = f"The checkout is very busy. {_AGAIN}"
        return Problem(503, "busy", detail, retry_after=1)
    request_id = error.request_id if isinstance(error, APIError) else None
    if isinstance(error, RateLimited):
        return Problem(
            503,
            "rate-limited",
            f"The checkout is very busy. {_AGAIN}",
            request_id=request_id,
            retry_after=whole_seconds(error.retry_after),
        )
    if isinstance(error, TimedOut):
        return Problem(
            504,
            "timeout",
            f"The checkout took too long to open. {_AGAIN}",
            request_id=request_id,
            retry_after=1,
        )
    return Problem(
        502,
        "unavailable",
        f"{_NOT_OPENED} {_AGAIN}",
        request_id=request_id,
        retry_after=1,
    )


def full_message(error: ZonosError) -> str:
    """The error's text, and the callback that gave the value."""
    return ". ".join([str(error), *getattr(error, "__notes__", ())])


def problem_for_http(error: HTTPException) -> Problem:
    """The problem for any HTTP error on our routes."""
    if isinstance(error, Problem):
        return error
    status = error.code or 500
    code = code_for_name(error.name)
    if any(base.__name__ == "CSRFError" for base in type(error).__mro__):
        # Flask-WTF's, which need not be installed: the page's token is too old, or of
        # a session that has ended.
        detail = "This page has been open for too long. Reload it, and try again."
        return Problem(status, "page-expired", detail)
    if status >= 500:
        return Problem(status, code, f"{_NOT_OPENED} {_AGAIN}")
    if status == 429:
        detail = f"That was too often. {_AGAIN}"
        return Problem(status, code, detail, retry_after=1)
    return Problem(status, code, str(error.description or error.name))


def aborted_status(error: Exception) -> int | None:
    """The status that a callback of the shop's gave to ``abort()``.

    Also of APIFlask's, whose error is none of Werkzeug's. ``None`` for another error.
    """
    if isinstance(error, HTTPException):
        return error.get_response().status_code
    kinds = {f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__}
    if "apiflask.exceptions.HTTPError" in kinds:
        return int(error.status_code)  # type: ignore[attr-defined]
    return None


def code_for_name(name: str) -> str:
    """The code of an HTTP error that has none of ours: ``bad-request``."""
    return name.lower().replace(" ", "-")


def whole_seconds(seconds: float | None) -> int:
    """A ``Retry-After`` of ours: 1 to 60, and 1 where nothing is known."""
    return min(max(math.ceil(seconds or 1), 1), 60)
