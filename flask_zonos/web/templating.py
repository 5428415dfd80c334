"""The tags that a page of the shop includes: the data block and the module."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from flask import current_app
from flask.json.provider import DefaultJSONProvider
from markupsafe import escape
from markupsafe import Markup
from werkzeug.http import HTTP_STATUS_CODES

from ..errors import ConfigurationError
from ..identity import current_identity
from ..identity import identity_tag
from ..state import current_state
from ..state import required_callback
from ..state import State
from .caching import disable_caching
from .caching import headers_are_sent
from .problems import code_for_name

logger = logging.getLogger(__name__)

Nonce = str | Callable[[], str] | None

#: What the page's script says in words of its own.
WORDS = (
    "asking",
    "opening",
    "fallback",
    "failed",
    "network",
    "empty-cart",
    "identity-changed",
    "page-expired",
)

#: Codes for which it says ``failed``, unless the shop has better words.
CODES = (
    "bad-answer",
    "busy",
    "cross-site",
    "invalid-body",
    "invalid-cart",
    "loader-error",
    "method-not-allowed",
    "not-configured",
    "not-found",
    "rate-limited",
    "redirected",
    "script-blocked",
    "timeout",
    "too-large",
    "unavailable",
)

_MESSAGE_KEYS = frozenset(
    {*WORDS, *CODES, *map(code_for_name, HTTP_STATUS_CODES.values())}
)


def zonos_checkout(
    place_order_button_selector: str,
    *,
    nonce: Nonce = None,
    language: str | None = None,
    messages: dict[str, str] | None = None,
    **init: Any,
) -> Markup:
    """The tags that make the shop's own place-order button open Zonos Checkout.

    The page is then sent as ``private, no-store``: it says for whom it was made. A page
    that streams has no headers left to set: its tags say nothing of the shopper.

    Where a setting or a parameter cannot work there are no tags, so that the shop's own
    checkout goes on, and the log has the error. In debug and in tests it is raised.
    Without a ``LoginManager`` or a ``SECRET_KEY`` there are no tags either, with an
    error in the log.

    :param nonce: for a Content-Security-Policy, a text or what gives one; by default
        what a ``csp_nonce`` among the template's globals gives (Flask-Talisman's name).
    :param language: ``en`` or ``da``, else the page's ``lang`` is taken.
    :param messages: other words for the shopper, by key; an unknown one is an error.
    :param init: more parameters for ``Zonos.init``, as data; ``checkoutSettings`` are
        added to ours. Functions go through the event ``zonos:configure``.
    :raises ConfigurationError: in debug and in tests, for a setting that cannot work.
    :raises TypeError: in debug and in tests, for a parameter that JSON cannot hold.
    :raises ValueError: in debug and in tests, for an unknown key of ``messages``.
    """
    try:
        identity = identity_tag(current_identity())
    except ConfigurationError as error:
        logger.error("The page goes on without Zonos Checkout: %s", error)
        return Markup()
    try:
        block = _block(place_order_button_selector, identity, language, messages, init)
        return _tags(block, _nonce(nonce))
    except (ConfigurationError, TypeError, ValueError) as error:
        if current_app.debug or current_app.testing:
            raise
        logger.error("The page goes on without Zonos Checkout: %s", error)
        return Markup()


def _block(
    selector: str,
    identity: str,
    language: str | None,
    messages: dict[str, str] | None,
    init: dict[str, Any],
) -> dict[str, Any]:
    state = current_state()
    # Here rather than at the first click, which is a shopper's.
    required_callback(state.callbacks.cart_loader, "cart_loader")
    settings = state.settings
    checkout_settings = {
        "mode": settings.mode,
        **init.pop("checkoutSettings", {}),
        "placeOrderButtonSelector": selector,
    }
    has_checker = state.callbacks.inventory_checker is not None
    return {
        "cartInfoUrl": state.url("cart_info"),
        "orderHintUrl": state.url("order_hint"),
        "inventoryCheckUrl": state.url("inventory_check") if has_checker else None,
        **_about_the_shopper(state, identity),
        "scriptUrl": settings.script_url,
        "language": language,
        "messages": {k: str(v) for k, v in checked_messages(messages).items()},
        "init": {
            "storeId": settings.store_id,
            "zonosApiKey": settings.api_key,
            **init,
            "checkoutSettings": checkout_settings,
        },
    }


def _about_the_shopper(state: State, identity: str) -> dict[str, str | None]:
    """Data that no cache may keep; nothing once the headers are sent."""
    if headers_are_sent():
        logger.warning(
            "zonos_checkout() was called while the page was being streamed, so its "
            "headers cannot keep it out of caches: it does not say for whom it was "
            "made, and a sign-in since then is not noticed. Render this page with "
            "render_template(), or call the view's zonos_checkout() before the stream "
            "begins and give the result to the template."
        )
        return {"identity": None, "csrfToken": None}
    disable_caching("private, no-store")
    return {
        "identity": identity,
        "csrfToken": _csrf_token() if state.csrf_protected else None,
    }


def _tags(block: dict[str, Any], nonce: str | None) -> Markup:
    """Both tags, made without the shop's Jinja environment and JSON provider."""
    script = current_state().url("static", filename="zonos-checkout.js", v=_version())
    data = _encode(block)
    # As flask.json.htmlsafe_dumps() does: nothing in it can end the block.
    for character in "<>&'":
        data = data.replace(character, f"\\u{ord(character):04x}")
    nonce_attribute = f' nonce="{escape(nonce)}"' if nonce else ""
    return Markup(
        f'<script type="application/json" id="zonos-settings">{data}</script>\n'
        f'<script type="module" src="{escape(script)}" data-zonos-script'
        f"{nonce_attribute}></script>"
    )


def _nonce(nonce: Nonce) -> str | None:
    given = nonce or current_app.jinja_env.globals.get("csp_nonce")
    value = given() if callable(given) else given
    return None if value is None else str(value)


def _csrf_token() -> str | None:
    generate = current_app.jinja_env.globals.get("csrf_token")
    return generate() if callable(generate) else None


@cache
def _version() -> str:
    return version("flask-zonos")


def _plain(value: Any) -> Any:
    """The JSON form of a value that JSON lacks: as Flask's, and lazy texts."""
    if callable(getattr(value, "casefold", None)):
        return str(value)
    return DefaultJSONProvider.default(value)


_encode = json.JSONEncoder(
    default=_plain, allow_nan=False, separators=(",", ":")
).encode


def checked_messages(messages: Mapping[str, str] | None) -> dict[str, str]:
    """Check the shop's own texts by key: each must be one that the page may show.

    :raises TypeError: if that is not a dict.
    :raises ValueError: for a key that is never looked up, such as a misspelt one.
    """
    if not isinstance(messages or {}, Mapping):
        kind = type(messages).__name__
        raise TypeError(f"messages must be a dict of texts by key, not {kind}")
    given = dict(messages or {})
    if unknown := sorted(map(repr, given.keys() - _MESSAGE_KEYS)):
        raise ValueError(
            f"messages has no key {', '.join(unknown)}. There are {', '.join(WORDS)}, "
            f"and the codes of errors: {', '.join(CODES)}, or an HTTP error's name, "
            "such as forbidden"
        )
    return given
