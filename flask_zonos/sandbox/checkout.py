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

from . import placing
from . import pricing
from .addresses import address_from
from .cards import charge
from .cards import TEST_CARDS
from .constants import API_KEY
from .constants import LOOPBACK_NAMES
from .encoding import loads
from .exchange import answer
from .problems import BadRequest
from .problems import Problem
from .problems import STATUSES
from .profiles import find_profile
from .profiles import payment_methods
from .profiles import save_locations
from .profiles import save_payment_method
from .resolving import enum_values
from .resolving import Object
from .state import current_state
from .state import State

blueprint = Blueprint("checkout", __name__, url_prefix="/checkout")

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
    return framed(render_template("sandbox/checkout.html"))


def framed(page: str) -> Response:
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
    body = {"message": error.message, "type": error.error_type}
    return answer(body, STATUSES[error.error_type])


@blueprint.post("/sessions")
def sessions() -> Response:
    """Redeem a cart and, if there is one, a one-time password."""
    state, given = current_state(), _given()
    key = str(given.get("zonosApiKey") or "")
    if not hmac.compare_digest(key.encode(), API_KEY.encode()):
        abort(401, "The public key is not the sandbox's")
    password = given.get("customerAuthenticationToken")
    session = placing.open_session(
        state,
        str(given.get("cartId") or ""),
        password if isinstance(password, str) else None,
    )
    return answer(_shown(state, session), 201)


@blueprint.post("/quote")
def quote() -> Response:
    """The sums for a country and a way of shipping."""
    state, given = current_state(), _given()
    cart = placing.ready_cart(state, _session(state)["cart_id"])
    level = pricing.service_level(str(given.get("serviceLevel")))
    sums = pricing.quote(cart, str(given.get("countryCode")), level, state.options)
    return answer({**sums, "total": pricing.total(sums)})


@blueprint.post("/orders")
def orders() -> Response:
    """Pay and place the order."""
    state, given = current_state(), _given()
    with state.store.transaction():
        session = _session(state)
        customer_id = session["customer_id"]
        profile = find_profile(state, customer_id) if customer_id else None
        cards = payment_methods(state, customer_id) if customer_id else []
        address = address_from(given, profile, enum_values(state, "CountryCode"))
        brand, last_four = charge(given.get("payment"), cards)
        order = placing.place_order(
            state, session, address, str(given.get("serviceLevel"))
        )
        if customer_id and given.get("saveCard") is True:
            save_payment_method(state, customer_id, brand, last_four)
        if customer_id and given.get("locationId") is None:
            save_locations(state, customer_id, [address])
    result = execute_sync(
        state.schema, _ORDER, context_value=state, variable_values={"id": order["id"]}
    )
    return answer({"order": result.data and result.data["order"]}, 201)


def _shown(state: State, session: Object) -> Object:
    """What the frame may know: the cart, and only what the password has opened."""
    cart = placing.ready_cart(state, session["cart_id"])
    customer_id = session["customer_id"]
    customer = find_profile(state, customer_id) if customer_id else None
    if customer is not None:
        customer["paymentMethods"] = payment_methods(state, customer_id)
    currency = pricing.currency_of(cart)
    return {
        "token": session["token"],
        "currencyCode": currency,
        "items": cart["items"],
        "customer": customer,
        "countries": enum_values(state, "CountryCode"),
        "testCards": [card.as_dict() for card in TEST_CARDS],
        "serviceLevels": [
            {
                "code": level.code,
                "name": level.name,
                "price": pricing.shipping_price(level, currency),
                "days": list(level.days),
            }
            for level in pricing.SERVICE_LEVELS
        ],
    }


def _session(state: State) -> Object:
    return placing.find_session(state, request.headers.get("Checkout-Session", ""))


def _given() -> Object:
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
