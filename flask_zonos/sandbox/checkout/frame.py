"""The checkout's frame and the routes that it alone uses."""

from __future__ import annotations

import hmac

from flask import abort
from flask import Blueprint
from flask import make_response
from flask import render_template
from flask import request
from flask import Response
from graphql import execute_sync
from graphql import parse

from ..constants import API_KEY
from ..constants import LOOPBACK_NAMES
from ..control.json_api import json_response
from ..encoding import loads
from ..graph.carts import renew
from ..graph.problems import BadRequest
from ..graph.problems import Problem
from ..graph.problems import STATUSES
from ..graph.profiles import find_profile
from ..graph.profiles import payment_methods
from ..graph.profiles import save_locations
from ..graph.profiles import save_payment_method
from ..graph.resolvers import enum_values
from ..graph.resolvers import Object
from ..graph.store_credit import wish_from
from ..state import current_state
from ..state import State
from . import checkout_sessions
from . import pricing
from .addresses import address_from
from .addresses import location_of
from .cards import charge
from .session_view import shown

blueprint = Blueprint("checkout", __name__, url_prefix="/checkout")

_CART = parse(
    "mutation ($items: [ItemInput!]!) { cartCreate(input: {items: $items}) { id } }"
)
_ORDER = parse(
    """query ($id: String!) { order(orderId: $id) {
      id accountOrderNumber zonosOrderId status mode currencyCode createdAt
      references { key value } metadata { key value }
      amountSubtotals { items discounts shipping duties taxes fees }
      items { name sku productId quantity amount currencyCode }
      parties { type person { firstName lastName email phone }
        location { line1 line2 locality administrativeArea postalCode countryCode } }
    } }"""
)


@blueprint.get("")
def frame() -> Response:
    """The page that stands in the frame; it holds nothing of anyone yet."""
    return framed_response(render_template("sandbox/checkout.html"))


def framed_response(page: str) -> Response:
    """A page that shops show in a frame, under a strict policy."""
    response = make_response(page)
    ancestors = "*"
    if not current_state().options.allow_remote:
        # No browser takes an IPv6 address here.
        plain = [name for name in LOOPBACK_NAMES if ":" not in name]
        names = [f"{s}://{n}:*" for s in ("http", "https") for n in plain]
        ancestors = " ".join(names)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
        " img-src 'self' data: http: https:; form-action 'none'; base-uri 'none';"
        f" frame-ancestors {ancestors}"
    )
    return response


@blueprint.errorhandler(Problem)
def problem(error: Problem) -> Response:
    """An error as the frame reads it."""
    body = {
        "message": error.message,
        "type": error.error_type,
        "reason": getattr(error, "reason", None),
    }
    return json_response(body, STATUSES[error.error_type])


@blueprint.post("/carts")
def carts() -> Response:
    """Make a cart of the items that the shop's ``buildCartDetail`` has given."""
    state, given = current_state(), _json_object()
    _check_key(given)
    items = given.get("items")
    result = execute_sync(
        state.schema, _CART, context_value=state, variable_values={"items": items}
    )
    if result.errors or result.data is None:
        (error, *_) = result.errors or (None,)
        raise BadRequest(f"buildCartDetail: {error.message if error else 'no cart'}")
    return json_response({"cartId": result.data["cartCreate"]["id"]}, 201)


@blueprint.post("/sessions")
def sessions() -> Response:
    """Redeem a cart and, if there is one, a one-time password."""
    state, given = current_state(), _json_object()
    _check_key(given)
    password = given.get("customerAuthenticationToken")
    currency = given.get("currencyCode")
    session = checkout_sessions.open_session(
        state,
        str(given.get("cartId") or ""),
        password if isinstance(password, str) else None,
        currency if currency in enum_values(state, "CurrencyCode") else "",
    )
    country = str(given.get("countryCode") or state.options.country)
    return json_response(shown(state, session, country), 201)


@blueprint.post("/quote")
def quote() -> Response:
    """The sums for a country and a shipping option, in the shopper's currency."""
    state, given = current_state(), _json_object()
    purchase = checkout_sessions.purchase_of(
        state,
        _session(state),
        {"countryCode": str(given.get("countryCode"))},
        str(given.get("serviceLevel")),
        wish_from(given.get("storeCredit")),
    )
    sums = purchase.present.subtotals(purchase.subtotals)
    due = pricing.total(sums) - purchase.credit[1]
    return json_response({**sums, "storeCredit": -purchase.credit[1], "total": due})


@blueprint.post("/renewal")
def renewal() -> Response:
    """Let the time of the session's cart begin anew."""
    state = current_state()
    renew(state, _session(state)["cart_id"])
    return json_response({})


@blueprint.post("/duplicates")
def duplicates() -> Response:
    """The number of the order of which this one seems to be a copy, or null."""
    state, given = current_state(), _json_object()
    session = _session(state)
    email = _address(state, session, given)["email"]
    return json_response(
        {"duplicate": checkout_sessions.recent_duplicate(state, session, email)}
    )


@blueprint.post("/orders")
def orders() -> Response:
    """Pay and place the order; ``order`` is null while it has not come."""
    state, given = current_state(), _json_object()
    with state.store.transaction():
        session = _session(state)
        order = checkout_sessions.placed_order(state, session) or _place(
            state, session, given
        )
    return json_response(_result(state, session, order), 201)


@blueprint.post("/order")
def late_order() -> Response:
    """The outcome of a payment: the order, or null as long as there is none."""
    state = current_state()
    session = _session(state)
    return json_response(
        _result(state, session, checkout_sessions.placed_order(state, session))
    )


def _place(state: State, session: Object, given: Object) -> Object:
    customer_id = session["customer_id"]
    cards = payment_methods(state, customer_id) if customer_id else []
    address = _address(state, session, given)
    level = str(given.get("serviceLevel"))
    wish = wish_from(given.get("storeCredit"))
    purchase = checkout_sessions.purchase_of(state, session, address, level, wish)
    due = pricing.total(purchase.subtotals) - purchase.credit[0]
    needs_card = due or not purchase.credit[0]
    card = charge(given.get("payment"), cards) if needs_card else None
    order = checkout_sessions.place_order(state, session, address, level, wish)
    if customer_id and card and given.get("saveCard") is True:
        save_payment_method(state, customer_id, *card)
    if customer_id and given.get("locationId") is None:
        save_locations(state, customer_id, [location_of(address)])
    return order


def _address(state: State, session: Object, given: Object) -> Object:
    customer_id = session["customer_id"]
    profile = find_profile(state, customer_id) if customer_id else None
    return address_from(given, profile, enum_values(state, "CountryCode"))


def _result(state: State, session: Object, order: Object | None) -> Object:
    id = order["id"] if order else ""
    found = execute_sync(
        state.schema, _ORDER, context_value=state, variable_values={"id": id}
    )
    order = found.data and found.data["order"]
    return {"checkoutSessionId": session["id"], "order": order}


def _check_key(given: Object) -> None:
    key = str(given.get("zonosApiKey") or "")
    if not hmac.compare_digest(key.encode(), API_KEY.encode()):
        abort(401, "The public key is not the sandbox's")


def _session(state: State) -> Object:
    return checkout_sessions.find_session(
        state, request.headers.get("Checkout-Session", "")
    )


def _json_object() -> Object:
    # A JSON content type cannot be sent across origins without asking first.
    if not request.is_json:
        abort(415, "Send JSON")
    try:
        body = loads(request.get_data())
    except ValueError:
        raise BadRequest("The request's body is no JSON") from None
    if not isinstance(body, dict):
        raise BadRequest("The request's body must be an object")
    return body
