"""Who clicks: taken from flask-login, on the server, at the moment of the click."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import flask_login
from flask import current_app
from flask import request

from .checkout import Shopper
from .errors import ConfigurationError
from .errors import InvalidInput
from .inputs import profile_input
from .operations import InputVariables
from .state import State

HEADER = "X-Zonos-Identity"


@dataclass(frozen=True, repr=False)
class Identity:
    """Who is signed in.

    :ivar user: the real user object, or ``None`` for an anonymous shopper.
    :ivar login_id: flask-login's id of the login, which may be an alternative id; only
        for telling logins apart, never sent to Zonos.
    """

    user: Any
    login_id: str | None

    def __repr__(self) -> str:
        return f"Identity(authenticated={self.user is not None})"


def current_identity() -> Identity:
    """Who is signed in now, taken from flask-login once.

    :raises ConfigurationError: if the app has no ``LoginManager``.
    """
    if not hasattr(current_app, "login_manager"):
        raise ConfigurationError(
            "LoginManager",
            "the shopper is taken from flask-login, but this app has none: call "
            "login_manager.init_app(app)",
        )
    user = flask_login.current_user._get_current_object()
    if not user.is_authenticated:
        return Identity(None, None)
    return Identity(user, str(user.get_id()))


def identity_tag(identity: Identity) -> str:
    """What the page carries to say for whom it was made: an HMAC, so it tells nobody.

    :raises ConfigurationError: if the app has no ``SECRET_KEY``.
    """
    secret_key = current_app.secret_key
    if not secret_key:
        raise ConfigurationError("SECRET_KEY", "is not set; the session needs it too")
    return _tag(identity, secret_key)


def is_for_another(identity: Identity) -> bool:
    """Whether the request's page was made for another login than the current one.

    A page without our tag (Zonos's own snippet) is not checked.
    """
    given = request.headers.get(HEADER)
    if given is None:
        return False
    earlier_keys = current_app.config["SECRET_KEY_FALLBACKS"] or ()
    keys = [current_app.secret_key, *earlier_keys]
    return not any(
        hmac.compare_digest(given.encode(), _tag(identity, key).encode())
        for key in keys
        if key
    )


def load_shopper(state: State, identity: Identity) -> Shopper:
    """The shopper's checked profile, or why there is none.

    Never a reason to stop a sale: a loader that fails is logged, with the reason.
    """
    loader = state.callbacks.customer_loader
    if identity.user is None:
        return Shopper(reason="anonymous")
    if loader is None:
        return Shopper(reason="no-profile")
    try:
        profile = state.call(loader, identity.user)
    except Exception:
        current_app.logger.exception(
            "@zonos.customer_loader failed: the shopper checks out without a profile"
        )
        return Shopper(reason="loader-error")
    if profile is None:
        return Shopper(reason="no-profile")
    try:
        variables = InputVariables(input=profile_input(profile))
    except InvalidInput as error:
        current_app.logger.error(
            "@zonos.customer_loader gave a profile that Zonos's schema refuses, so the "
            "shopper checks out without one: %s",
            error,
        )
        return Shopper(reason="invalid-profile")
    except Exception as error:
        current_app.logger.error(
            "What @zonos.customer_loader gave could not be read: the shopper checks "
            "out without a profile",
            exc_info=_from_the_shop(error),
        )
        return Shopper(reason="loader-error")
    if state.settings.require_fresh_login and not flask_login.login_fresh():
        return Shopper(variables, reason="stale-login")
    return Shopper(variables)


def _from_the_shop(error: Exception) -> Exception:
    """The error of a list or a proxy of the shop's, without our frames.

    They hold what was read of the profile before.
    """
    frames = error.__traceback__
    while frames is not None and _is_ours(frames):
        frames = frames.tb_next
    return error.with_traceback(frames)


def _is_ours(traceback: TracebackType) -> bool:
    return traceback.tb_frame.f_globals.get("__package__") == __package__


def _tag(identity: Identity, secret_key: str | bytes) -> str:
    key = secret_key.encode() if isinstance(secret_key, str) else secret_key
    who = "anonymous" if identity.login_id is None else f"login:{identity.login_id}"
    return hmac.digest(key, f"flask-zonos.identity:{who}".encode(), "sha256").hex()
