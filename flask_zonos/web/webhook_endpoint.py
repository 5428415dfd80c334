"""Responses of the webhook route: ours, whatever the shop's other code does.

Zonos takes any 2xx as "stored". A page of the shop's that forgets its status, from an
error handler, a ``before_request`` or an ``after_request``, would lose the order.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app
from flask import Flask
from flask import request
from flask import Response
from werkzeug.exceptions import default_exceptions
from werkzeug.exceptions import InternalServerError

from ..errors import APIError
from ..errors import ConfigurationError
from ..errors import ZonosError
from ..state import signal_exception
from ..state import State
from .caching import set_cache_control
from .endpoint import set_headers
from .problems import code_for_name
from .problems import Problem
from .problems import whole_seconds

#: In the WSGI environment: what the view has responded.
_RESPONSE = "flask_zonos.webhook_response"

logger = logging.getLogger(__name__)


def webhook_endpoint(view: Callable[[], Response]) -> Callable[[], Response]:
    """Turn what a view raises into a response that makes Zonos try again."""

    @wraps(view)
    def endpoint() -> Response:
        try:
            response = view()
        except Problem as problem:
            response = problem.get_response()
        except ZonosError as error:
            response = _unavailable(error).get_response()
        except Exception as error:
            response = shop_error(error, "The webhook route failed").get_response()
        set_headers(response)
        ours = response.status_code, list(response.headers), response.get_data()
        request.environ[_RESPONSE] = ours
        return response

    return endpoint


def shop_error(error: Exception, message: str) -> Problem:
    """Log and signal an error of the shop's code, and return the problem to raise.

    Where exceptions propagate, in debug and in tests, it is raised instead.

    :param message: for the log: what failed.
    """
    signal_exception(error)
    current_app.logger.error(message, exc_info=error)
    return handler_problem()


def handler_problem() -> Problem:
    """Return the problem for a webhook whose handling failed in code of the shop's."""
    detail = "The shop could not take the webhook. Send it again."
    return Problem(500, "handler-error", detail)


def keep_webhook_response(app: Flask, response: Response, **_: Any) -> None:
    """Restore the webhook route's own response where code of the shop's replaced it.

    Receiver of ``request_finished``, which comes after all hooks and error handlers.
    """
    state = app.extensions.get("zonos")
    if not isinstance(state, State):
        return
    if request.endpoint != state.url_endpoint("webhooks"):
        return
    ours = request.environ.get(_RESPONSE)
    if ours is None:
        ours = _for_response_of_the_shop(response)
    status, headers, body = ours
    if response.status_code != status:
        logger.error(
            "A hook or an error handler of the shop's responded to a webhook with HTTP "
            "%s; it gets HTTP %s",
            response.status_code,
            status,
        )
    elif _RESPONSE in request.environ:
        return
    response.headers.clear()
    response.headers.extend(headers)
    response.status_code = status
    response.set_data(body)
    # Receivers come in any order, so that this one may have had its turn.
    set_cache_control(app, response)


def _for_response_of_the_shop(response: Response) -> tuple[int, Any, bytes]:
    """Return what to respond where the shop responded ahead of our view.

    A refusal, such as of a limit of requests, keeps its status.
    """
    error = default_exceptions.get(response.status_code, InternalServerError)
    status = error.code or 500
    detail = "The shop did not look at the webhook. Send it again."
    problem = Problem(status, code_for_name(error().name), detail)
    ours = set_headers(problem.get_response())
    if "Retry-After" in response.headers:
        ours.headers["Retry-After"] = response.headers["Retry-After"]
    return status, list(ours.headers), ours.get_data()


def _unavailable(error: ZonosError) -> Problem:
    logger.error("A webhook's order could not be fetched: %s", error)
    if isinstance(error, ConfigurationError):
        detail = "The shop is not set up. Send the webhook again later."
        return Problem(500, "not-configured", detail)
    seconds = error.retry_after if isinstance(error, APIError) else None
    detail = "The order could not be fetched. Send the webhook again."
    return Problem(503, "unavailable", detail, retry_after=whole_seconds(seconds or 5))
