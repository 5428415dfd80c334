"""Limits of how often a password may be guessed, counted by Flask-Limiter.

In Redis where ``REDIS_URL`` is set, so that all processes count together, else in the
memory of this one. Guesses at one account from very many addresses are not stopped.
Behind a proxy Werkzeug's ``ProxyFix`` must say whose address it is, or all shoppers
share one count.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import time

from flask import current_app
from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse

#: Of one address: at one account, and at all together, for many may share one.
AT_ONE_ACCOUNT = parse("5 per 15 minutes")
AT_ALL_ACCOUNTS = parse("50 per 15 minutes")


def acquire(email: str) -> int:
    """Count a sign-in before its password is checked.

    :return: 0, or the seconds to wait: then it must not go on.
    """
    strategy = _limiter().limiter
    address = get_remote_address()
    for limit, key in (
        (AT_ONE_ACCOUNT, (address, _account(email))),
        (AT_ALL_ACCOUNTS, (address,)),
    ):
        if not strategy.hit(limit, *key):
            ends_at = strategy.get_window_stats(limit, *key).reset_time
            return max(1, math.ceil(ends_at - time.time()))
    return 0


def reset(email: str) -> None:
    """Forget the tries at an account that somebody has now signed in to."""
    _limiter().limiter.clear(AT_ONE_ACCOUNT, get_remote_address(), _account(email))


def init_app(app: Flask) -> None:
    app.extensions["login_throttle"] = Limiter(
        get_remote_address,
        app=app,
        storage_uri=app.config["REDIS_URL"] or "memory://",
        strategy="moving-window",
        key_prefix="sign-in",
    )


def _limiter() -> Limiter:
    limiter = current_app.extensions["login_throttle"]
    assert isinstance(limiter, Limiter)
    return limiter


def _account(email: str) -> str:
    # Not the text itself: some type their password where the e-mail belongs.
    key = current_app.secret_key
    assert key is not None
    secret = key if isinstance(key, bytes) else key.encode()
    return hmac.new(secret, email.encode(), hashlib.sha256).hexdigest()
