"""A checkout session, from the cart and the password to the placed order."""

from __future__ import annotations

import secrets
from typing import Any

from .carts import find_cart
from .carts import is_expired
from .carts import note_customer
from .constants import ACTOR
from .credits import spend
from .orders import find_order
from .pricing import currency_of
from .pricing import quote
from .pricing import service_level
from .pricing import ServiceLevel
from .pricing import total
from .problems import FailedPrecondition
from .problems import NotFound
from .profiles import redeem
from .resolving import belonging
from .resolving import Info
from .resolving import Object
from .resolving import Resolvers
from .resolving import stamps
from .state import State
from .webhooks import emit


def open_session(state: State, cart_id: str, password: str | None) -> Object:
    """A checkout session over a cart, recognised if the password is good.

    :raises NotFound: if there is no such cart
    :raises FailedPrecondition: if the cart has expired, or has become an order; or for
        a bad password, where the options say so
    """
    options, customer_id = state.options, None
    if password and options.failed_opening_uses_password:
        customer_id = redeem(state, password)
    with state.store.transaction():
        cart = ready_cart(state, cart_id)
        if password and not options.failed_opening_uses_password:
            customer_id = redeem(state, password)
        if password and customer_id is None and options.bad_password_is_error:
            raise FailedPrecondition("Your sign-in at the shop is no longer valid")
        if customer_id is not None:
            note_customer(state, cart, customer_id)
        session = {
            "id": state.new_id("checkout_session", "checkout_session"),
            "token": secrets.token_urlsafe(32),
            "cart_id": cart_id,
            "customer_id": customer_id,
        }
        state.store.insert("checkout_session", created_at=state.clock.text(), **session)
        if customer_id is not None:
            state.store.change(
                "UPDATE one_time_password SET session_id = ? WHERE password = ?",
                session["id"],
                password,
            )
    return session


def find_session(state: State, token: str) -> Object:
    """The checkout session of a frame.

    :raises NotFound: if there is none with this token
    """
    row = state.store.one("SELECT * FROM checkout_session WHERE token = ?", token)
    if row is None:
        raise NotFound("checkout session", "of this window")
    return dict(row)


def ready_cart(state: State, cart_id: str) -> Object:
    """A cart that can be ordered.

    :raises NotFound: if there is no such cart
    :raises FailedPrecondition: if it has expired, or has become an order
    """
    cart = find_cart(state, cart_id)
    if cart is None:
        raise NotFound("cart", cart_id)
    row = state.store.one("SELECT order_id FROM cart WHERE id = ?", cart_id)
    ordered = row is not None and row["order_id"] is not None
    if ordered and state.options.cart_orders_once:
        raise FailedPrecondition("This cart has been ordered already")
    if is_expired(state, cart) and not state.options.expired_cart_opens:
        raise FailedPrecondition("This cart has expired")
    return cart


def place_order(
    state: State, session: Object, address: Object, level_code: str
) -> Object:
    """The order of a session; the one it has already, if it is asked twice.

    :param address: a location as the profile has them, with name, e-mail and phone
    """
    with state.store.transaction():
        placed = state.store.one(
            "SELECT order_id FROM checkout_session WHERE id = ?", session["id"]
        )
        if placed is not None and placed["order_id"] is not None:
            order = find_order(state, placed["order_id"])
            assert order is not None
            return order
        cart = ready_cart(state, session["cart_id"])
        level = service_level(level_code)
        order = _order(state, session, cart, address, level)
        state.store.insert(
            "customer_order",
            id=order["id"],
            created_at=order["createdAt"],
            status=order["status"],
            customer_id=session["customer_id"],
            cart_id=cart["id"],
            body=order,
        )
        for table, id in (("checkout_session", session["id"]), ("cart", cart["id"])):
            state.store.change(
                f"UPDATE {table} SET order_id = ? WHERE id = ?", order["id"], id
            )
        if session["customer_id"] is not None and state.options.store_credit_pays:
            spend(state, session, currency_of(cart), total(order["amountSubtotals"]))
        emit(state, "ORDER_CREATED", order["id"])
    return order


def _order(
    state: State,
    session: Object,
    cart: Object,
    address: Object,
    level: ServiceLevel,
) -> Object:
    now, currency = state.clock.text(), currency_of(cart)
    country = address["countryCode"]
    number = str(state.store.count("zonos order number", 1_001_001))
    references = [{"key": "zonosOrderNumber", "value": number}]
    if session["customer_id"] is not None:
        key = state.options.customer_reference
        references.insert(0, {"key": key, "value": session["customer_id"]})
    subtotals = quote(cart, country, level, state.options)
    whole = belonging(state, now)
    return {
        "id": state.new_id("customer_order", "order"),
        **whole,
        "accountOrderNumber": None,
        "amountSubtotals": subtotals,
        "amountSubtotalsDetails": _details(state, subtotals, currency, now),
        "checkoutSession": {
            "id": session["id"],
            "cartId": cart["id"],
            "merchantOfRecord": "ZONOS",
        },
        "currencyCode": currency,
        "destinationCountryCode": country,
        "externalGroupIds": [],
        "hasPendingModificationPayment": False,
        "items": cart["items"],
        "metadata": cart["metadata"],
        "notes": [],
        "orderModifications": [],
        "parties": [
            _party(state, "DESTINATION", address, now),
            _party(state, "PAYOR", address, now),
        ],
        "references": references,
        "refunds": [],
        "remittance": [],
        "rootId": state.ids.new("root"),
        "serviceLevelDisplayName": level.name,
        "shipmentRatings": [
            {
                "id": state.ids.new("shipment_rating"),
                **whole,
                "amount": subtotals["shipping"],
                "currencyCode": currency,
                "displayName": level.name,
                "maxTransitAt": state.clock.text(after=level.days[1] * 86_400),
                "minTransitAt": state.clock.text(after=level.days[0] * 86_400),
                "serviceLevelCode": level.code,
                "shipFrom": None,
                "shipTo": None,
            }
        ],
        "status": "OPEN",
        "statusTransitions": [
            {"createdAt": now, "createdBy": ACTOR, "note": None, "status": "OPEN"}
        ],
        "trackingNumbers": [],
        "zonosOrderId": number,
    }


_DETAIL_TYPES = {
    "items": "ITEM",
    "discounts": "DISCOUNT",
    "shipping": "SHIPPING",
    "duties": "DUTY",
    "taxes": "TAX",
    "fees": "FEE",
}


def _details(state: State, subtotals: Object, currency: str, now: str) -> list[Object]:
    return [
        {
            "id": state.ids.new("amount_detail"),
            "amount": subtotals[name],
            "amountUnrounded": subtotals[name],
            "createdAt": now,
            "currencyCode": currency,
            "exchangeRateIds": [],
            "orderChargeId": None,
            "targets": ["MERCHANT_BASE", "SHOPPER_PRESENTED"],
            "type": type,
        }
        for name, type in _DETAIL_TYPES.items()
        if subtotals[name]
    ]


def _party(state: State, type: str, address: Object, now: str) -> Object:
    first, _, last = (address.get("name") or "").strip().partition(" ")
    whole = belonging(state, now)
    place = ("administrativeArea", "countryCode", "line1", "line2", "locality")
    return {
        "id": state.ids.new("party"),
        **whole,
        "organizationId": whole["organization"],
        "type": type,
        "person": {
            "id": state.ids.new("person"),
            **whole,
            "companyName": None,
            "email": address.get("email"),
            "firstName": first,
            "lastName": last.strip(),
            "metadata": [],
            "phone": address.get("phone"),
        },
        "location": {
            "id": state.ids.new("location"),
            **whole,
            **{name: address.get(name) for name in place},
            "postalCode": address.get("postalCode"),
            "metadata": [],
        },
    }


def _session(_: Any, info: Info, id: str) -> Object:
    state = info.context
    row = state.store.one("SELECT * FROM checkout_session WHERE id = ?", id)
    if row is None:
        raise NotFound("checkout session", id)
    return {"id": id, "cartId": row["cart_id"], "merchantOfRecord": "ZONOS"}


def _order_of(session: Object, info: Info) -> Object | None:
    state = info.context
    row = state.store.one(
        "SELECT order_id FROM checkout_session WHERE id = ?", session["id"]
    )
    return find_order(state, row["order_id"]) if row and row["order_id"] else None


def _root(order: Object, info: Info) -> Object:
    now, currency = order["createdAt"], order["currencyCode"]
    rate = {
        "id": "exchange_rate_" + order["rootId"].removeprefix("root_"),
        **stamps(now),
        "expiresAt": now,
        "mode": "TEST",
        "rate": 1,
        "sourceCurrencyCode": currency,
        "targetCurrencyCode": currency,
        "type": "GUARANTEED",
    }
    return {
        "id": order["rootId"],
        "exchangeRates": [rate],
        "items": order["items"],
        "order": order,
        "parties": order["parties"],
        "shipmentRatings": order["shipmentRatings"],
    }


def _by_landed_cost(_: Any, info: Info, **id: str) -> None:
    """Landed costs are beyond the sandbox: no id of one is ever known here."""
    if info.field_name == "checkoutSessionByLandedCostId":
        raise NotFound("landed cost", id["id"])


RESOLVERS: Resolvers = {
    ("Query", "checkoutSession"): _session,
    ("Query", "checkoutSessionByLandedCostId"): _by_landed_cost,
    ("Query", "cartByLandedCostId"): _by_landed_cost,
    ("CheckoutSession", "order"): _order_of,
    ("Order", "root"): _root,
}
