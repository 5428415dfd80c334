"""The origin of a request, checked before any loader runs."""

from __future__ import annotations

import re
from urllib.parse import SplitResult
from urllib.parse import urlsplit

from flask import Request
from flask import Response

_DEFAULT_PORTS = {"http": 80, "https": 443}


def allowed_origin(request: Request, allowed: tuple[str, ...]) -> str | None:
    """The request's origin, if the shop has listed exactly this one."""
    origin = request.headers.get("Origin")
    return origin if origin in allowed else None


def is_same_origin(request: Request) -> bool:
    """Return whether nothing says that another site's page sent the request.

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
        return _is_our_host(urlsplit(origin), request)
    except ValueError:
        return False


def refusal(request: Request) -> str:
    """Describe for the log what was expected, what came, and both remedies.

    Headers are written in ASCII and cut short: anybody can send them.
    """
    origin, fetch_site = (
        ascii(request.headers.get(name, "none")[:100])
        for name in ("Origin", "Sec-Fetch-Site")
    )
    path = ascii(request.path[:100])
    expected = ascii(f"{request.scheme}://{_host(request)}"[:100])
    return (
        f"Refused a request to {path}: expected a page of {expected}, got "
        f"Origin {origin} and Sec-Fetch-Site {fetch_site}. If that is the shop's "
        "public address, a proxy changes it on the way: app.wsgi_app = "
        "ProxyFix(app.wsgi_app, x_proto=1, x_host=1). If it is another domain of the "
        "shop's, list it in ZONOS_ALLOWED_ORIGINS. Else there is nothing to do."
    )


def add_cors(response: Response, origin: str) -> None:
    """Let the page of a listed origin read the response, with its cookies."""
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Allow-Credentials"] = "true"
    response.headers["Access-Control-Expose-Headers"] = "Retry-After, Server-Timing"
    response.vary.add("Origin")


def preflight(allow: str) -> Response:
    """The response to a listed origin's preflight request."""
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = allow
    response.headers["Access-Control-Allow-Headers"] = (
        "Content-Type, X-CSRFToken, X-Zonos-Identity"
    )
    response.headers["Access-Control-Max-Age"] = "600"
    return response


def _is_our_host(origin: SplitResult, request: Request) -> bool:
    """Compare an origin's host and port with the request's.

    A request that seems to be ``http`` may come from a proxy that ended TLS and does
    not say so; one that is ``https`` comes from no ``http`` page of ours.

    :raises ValueError: if a port is no number.
    """
    default_port = _DEFAULT_PORTS.get(origin.scheme)
    if default_port is None or origin.hostname is None:
        return False
    if request.scheme == "https" and origin.scheme != "https":
        return False
    named, ours = (
        (host.hostname, default_port if host.port is None else host.port)
        for host in (origin, urlsplit(f"//{_host(request)}"))
    )
    return named == ours


def _host(request: Request) -> str:
    """The request's host, also with an underscore: Werkzeug gives an empty one then.

    With ``TRUSTED_HOSTS`` such a request does not come this far.
    """
    if request.host:
        return request.host
    given = request.headers.get("Host", "")
    return given if re.fullmatch(r"[A-Za-z0-9._-]+(:\d{1,5})?", given, re.A) else ""
