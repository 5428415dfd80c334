"""Headers of every page: a strict content security policy and its kin."""

from __future__ import annotations

import os
import secrets
from urllib.parse import urlsplit

from flask import current_app
from flask import Flask
from flask import g
from flask import Response

ZONOS_SCRIPT_URL = "https://js.zonos.com/dist/scripts/loadZonos.js"


def csp_nonce() -> str:
    """Return this answer's nonce: a new one each time, the same within one answer."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    return str(g.csp_nonce)


def content_security_policy(script_url: str, nonce: str) -> dict[str, str]:
    """Return the policy of a page that runs Zonos Checkout, directive by directive.

    Every script of a page has the nonce, and ``'strict-dynamic'`` lets Zonos's loader
    bring the scripts that it needs, from whatever host. The checkout opens in a frame
    and asks its own servers. What the real script needs on top is not documented; its
    known servers are all below zonos.com, and ``CONTENT_SECURITY_POLICY`` in the config
    adds or replaces a directive.
    """
    parts = urlsplit(script_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    zonos = origin
    if parts.hostname and parts.hostname.endswith(".zonos.com"):
        zonos = f"{origin} https://*.zonos.com"
    return {
        "default-src": "'self'",
        "script-src": f"'nonce-{nonce}' 'strict-dynamic'",
        "style-src": "'self'",
        "img-src": f"'self' data: {zonos}",
        "connect-src": f"'self' {zonos}",
        "frame-src": zonos,
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }


def add_headers(response: Response) -> Response:
    if response.mimetype != "text/html":
        return response
    script_url = (
        current_app.config.get("ZONOS_SCRIPT_URL")
        or os.environ.get("ZONOS_SCRIPT_URL")
        or ZONOS_SCRIPT_URL
    )
    policy = content_security_policy(script_url, csp_nonce())
    policy |= current_app.config["CONTENT_SECURITY_POLICY"]
    response.headers["Content-Security-Policy"] = "; ".join(
        f"{directive} {sources}" for directive, sources in policy.items()
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    # Every page says who is signed in and what is in the basket: no cache may keep it.
    response.headers["Cache-Control"] = "private, no-store"
    return response


def init_app(app: Flask) -> None:
    app.config.setdefault("CONTENT_SECURITY_POLICY", {})
    app.add_template_global(csp_nonce)
    app.after_request(add_headers)
