"""What a page of the shop includes: the data block and the module's tag."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from typing import Any

from flask import current_app
from flask import g
from flask import render_template
from flask import Response
from flask import url_for
from markupsafe import Markup

from .errors import ConfigurationError
from .identity import current_identity
from .identity import identity_tag
from .messages import checked_messages
from .state import current_state

logger = logging.getLogger(__name__)

Nonce = str | Callable[[], str] | None


def zonos_checkout(
    place_order_button_selector: str,
    *,
    nonce: Nonce = None,
    language: str | None = None,
    messages: dict[str, str] | None = None,
    **init: Any,
) -> Markup:
    """The tags that make the shop's own place-order button open Zonos Checkout.

    The page is then sent as ``private, no-store``: it says for whom it was made.

    Where a setting cannot work there are no tags, so that the shop's own checkout goes
    on, and the log has an error that names it. In debug and in tests it is raised.

    :param nonce: for a Content-Security-Policy, a text or what gives one; by default
        what a ``csp_nonce`` among the template's globals gives (Flask-Talisman's name).
    :param language: ``en`` or ``da``, else the page's ``lang`` is taken.
    :param messages: other words for the shopper, by key; an unknown one is an error.
    :param init: more parameters for ``Zonos.init``, as data; ``checkoutSettings`` are
        added to ours. Functions go through the event ``zonos:configure``.
    :raises ConfigurationError: in debug and in tests, for a setting that cannot work.
    """
    state = current_state()
    try:
        settings = state.settings
    except ConfigurationError as error:
        if current_app.debug or current_app.testing:
            raise
        logger.error("The page goes on without Zonos Checkout: %s", error)
        return Markup()
    checkout_settings = {
        "mode": settings.mode,
        **init.pop("checkoutSettings", {}),
        "placeOrderButtonSelector": place_order_button_selector,
    }
    has_checker = state.callbacks.inventory_checker is not None
    g._zonos_page = True
    block = {
        "cartInfoUrl": url_for(state.url_endpoint("cart_info")),
        "orderHintUrl": url_for(state.url_endpoint("order_hint")),
        "inventoryCheckUrl": url_for(state.url_endpoint("inventory_check"))
        if has_checker
        else None,
        "identity": identity_tag(current_identity()),
        "scriptUrl": settings.script_url,
        "csrfToken": _csrf_token() if state.csrf_protected else None,
        "language": language,
        "messages": checked_messages(messages),
        "init": {
            "storeId": settings.store_id,
            "zonosApiKey": settings.api_key,
            **init,
            "checkoutSettings": checkout_settings,
        },
    }
    script = url_for(
        state.url_endpoint("static"), filename="zonos-checkout.js", v=_version()
    )
    return Markup(
        render_template(
            "zonos/checkout.html", settings=block, script=script, nonce=_nonce(nonce)
        )
    )


def keep_private(response: Response) -> Response:
    """A page that says for whom it was made is in no cache, the browser's included."""
    if g.pop("_zonos_page", False):
        response.headers["Cache-Control"] = "private, no-store"
        response.vary.add("Cookie")
    return response


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
