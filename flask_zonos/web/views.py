"""The blueprint's routes; each view reads top to bottom."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint
from flask import current_app
from flask import Response
from werkzeug.exceptions import default_exceptions

from ..checkout import as_json
from ..checkout import open_checkout
from ..checkout import server_timing
from ..errors import InvalidInput
from ..errors import ZonosError
from ..identity import current_identity
from ..identity import identity_changed
from ..identity import load_shopper
from ..models import InventoryItem
from ..orders.references import find_in_notification
from ..signals import cart_created
from ..signals import profile_skipped
from ..state import callback_name
from ..state import current_state
from ..state import required_callback
from ..state import send_app_signal
from .browser_orders import handle_order_notification
from .cart_cookie import remember_cart
from .demo import demo
from .endpoint import handle_http_exception
from .endpoint import handle_zonos_error
from .endpoint import json_object
from .endpoint import json_response
from .endpoint import page_endpoint
from .endpoint import run_callback
from .mounting import complete_url
from .mounting import without_url_values
from .mounting import ZonosBlueprint
from .problems import Problem
from .sent_profiles import omit_sent_locations
from .sent_profiles import record_sent_profile
from .sessions import wrap_session_interface
from .webhooks import webhooks

#: Methods are refused by the views, so that the response is ours and not Flask's page.
_ALL_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

_EXPECTED_ITEMS = 'Expected {"items": [{"sku": "...", "quantity": 1}]}.'

_MOST_ITEMS = 500


def make_blueprint() -> Blueprint:
    """Make a blueprint with all routes; each is on or off per request."""
    blueprint = ZonosBlueprint(
        "zonos",
        "flask_zonos",
        static_folder="static",
        static_url_path="/static",
    )
    for rule, view in (
        ("/cart-info", cart_info),
        ("/inventory-check", inventory_check),
        ("/order-hint", order_hint),
        ("/webhooks", webhooks),
        ("/demo", demo),
    ):
        blueprint.add_url_rule(
            rule,
            view_func=without_url_values(view),
            methods=_ALL_METHODS,
            provide_automatic_options=False,
        )
    # By status, for that goes before the shop's own handlers of a status.
    for status in default_exceptions:
        blueprint.register_error_handler(status, handle_http_exception)
    blueprint.register_error_handler(Problem, handle_http_exception)
    blueprint.register_error_handler(ZonosError, handle_zonos_error)
    blueprint.after_request(wrap_session_interface)
    blueprint.url_defaults(complete_url)
    return blueprint


@page_endpoint
def cart_info() -> Response:
    """Open a checkout: a cart id, and a one-time password for a signed-in user."""
    state = current_state()
    request_data = json_object()
    identity = run_callback(current_identity)
    if identity_changed(identity):
        state.identity_mismatches.add()
        detail = "You have signed in or out since this page was opened. Reload it."
        raise Problem(409, "identity-changed", detail)
    state.identity_mismatches.reset()

    cart_loader = required_callback(state.callbacks.cart_loader, "cart_loader")
    cart = run_callback(cart_loader, request_data)
    try:
        variables = run_callback(state.client.cart_variables, cart)
    except InvalidInput as error:
        error.add_note(f"@zonos.cart_loader ({callback_name(cart_loader)}) gave it.")
        raise
    shopper = omit_sent_locations(state, load_shopper(state, identity))

    state.release()
    checkout = open_checkout(
        state.client,
        variables,
        shopper,
        deadline=state.settings.deadline,
        profile_grace=state.settings.profile_grace,
        on_profile_sent=partial(record_sent_profile, state, shopper),
    )

    recognition = checkout.recognition
    if state.callbacks.cart_created_handler is not None:
        handler = state.callbacks.cart_created_handler
        run_callback(handler, checkout.cart_id, cart, recognition)
    if recognition.reason is not None:
        send_app_signal(profile_skipped, reason=recognition.reason)
    send_app_signal(
        cart_created, cart_id=checkout.cart_id, cart=cart, recognition=recognition
    )
    body = as_json(checkout)
    if current_app.debug and shopper.problem is not None:
        body["field"] = f"@zonos.customer_loader: {shopper.problem}"
    response = json_response(body)
    response.headers["Server-Timing"] = server_timing(checkout.timings)
    remember_cart(response, state, checkout.cart_id, identity, shopper)
    return response


@page_endpoint
def inventory_check() -> Response:
    """Check the stock: ``{"message": null}``, or the message that stops the order."""
    state = current_state()
    checker = state.callbacks.inventory_checker
    if checker is None:
        raise Problem(404, "not-found", "This shop does not check its stock here.")
    message = run_callback(checker, inventory_items(json_object()))
    return json_response({"message": str(message) if message else None})


@page_endpoint
def order_hint() -> Response:
    """Fetch an order a little earlier than its webhook; reveals nothing of it."""
    state = current_state()
    lookup = find_in_notification(json_object())
    if lookup is None:
        expected = '{"orderId": "order_..."} or {"checkoutSessionId": "..."}'
        raise Problem(400, "invalid-body", f"Expected {expected}.")
    handle_order_notification(state, lookup)
    return Response(status=202)


def inventory_items(body: dict[str, Any]) -> list[InventoryItem]:
    """Parse the items that the page asks about; they come from the browser.

    :raises Problem: 400 if the body has another shape.
    """
    items = body.get("items")
    if not isinstance(items, list) or not 0 < len(items) <= _MOST_ITEMS:
        raise Problem(400, "invalid-body", _EXPECTED_ITEMS)
    return [_inventory_item(item) for item in items]


def _inventory_item(item: Any) -> InventoryItem:
    if not isinstance(item, dict):
        raise Problem(400, "invalid-body", _EXPECTED_ITEMS)
    quantity = item.get("quantity")
    texts = [item.get(name) or "" for name in ("sku", "productId", "name")]
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
        raise Problem(400, "invalid-body", _EXPECTED_ITEMS)
    if not all(isinstance(text, str) for text in texts):
        raise Problem(400, "invalid-body", _EXPECTED_ITEMS)
    sku, product_id, name = texts
    return InventoryItem(
        sku=sku, product_id=product_id, quantity=quantity, name=name or None
    )
