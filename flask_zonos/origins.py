"""Whether a request comes from the shop's own pages, decided before any loader runs."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request
from flask import Response


def allowed_origin(request: Request, allowed: tuple[str, ...]) -> str | None:
    """The request's origin, if the shop has listed exactly this one."""
    origin = request.headers.get("Origin")
    return origin if origin in allowed else None


def is_same_origin(request: Request) -> bool:
    """Whether nothing says that another site's page has sent the request.

    Without ``Sec-Fetch-Site`` (old browsers, plain HTTP beyond this machine) ``Origin``
    has to name our host; with neither it is no browser.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    try:
        host = _host(urlsplit(origin).netloc)
    except ValueError:
        return False
    return host is not None and host == _host(request.host)


def add_cors(response: Response, origin: str) -> None:
    """Let the page of a listed origin read the answer, with its cookies."""
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Allow-Credentials"] = "true"
    response.headers["Access-Control-Expose-Headers"] = "Retry-After, Server-Timing"
    response.vary.add("Origin")


def preflight(allow: str) -> Response:
    """The answer to a listed origin's question before its request."""
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = allow
    response.headers["Access-Control-Allow-Headers"] = (
        "Content-Type, X-CSRFToken, X-Zonos-Identity"
    )
    response.headers["Access-Control-Max-Age"] = "600"
    return response


def _host(netloc: str) -> str | None:
    """Host and port, the default ports left out; nothing where it is not one."""
    host = netloc.rpartition("@")[2].lower()
    for port in (":80", ":443"):
        host = host.removesuffix(port)
    return host or None
