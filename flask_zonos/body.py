"""A request's body: all of it, or a refusal that says why not."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from .problems import Problem


def whole_body(limit: int, what: str) -> bytes:
    """The request's body, which may have at most ``limit`` bytes.

    :param what: the name of the request, in the refusal.
    :raises Problem: 413 if there is more, 400 if less came than was told.
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
