"""The session: its secret key, its cookies, and how long they last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Flask

from .finding import error
from .finding import Finding
from .finding import Level
from .finding import ok
from .finding import warning

_SHORTEST_KEY = 16
_LONG_TIME = timedelta(days=31)
#: flask-login's own defaults.
_REMEMBER = {"SECURE": False, "HTTPONLY": True, "SAMESITE": None}


def check(app: Flask, *, live: bool, fresh: bool | None = None) -> Iterator[Finding]:
    """Check that nobody else can get a shopper's session.

    :param live: what is a warning while testing is an error then.
    :param fresh: ``ZONOS_REQUIRE_FRESH_LOGIN``, if it could be read.
    """
    risk: Level = "error" if live else "warning"
    yield _secret_key(app, risk)
    found = [
        *_flags(app, "SESSION_COOKIE", app.config, risk),
        *_flags(app, "REMEMBER_COOKIE", _remember(app), risk),
    ]
    yield from found
    if not found:
        yield ok("cookies", "Session and remember cookies are Secure, HttpOnly, Lax.")
    if fresh is not None:
        yield _fresh_login(app, fresh)


def _secret_key(app: Flask, risk: Level) -> Finding:
    key = app.secret_key
    if not key:
        return error(
            "SECRET_KEY",
            "SECRET_KEY is not set: there is no session, and no page can be made.",
            'Set it: python -c "import secrets; print(secrets.token_hex())".',
        )
    if len(key) < _SHORTEST_KEY:
        return Finding(
            level=risk,
            topic="SECRET_KEY",
            message="SECRET_KEY is so short that it can be guessed, and with it anyone "
            "can sign in as anyone.",
            remedy='Make a new one: python -c "import secrets; '
            'print(secrets.token_hex())".',
        )
    return ok("SECRET_KEY", "It is set, and long enough.")


def _remember(app: Flask) -> dict[str, Any]:
    return {
        f"REMEMBER_COOKIE_{name}": app.config.get(f"REMEMBER_COOKIE_{name}", default)
        for name, default in _REMEMBER.items()
    }


def _flags(app: Flask, name: str, config: Any, risk: Level) -> Iterator[Finding]:
    topic = name.replace("_", " ").lower()
    if not config[f"{name}_SECURE"]:
        yield Finding(
            level="warning" if app.debug else risk,
            topic=topic,
            message=f"{name}_SECURE is off: the cookie also travels without TLS.",
            remedy=f"Set {name}_SECURE = True wherever the shop is served by https.",
        )
    if not config[f"{name}_HTTPONLY"]:
        yield error(
            topic,
            f"{name}_HTTPONLY is off: any script in a page can take the session.",
            f"Leave {name}_HTTPONLY at True.",
        )
    same_site = config[f"{name}_SAMESITE"]
    if str(same_site) not in ("Lax", "Strict"):
        yield warning(
            topic,
            f"{name}_SAMESITE is {same_site}: other sites' pages send the cookie too.",
            f'Set {name}_SAMESITE = "Lax".',
        )


def _fresh_login(app: Flask, required: bool) -> Finding:
    topic = "fresh login"
    if required:
        return ok(
            topic, "A remembered login gets a prefilled address, not saved cards."
        )
    # flask-login takes seconds too.
    given = app.config.get("REMEMBER_COOKIE_DURATION", timedelta(days=365))
    duration = given if isinstance(given, timedelta) else timedelta(seconds=given)
    if duration > _LONG_TIME:
        return warning(
            topic,
            f"A login may be remembered for {duration.days} days, and then shows saved "
            "cards without a password.",
            "Set ZONOS_REQUIRE_FRESH_LOGIN, or a shorter REMEMBER_COOKIE_DURATION.",
        )
    return ok(topic, f"A login is remembered for {duration.days} days at most.")
