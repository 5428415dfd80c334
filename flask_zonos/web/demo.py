"""The demo page, to try an integration before touching the shop's pages."""

from __future__ import annotations

import logging
from functools import cache
from http import HTTPStatus

from flask import current_app
from flask import make_response
from flask import request
from flask import Response
from flask import url_for
from jinja2 import Environment
from jinja2 import PackageLoader

from ..errors import InvalidInput
from ..errors import ZonosError
from ..identity import current_identity
from ..identity import forget_earlier_user
from ..identity import load_shopper
from ..state import current_state
from ..state import required_callback
from .caching import disable_caching
from .endpoint import allow_only
from .problems import aborted_status
from .problems import Problem
from .sessions import session_changes_logged
from .templating import zonos_checkout

logger = logging.getLogger(__name__)


def demo() -> Response:
    """Show who is recognised, the cart, and a button that opens the checkout."""
    state = current_state()
    if not (current_app.debug or state.settings.demo_page):
        logger.debug("The demo page is there in debug or with ZONOS_DEMO_PAGE only")
        raise Problem(404, "not-found", "There is no such page.")
    if request.method != "HEAD":
        allow_only("GET")
    cart, trouble = None, None
    shopper = profile = None
    try:
        loader = required_callback(state.callbacks.cart_loader, "cart_loader")
        forget_earlier_user()
        with session_changes_logged():
            loaded = state.call(loader, {})
            state.client.cart_variables(loaded)
            cart = loaded
            shopper = load_shopper(state, current_identity())
        profile = shopper.profile["input"] if shopper.profile else None
    except InvalidInput as error:
        trouble = f"The cart does not fit: {error}"
    except ZonosError as error:
        trouble = str(error)
    except Exception as error:
        status = aborted_status(error)
        if status is None:
            raise
        trouble = (
            f"The cart loader responded with {status} {HTTPStatus(status).phrase}."
        )
    if state.csrf_protected:
        # Its token would be of a session that no route of ours saves.
        trouble = trouble or (
            "Flask-WTF's CSRFProtect would refuse the click on this page: write "
            "csrf.exempt(zonos.blueprint)."
        )
    disable_caching("private, no-store")
    stylesheet = url_for(state.url_endpoint("static"), filename="zonos-demo.css")
    page = _templates().get_template("demo.html")
    return make_response(
        page.render(
            cart=cart,
            profile=profile,
            reason=shopper.reason if shopper else None,
            settings=state.settings,
            stylesheet=stylesheet,
            tags="" if trouble else zonos_checkout("#place-order"),
            trouble=trouble,
        )
    )


@cache
def _templates() -> Environment:
    """Not the shop's, which may have other delimiters or a loader of its own."""
    return Environment(
        loader=PackageLoader("flask_zonos", "templates/zonos"), autoescape=True
    )
