"""Method, origin, body, errors and headers of every route."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from typing import NoReturn

from flask import current_app
from flask import got_request_exception
from flask import request
from flask import Response
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import RequestEntityTooLarge

from ..errors import APIError
from ..errors import ConfigurationError
from ..errors import ZonosError
from ..identity import forget_earlier_user
from ..signals import checkout_failed
from ..state import callback_name
from ..state import current_state
from ..state import describe_error
from ..state import line_of_shop
from ..state import send_app_signal
from ..state import signal_exception
from .caching import disable_caching
from .origins import add_cors
from .origins import allowed_origin
from .origins import is_same_origin
from .origins import preflight
from .origins import refusal
from .problems import aborted_status
from .problems import full_message
from .problems import Problem
from .problems import problem_for
from .problems import problem_for_http
from .sessions import session_changes_logged

#: Bytes of a request's body. Hints for a cart loader are a few lines.
LARGEST_BODY = 64 * 1024

View = Callable[[], ResponseReturnValue]

logger = logging.getLogger(__name__)


def page_endpoint(view: View) -> Callable[[], Response]:
    """Decorate a route that the shop's own page posts to: no HTML, no cache."""

    @wraps(view)
    def endpoint() -> Response:
        origin = allowed_origin(request, current_state().settings.allowed_origins)
        if request.method == "OPTIONS" and origin is not None:
            return set_headers(preflight("POST"))
        is_refused = origin is None and not is_same_origin(request)
        if is_refused and request.method in ("POST", "OPTIONS"):
            logger.warning(refusal(request))
        allow_only("POST")
        if is_refused:
            detail = "This can only be done from the shop's pages."
            raise Problem(403, "cross-site", detail)
        forget_earlier_user()
        with session_changes_logged(), _errors_shown_in_debug():
            return set_headers(current_app.make_response(view()))

    return endpoint


@contextmanager
def _errors_shown_in_debug() -> Iterator[None]:
    """In debug, give an error of the shop's to the page that asked.

    Raised, it would be Werkzeug's debugger: HTML that no page script can show. In
    tests, and with ``PROPAGATE_EXCEPTIONS``, it is raised.

    :raises Problem: 500 with the error, which is logged and signalled as Flask does.
    """
    try:
        yield
    except (HTTPException, ZonosError):
        raise
    except Exception as error:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        is_raised = app.testing or app.config["PROPAGATE_EXCEPTIONS"]
        if is_raised or not app.debug:
            raise
        got_request_exception.send(app, _async_wrapper=app.ensure_sync, exception=error)
        raise _logged_problem(error) from None


def handle_http_exception(error: HTTPException) -> Response:
    """Render HTTP errors on our routes as ``application/problem+json``.

    Flask-Limiter, Flask-WTF and a shop's own ``before_request`` would send HTML.
    """
    return set_headers(problem_for_http(error).get_response())


def handle_zonos_error(error: ZonosError) -> Response:
    """Log and signal an error that stops a checkout, and render it as a problem."""
    problem = problem_for(error, debug=current_app.debug)
    if problem.error_code != "empty-cart":
        logger.error("The checkout could not be opened: %s", full_message(error))
    request_id = error.request_id if isinstance(error, APIError) else None
    code = problem.error_code
    send_app_signal(checkout_failed, code=code, error=error, request_id=request_id)
    return set_headers(problem.get_response())


def allow_only(method: str) -> None:
    """Refuse another method ourselves: Flask's response would be HTML.

    :raises Problem: 405.
    """
    if request.method != method:
        detail = f"This address takes {method} only."
        raise Problem(405, "method-not-allowed", detail, allow=method)


def json_object() -> dict[str, Any]:
    """Read the request's body, a JSON object; ``{}`` for an empty one.

    As ``text/plain`` too, since that is how Zonos's own page snippet sends it.

    :raises Problem: 400 for anything else, 413 for too much of it.
    """
    is_json = request.mimetype in ("application/json", "text/plain")
    if request.content_length and not is_json:
        # Perhaps read already, as a form.
        _refuse_body("It must be sent as application/json.")
    app_limit = request.max_content_length
    body = read_body(min(app_limit or LARGEST_BODY, LARGEST_BODY), "request")
    if not body.strip():
        return {}
    if not is_json:
        _refuse_body("It must be sent as application/json.")
    try:
        value = _decode(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        _refuse_body("It must be JSON.")
    if not isinstance(value, dict):
        _refuse_body("It must be a JSON object.")
    return value


def json_response(value: dict[str, Any]) -> Response:
    """A JSON response; the same to the page whatever JSON provider the app has."""
    return Response(_encode(value), mimetype="application/json")


def run_callback(callback: Callable[..., Any], *arguments: Any) -> Any:
    """Run a callback that a checkout cannot do without.

    What ``abort()`` raises keeps its status. Anything else is logged and signalled as
    Flask does with an error of its own, and raised where exceptions propagate.

    :raises Problem: if the callback failed.
    """
    try:
        return current_state().call(callback, *arguments)
    except ZonosError as error:
        if line := line_of_shop(error):
            error.add_note(f"It was raised in {line}")
        raise
    except Exception as error:
        status = aborted_status(error)
        if status is None:
            _callback_failed(error)
        if status < 400:
            # Raised as it is, Flask would answer with it: a redirect, maybe.
            _callback_failed(RuntimeError(f"a callback aborted with HTTP {status}"))
        # Not its description: what a shop writes there may be about the shopper.
        name = getattr(callback, "__name__", type(callback).__name__)
        logger.warning("The shop's callback %s aborted with HTTP %s", name, status)
        send_app_signal(
            checkout_failed, code="loader-error", error=error, request_id=None
        )
        raise Problem(
            status,
            "loader-error",
            "The shop could not prepare the checkout.",
            field=_in_debug(f"{callback_name(callback)} aborted with HTTP {status}"),
        ) from None


def set_headers(response: Response) -> Response:
    """Set the headers of every response of ours."""
    disable_caching("no-store")
    try:
        origin = allowed_origin(request, current_state().settings.allowed_origins)
    except ConfigurationError:
        origin = None
    if origin is not None:
        add_cors(response, origin)
    return response


def _callback_failed(error: Exception) -> NoReturn:
    send_app_signal(checkout_failed, code="loader-error", error=error, request_id=None)
    signal_exception(error)
    raise _logged_problem(error) from None


def _logged_problem(error: Exception) -> Problem:
    # Flask.log_exception() takes other arguments from 3.2 on.
    current_app.logger.error(
        "Exception on %s [%s]", request.path, request.method, exc_info=error
    )
    return Problem(
        500,
        "loader-error",
        "The shop could not prepare the checkout. Please try again in a moment.",
        field=describe_error(error),
    )


def _in_debug(text: str) -> str | None:
    return text if current_app.debug else None


def _refuse_body(why: str) -> NoReturn:
    raise Problem(400, "invalid-body", f"The request's body does not fit. {why}")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        raise ValueError("more than a float holds")
    return value


#: Made once: json.loads() with arguments makes a decoder each time, json.dumps() an
#: encoder.
_encode = json.JSONEncoder(separators=(",", ":")).encode
_decode = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite).decode


def read_body(limit: int, what: str) -> bytes:
    """Read the request's body, of at most ``limit`` bytes.

    :param what: the name of the request, in the refusal.
    :raises Problem: 413 if there is more, 400 if less came than announced.
    """
    # One more, for of a body in chunks Werkzeug hands out what fits, and is content.
    request.max_content_length = limit + 1
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        raise _too_large(what) from None
    except Exception:
        # Each server has errors of its own for a chunk that is none.
        raise _broken(what) from None
    if len(body) > limit:
        raise _too_large(what)
    if request.content_length is not None and len(body) < request.content_length:
        raise _broken(what)
    return body


def _too_large(what: str) -> Problem:
    return Problem(413, "too-large", f"The {what} is too large.")


def _broken(what: str) -> Problem:
    return Problem(400, "invalid-body", f"The {what} did not arrive whole.")
