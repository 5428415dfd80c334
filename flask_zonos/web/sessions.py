"""Our routes read this request's login, and leave the shop's session as it was.

A click takes up to the deadline. A session that is saved at its end would bring back a
login that ended meanwhile, or lose one that began; so would a remember cookie.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from typing import cast

from flask import current_app
from flask import Flask
from flask import has_request_context
from flask import request
from flask import Response
from flask import session
from flask.sessions import SessionInterface
from flask.sessions import SessionMixin
from flask_login import COOKIE_NAME

from ..state import State

#: What flask-login writes into the session, not only at a sign-in but also when it
#: loads a user.
_LOGIN_KEYS = {"_user_id", "_fresh", "_id", "_remember", "_remember_seconds"}

logger = logging.getLogger(__name__)


class SessionsOfShop:
    """The app's session interface, which does not save at the end of our routes.

    Everything else is the interface's own, its type included.
    """

    def __init__(self, interface: SessionInterface) -> None:
        vars(self)["_interface"] = interface

    def save_session(
        self, app: Flask, session: SessionMixin, response: Response
    ) -> None:
        if not is_our_request(app):
            self._interface.save_session(app, session, response)

    def __getattr__(self, name: str) -> Any:
        return getattr(vars(self)["_interface"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._interface, name, value)

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return type(self._interface)


def wrap_session_interface(response: Response) -> Response:
    """Have the session of this request, one of ours, not be saved.

    Runs after each of our views, ahead of Flask's saving, because an extension such as
    Flask-Session may replace the interface whenever it is set up.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if type(app.session_interface) is not SessionsOfShop:
        wrapped = SessionsOfShop(app.session_interface)
        app.session_interface = cast(SessionInterface, wrapped)
    return response


def drop_login_cookies(app: Flask, response: Response, **_: Any) -> None:
    """Take out the remember cookie that flask-login renews, and any session cookie.

    Receives ``request_finished``, which comes after every hook of the shop's.
    """
    if not is_our_request(app):
        return
    names = {
        app.config.get("REMEMBER_COOKIE_NAME", COOKIE_NAME),
        app.session_interface.get_cookie_name(app),
    }
    cookies = response.headers.getlist("Set-Cookie")
    kept = [cookie for cookie in cookies if cookie.partition("=")[0] not in names]
    if len(kept) < len(cookies):
        response.headers.setlist("Set-Cookie", kept)


def is_our_request(app: Flask) -> bool:
    """Say whether the current request is to one of our routes."""
    state = app.extensions.get("zonos")
    return (
        isinstance(state, State)
        and has_request_context()
        and state.has_route(request.endpoint)
    )


@contextmanager
def session_changes_logged() -> Iterator[None]:
    """Log the names of what the shop's callbacks change in the session in the block."""
    before = _copy(dict(session))
    try:
        yield
    finally:
        keys = _changed_keys(before, dict(session))
        if keys:
            logger.warning(
                "A callback changed the session in %s (%s). The change is discarded: "
                "it could bring back a login that has ended meanwhile. Write it to "
                "your database, or in a route of your own; which carts a browser made "
                "is known to zonos.made_cart(cart_id).",
                request.path,
                ", ".join(sorted(repr(key) for key in keys)),
            )


def _changed_keys(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    keys = {
        key
        for key in before.keys() | after.keys()
        if key not in before or key not in after or _differs(before[key], after[key])
    }
    # Loading the user renews these; what login_user() does is fresh.
    return keys if after.get("_fresh") else keys - _LOGIN_KEYS


def _differs(before: Any, after: Any) -> bool:
    try:
        return before is not after and bool(before != after)
    except Exception:
        # An object of the shop's that cannot be compared.
        return False


def _copy(value: Any) -> Any:
    """Copy the containers; a session on the server may hold objects of any kind."""
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        copied = map(_copy, value)
        return list(copied) if isinstance(value, list) else tuple(copied)
    return set(value) if isinstance(value, set) else value
