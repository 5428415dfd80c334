"""The kinds of sessions: each would write one at the end of a click."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cachelib import FileSystemCache
from flask import Flask
from flask import session
from flask_session import Session

from flask_zonos import Cart
from flask_zonos import Recognition

#: Prepares an app; the folder is for what is kept on the server.
SetUp = Callable[[Flask, Path], None]


def in_cookie(app: Flask, folder: Path) -> None:
    """Flask's own session, which a callback writes."""

    def write(cart_id: str, cart: Cart, recognition: Recognition) -> None:
        session["carts"] = [cart_id]

    app.extensions["zonos"].callbacks.cart_created_handler = write


def permanent(app: Flask, folder: Path) -> None:
    """Flask's own session, which each response renews."""

    @app.before_request
    def make_permanent() -> None:
        session.permanent = True


def on_server(app: Flask, folder: Path) -> None:
    """Flask-Session's, which it rewrites at the end of each request."""
    app.config.update(SESSION_TYPE="cachelib")
    app.config.update(SESSION_CACHELIB=FileSystemCache(str(folder)))
    Session(app)


def remembered(app: Flask, folder: Path) -> None:
    """Flask-login's remember cookie, which each response renews."""
    app.config.update(REMEMBER_COOKIE_REFRESH_EACH_REQUEST=True)


KINDS: list[SetUp] = [in_cookie, permanent, on_server, remembered]
