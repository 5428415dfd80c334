"""The shopper of this request: taken from flask-login, on the server, at the click."""

from __future__ import annotations

import hmac
import logging
from dataclasses import dataclass
from dataclasses import replace
from typing import Any

import flask.globals
import flask_login
from flask import current_app
from flask import g
from flask import request
from flask import session

from .api.operations import InputVariables
from .api.serializers import profile_input
from .checkout import shipping_data
from .checkout import Shopper
from .errors import ConfigurationError
from .errors import InvalidInput
from .models import CustomerProfile
from .models import Location
from .state import callback_name
from .state import current_state
from .state import describe_error
from .state import is_our_frame
from .state import State

HEADER = "X-Zonos-Identity"

_MISSING = object()

logger = logging.getLogger(__name__)


@dataclass(frozen=True, repr=False)
class Identity:
    """The login of one request.

    :ivar user: the real user object, or ``None`` for an anonymous shopper.
    :ivar login_id: the id that flask-login keeps in the session, from the sign-in to
        the sign-out; ``None`` for the anonymous, and for a user whom each request
        authenticates anew (a token). Only for telling logins apart, never sent to
        Zonos. ``get_id()`` is not asked: it may be missing, or new at each call.
    """

    user: Any
    login_id: str | None

    def __repr__(self) -> str:
        return f"Identity(authenticated={self.user is not None})"


def current_identity() -> Identity:
    """Return the login of this request.

    :raises ConfigurationError: if the app has no ``LoginManager``.
    """
    if not hasattr(current_app, "login_manager"):
        raise ConfigurationError(
            "LoginManager",
            "the shopper is taken from flask-login, but this app has none: call "
            "login_manager.init_app(app)",
        )
    forget_earlier_user()
    user = flask_login.current_user._get_current_object()
    if not _is_signed_in(user):
        return Identity(None, None)
    login_id = session.get("_user_id")
    return Identity(user, None if login_id is None else str(login_id))


def _is_signed_in(user: Any) -> bool:
    """Say whether flask-login's user is signed in and not blocked.

    Only a bool, or an int, says so: a method is true whatever it would return (before
    flask-login 0.3 both were methods), and so is any text.
    """
    authenticated = getattr(user, "is_authenticated", _MISSING)
    active = getattr(user, "is_active", _MISSING)
    found = {"is_authenticated": authenticated, "is_active": active}
    for name, value in found.items():
        is_number = name == "is_active" or isinstance(value, int) or not value
        if callable(value) or value is _MISSING or not is_number:
            logger.error(
                "A shopper counts as a guest, for %s of %s must be a property that "
                "gives a bool; derive the class from flask_login.UserMixin",
                name,
                type(user).__name__,
            )
            return False
    return authenticated == 1 and bool(active)


def identity_tag(identity: Identity) -> str:
    """Return what the page carries to say for whom it was made: an HMAC.

    For a user whom each request authenticates anew it is the tag of the anonymous: a
    page is opened without the token that comes with the click.

    :raises ConfigurationError: if the app has no ``SECRET_KEY``.
    """
    if not current_app.secret_key:
        raise ConfigurationError("SECRET_KEY", "is not set; the session needs it too")
    return _tag(identity, secret_keys()[0])


def identity_changed(identity: Identity) -> bool:
    """Return whether the request's page was made for another login.

    A page without our tag (Zonos's own snippet) is not checked.
    """
    given = request.headers.get(HEADER)
    if given is None:
        return False
    return not any(
        hmac.compare_digest(given.encode(), _tag(identity, key).encode())
        for key in secret_keys()
    )


def customer_id_of(state: State, identity: Identity) -> str | None:
    """Return the customer id that the shop gives for the shopper, if it gives one."""
    profile = load_shopper(state, identity).profile
    return None if profile is None else str(profile["input"]["customerId"])


def load_shopper(state: State, identity: Identity) -> Shopper:
    """Load and check the shopper's profile, or give the reason for none.

    Never a reason to stop a sale: a loader that fails is logged, with the reason.
    """
    loader = state.callbacks.customer_loader
    if identity.user is None:
        return Shopper(reason="anonymous")
    if loader is None:
        return Shopper(reason="no-profile")
    try:
        profile = state.call(loader, identity.user)
    except Exception as error:
        current_app.logger.exception(
            "@zonos.customer_loader failed: the shopper checks out without a profile"
        )
        return Shopper(reason="loader-error", problem=describe_error(error))
    if profile is None:
        return Shopper(reason="no-profile")
    try:
        if state.settings.tidy_locations:
            profile = _with_tidy_locations(profile)
        variables = InputVariables(input=profile_input(profile))
        address = shipping_data(profile, variables["input"])
    except InvalidInput as error:
        current_app.logger.error(
            "@zonos.customer_loader (%s) gave a profile that cannot be sent, so the "
            "shopper checks out without one: %s",
            callback_name(loader),
            error,
        )
        return Shopper(reason="invalid-profile", problem=str(error))
    except Exception as error:
        current_app.logger.error(
            "What @zonos.customer_loader gave could not be read: the shopper checks "
            "out without a profile",
            exc_info=_without_our_frames(error),
        )
        return Shopper(reason="loader-error", problem=describe_error(error))
    # Only a login of the session can be stale: a token comes with each request.
    from_session = identity.login_id is not None
    if state.settings.require_fresh_login and from_session:
        if not flask_login.login_fresh():
            return Shopper(variables, address, reason="stale-login")
    return Shopper(variables, address)


def _with_tidy_locations(profile: Any) -> Any:
    """The profile with the addresses that can be tidied so; it is not checked here."""
    # Not at the top: the extra may not be installed.
    from .addresses import tidy

    locations = getattr(profile, "locations", None)
    if not isinstance(profile, CustomerProfile) or not isinstance(
        locations, (list, tuple)
    ):
        return profile
    tidied = [tidy(one) if isinstance(one, Location) else one for one in locations]
    return replace(profile, locations=tidied)


def _without_our_frames(error: Exception) -> Exception:
    """The error of a list or a proxy of the shop's, without our frames.

    They hold what was read of the profile before.
    """
    frames = error.__traceback__
    while frames is not None and is_our_frame(frames.tb_frame):
        frames = frames.tb_next
    return error.with_traceback(frames)


def _tag(identity: Identity, secret_key: bytes) -> str:
    who = "anonymous" if identity.login_id is None else f"login:{identity.login_id}"
    return keyed_digest(f"flask-zonos.identity:{who}", secret_key)


def keyed_digest(text: str, secret_key: bytes) -> str:
    """Return an HMAC of a text, 64 hexadecimal digits."""
    return hmac.digest(secret_key, text.encode(), "sha256").hex()


def secret_keys() -> list[bytes]:
    """Return the app's secret keys, the current one first; none if it is not set."""
    earlier_keys = current_app.config["SECRET_KEY_FALLBACKS"] or ()
    return [
        key.encode() if isinstance(key, str) else key
        for key in (current_app.secret_key, *earlier_keys)
        if key
    ]


def forget_earlier_user() -> None:
    """Have flask-login load the user from this request where ``g`` is older than it.

    Flask 3.1 gives a request an app context of its own only where none is active. One
    that was pushed earlier, in ``wsgi.py`` or around a test, outlives the requests, and
    with it ``g``, on which flask-login keeps the user of the first of them.
    """
    # Flask 3.2 has no request_ctx: there every request has its own g.
    request_context: Any = vars(flask.globals).get("request_ctx")
    if request_context is None:
        return
    _, own_app_context = request_context._cv_tokens[0]
    if own_app_context is not None:
        return
    g.pop("_login_user", None)
    state = current_state()
    if not state.shared_context_logged:
        state.shared_context_logged = True
        logger.warning(
            "An app context that is older than the request is active, so flask-login "
            "takes each shopper for the first one on the shop's own pages. The Zonos "
            "routes load the user again. Remove app.app_context().push() from the "
            "module that makes the app; in tests, make requests outside of "
            "app.app_context()."
        )
