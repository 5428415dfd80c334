"""Sessions on Redis, for a shop of several processes or machines.

Only imported where ``REDIS_URL`` is set; else Flask's own signed cookie does.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask import session
from flask_login import user_logged_in
from flask_session import Session
from redis import Redis


def init_app(app: Flask, redis_url: str) -> None:
    app.config.update(
        SESSION_TYPE="redis",
        SESSION_REDIS=Redis.from_url(redis_url),
        # As the cookie has it: ends with the browser, written only when changed.
        SESSION_PERMANENT=False,
    )
    Session(app)
    user_logged_in.connect(_begin_anew, app)


def _begin_anew(app: Flask, **_: Any) -> None:
    """Give a session that signs in a new id: the old one may have been planted."""
    app.session_interface.regenerate(session)  # type: ignore[attr-defined]
