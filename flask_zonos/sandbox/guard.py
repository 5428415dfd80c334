"""Access to the sandbox: loopback hosts and its own pages.

The sandbox has no secrets of its own, but its inspector shows passwords and its
control routes change everything. So a page of another origin, and a name of another
host that points to this machine, are turned away before any view runs.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import abort
from flask import Flask
from flask import request
from flask import Response

from .constants import LOOPBACK_NAMES
from .state import current_state

_EVERYWHERE = ("/graphql", "/dist/", "/checkout", "/hello", "/sandbox-static/")


def install(app: Flask) -> None:
    """Guard all routes of an application."""
    app.before_request(_refuse_strangers)
    app.after_request(_harden)


def host_name(host: str) -> str:
    """The name in a ``Host`` header, without the port."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
    return f"[{name}]" if ":" in name else name


def is_loopback(host: str) -> bool:
    """Return whether a ``Host`` header names this machine by a loopback name."""
    return host_name(host) in LOOPBACK_NAMES


def is_same_origin() -> bool:
    """Return whether the request is of the sandbox's own pages or of no browser."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _refuse_strangers() -> None:
    remote = current_state().options.allow_remote
    open_to_all = remote and request.path.startswith(_EVERYWHERE)
    if not open_to_all and not is_loopback(request.host):
        abort(403, "The sandbox accepts the hosts 127.0.0.1 and localhost only")
    is_protected = request.path.startswith(("/_sandbox", "/checkout/", "/graphql"))
    if is_protected and not is_same_origin():
        abort(403, "Pages of other origins cannot use this address")


def _harden(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Cache-Control", "no-store")
    return response
