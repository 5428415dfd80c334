"""A checkout session, from the cart and the password to the placed order."""

from __future__ import annotations

import secrets
from typing import Any

from ..graph.carts import CartExpired
from ..graph.carts import find_cart
from ..graph.carts import is_expired
from ..graph.carts import note_customer
from ..graph.orders import announce
from ..graph.orders import find_order
from ..graph.problems import FailedPrecondition
from ..graph.problems import NotFound
from ..graph.profiles import redeem
from ..graph.resolvers import Info
from ..graph.resolvers import Object
from ..graph.resolvers import Resolvers
from ..graph.store_credit import NO_CREDIT
from ..graph.store_credit import reachable_credit
from ..graph.store_credit import spend
from ..graph.store_credit import Wish
from ..state import State
from .new_order import new_order
from .new_order import Purchase
from .presentment import presentment
from .pricing import quote
from .pricing import service_level
from .pricing import total


def open_session(
    state: State, cart_id: str, password: str | None, currency: str = ""
) -> Object:
    """A checkout session over a cart, recognised if the password is good.

    :param currency: what the shopper has chosen to pay in; empty for the currency of
        the country that the order goes to
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
            "currency_code": currency,
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
    :raises CartExpired: if its time is up
    :raises FailedPrecondition: if it has become an order
    """
    cart = find_cart(state, cart_id)
    if cart is None:
        raise NotFound("cart", cart_id)
    row = state.store.one("SELECT order_id FROM cart WHERE id = ?", cart_id)
    ordered = row is not None and row["order_id"] is not None
    if ordered and state.options.cart_orders_once:
        raise FailedPrecondition("This cart has been ordered already")
    if is_expired(state, cart) and not state.options.expired_cart_opens:
        raise CartExpired
    return cart


def placed_order(state: State, session: Object) -> Object | None:
    """The order of a session, also one that has not come yet, or ``None``."""
    row = state.store.one(
        "SELECT order_id FROM checkout_session WHERE id = ?", session["id"]
    )
    id = row["order_id"] if row is not None else None
    order: Object | None = state.store.body("customer_order", id) if id else None
    return order


def purchase_of(
    state: State,
    session: Object,
    address: Object,
    level_code: str,
    wish: Wish = NO_CREDIT,
) -> Purchase:
    """The purchase of a session's shopper who pays now.

    :param address: a location as the profiles have them, with name, e-mail and phone;
        for a quote the country alone
    :raises FailedPrecondition: if the cart cannot be ordered
    """
    cart = ready_cart(state, session["cart_id"])
    level, country = service_level(level_code), address["countryCode"]
    present = presentment(state, cart, country, session["currency_code"] or "")
    subtotals = quote(cart, country, level, state.options)
    credit = reachable_credit(
        state,
        session["customer_id"],
        present,
        (total(subtotals), total(present.subtotals(subtotals))),
        wish,
    )
    return Purchase(cart, address, level, present, subtotals, credit)


def place_order(
    state: State,
    session: Object,
    address: Object,
    level_code: str,
    wish: Wish = NO_CREDIT,
) -> Object:
    """The order of a session; the one it has already, if it is asked twice.

    :param address: a location as the profiles have them, with name, e-mail and phone
    """
    with state.store.transaction():
        placed = placed_order(state, session)
        if placed is not None:
            return placed
        purchase = purchase_of(state, session, address, level_code, wish)
        order = new_order(state, session, purchase)
        state.store.insert(
            "customer_order",
            id=order["id"],
            created_at=order["createdAt"],
            status=order["status"],
            customer_id=session["customer_id"],
            cart_id=purchase.cart["id"],
            body=order,
        )
        for table, id in (
            ("checkout_session", session["id"]),
            ("cart", purchase.cart["id"]),
        ):
            state.store.change(
                f"UPDATE {table} SET order_id = ? WHERE id = ?", order["id"], id
            )
        spend(state, session, purchase.present.shop, purchase.credit[0])
        announce(state)
    return order


def recent_duplicate(state: State, session: Object, email: str) -> str | None:
    """Zonos's number of an order of the same items that the shopper placed recently."""
    cart = ready_cart(state, session["cart_id"])
    window = state.options.duplicate_window
    if not window:
        return None
    rows = state.store.all(
        "SELECT id, customer_id FROM customer_order WHERE created_at > ?"
        " ORDER BY seq DESC",
        state.clock.text(after=-window),
    )
    for row in rows:
        order = state.store.body("customer_order", row["id"])
        known = session["customer_id"]
        same_shopper = (
            row["customer_id"] == known
            if known is not None
            else email in [party["person"]["email"] for party in order["parties"]]
        )
        if same_shopper and _goods(order) == _goods(cart):
            return str(order["zonosOrderId"])
    return None


def _goods(object: Object) -> list[tuple[str, ...]]:
    names = ("sku", "productId", "name", "quantity", "amount")
    return sorted(tuple(str(i.get(name)) for name in names) for i in object["items"])


def _session(_: Any, info: Info, id: str) -> Object:
    state = info.context
    row = state.store.one("SELECT * FROM checkout_session WHERE id = ?", id)
    if row is None:
        raise NotFound("checkout session", id)
    return {"id": id, "cartId": row["cart_id"], "merchantOfRecord": "ZONOS"}


def _order_of(session: Object, info: Info) -> Object | None:
    state = info.context
    placed = placed_order(state, session)
    return find_order(state, placed["id"]) if placed else None


def _by_landed_cost(_: Any, info: Info, **id: str) -> None:
    """Landed costs are beyond the sandbox: no id of one is ever known here."""
    if info.field_name == "checkoutSessionByLandedCostId":
        raise NotFound("landed cost", id["id"])


RESOLVERS: Resolvers = {
    ("Query", "checkoutSession"): _session,
    ("Query", "checkoutSessionByLandedCostId"): _by_landed_cost,
    ("Query", "cartByLandedCostId"): _by_landed_cost,
    ("CheckoutSession", "order"): _order_of,
}
