"""The ``Cache-Control`` of our responses and of pages that carry our tags."""

from __future__ import annotations

from typing import Any

from flask import request
from flask import Response

_POLICY = "flask_zonos.cache_control"
_SENT = "flask_zonos.headers_sent"

#: Headers that a shared cache obeys ahead of ``Cache-Control`` (RFC 9213 and vendors').
_OVERRIDING = ("expires", "surrogate-control", "edge-control", "x-accel-expires")


def disable_caching(cache_control: str) -> None:
    """Send the current request's response with this ``Cache-Control``.

    It is set when the response is finished, after every hook of the shop's.
    """
    request.environ[_POLICY] = cache_control


def headers_are_sent() -> bool:
    """Return whether the response's headers were sent, as of a page that streams."""
    return _SENT in request.environ


def set_cache_control(sender: Any, response: Response, **extra: Any) -> None:
    """Set what :func:`disable_caching` asked for; receives ``request_finished``."""
    request.environ[_SENT] = True
    cache_control = request.environ.get(_POLICY)
    if cache_control is None:
        return
    for name in {name.lower() for name in response.headers.keys()}:
        if name in _OVERRIDING or name.endswith("cdn-cache-control"):
            del response.headers[name]
    response.headers["Cache-Control"] = cache_control
    response.vary.add("Cookie")
