"""Carts: made, changed, found, and gone when their time is up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..constants import ACTOR
from ..control.clock import format_datetime
from ..encoding import dumps
from ..state import State
from .pagination import page
from .problems import BadRequest
from .problems import FailedPrecondition
from .problems import NotFound
from .resolvers import Info
from .resolvers import Object
from .resolvers import ownership
from .resolvers import Resolvers
from .resolvers import timestamps

#: The metadata key that belongs to Zonos: what a merchant writes there is overwritten.
RESERVED = "customerId"


class CartExpired(FailedPrecondition):
    """A cart's time is up; the shopper can renew it from an open checkout."""

    reason = "cart-expired"

    def __init__(self) -> None:
        super().__init__("This cart has expired")


def find_cart(state: State, id: str) -> Object | None:
    """A cart as the graph shows it, or ``None``."""
    cart: Object | None = state.store.body("cart", id)
    return cart


def is_expired(state: State, cart: Object) -> bool:
    """Return whether a cart has expired."""
    return cart["expiresAt"] is not None and cart["expiresAt"] <= state.clock.text()


def note_customer(state: State, cart: Object, customer_id: str) -> None:
    """Write a recognised customer into a cart's metadata, whatever stood there."""
    if state.options.customer_metadata != "filled":
        return
    cart["metadata"] = [
        *(pair for pair in cart["metadata"] if pair["key"] != RESERVED),
        {"key": RESERVED, "value": customer_id},
    ]
    _save(state, cart)


def expire(state: State, id: str) -> None:
    """Let a cart's time be up now."""
    with state.store.transaction():
        cart = find_cart(state, id)
        if cart is not None:
            cart["expiresAt"] = state.clock.text()
            _save(state, cart)


def renew(state: State, id: str) -> None:
    """Let a cart's time begin anew.

    :raises NotFound: if there is no such cart
    """
    with state.store.transaction():
        cart = find_cart(state, id)
        if cart is None:
            raise NotFound("cart", id)
        cart["expiresAt"] = state.clock.text(after=state.options.cart_lifetime)
        _save(state, cart)


def _visible(state: State, id: str) -> Object | None:
    """A cart that the API still knows."""
    cart = find_cart(state, id)
    gone = cart and state.options.expired_cart_is_gone and is_expired(state, cart)
    return None if gone else cart


def _cart(_: Any, info: Info, id: str) -> Object | None:
    state = info.context
    cart = _visible(state, id)
    if cart is None and state.options.unknown_cart_is_error:
        raise NotFound("cart", id)
    return cart


def _carts(_: Any, info: Info, **window: Any) -> Object:
    store = info.context.store
    rows = store.all("SELECT seq, id FROM cart ORDER BY seq DESC")
    options = info.context.options
    return page(rows, lambda row: store.body("cart", row["id"]), options, **window)


def _create(_: Any, info: Info, input: Object) -> Object:
    return _insert(info.context, input)


def _upsert(_: Any, info: Info, input: Object) -> Object:
    state, id = info.context, input.get("id")
    with state.store.transaction():
        makes = (
            state.options.upsert_makes_unknown and find_cart(state, id or "") is None
        )
        if id is None or makes:
            return _insert(state, input, id)
        cart = _changeable(state, id)
        items = [_item(state, item) for item in _checked(input["items"])]
        adjustments = _adjustments(input)
        if not state.options.upsert_replaces:
            items = [*cart["items"], *items]
            adjustments = [*cart["adjustments"], *adjustments]
            input = {**input, "metadata": _merged(cart, input)}
        cart["items"], cart["adjustments"] = items, adjustments
        cart["metadata"] = _metadata(state, input, cart)
        _save(state, cart)
    return cart


def _merged(cart: Object, input: Object) -> list[Object]:
    """A cart's metadata, in which what is sent goes before what was there."""
    pairs = {pair["key"]: pair for pair in cart["metadata"]}
    pairs |= {pair["key"]: pair for pair in input.get("metadata") or ()}
    return list(pairs.values())


def _update(_: Any, info: Info, input: Object) -> Object:
    state = info.context
    with state.store.transaction():
        cart = _changeable(state, input["id"])
        leaving = set(input.get("itemsRemove") or ())
        present = {item["id"] for item in cart["items"]}
        for id in sorted(leaving - present):
            raise NotFound("item in this cart", id)
        coming = [_item(state, item) for item in input.get("itemsAdd") or ()]
        staying = [item for item in cart["items"] if item["id"] not in leaving]
        cart["items"] = _checked([*staying, *coming])
        if input.get("adjustments") is not None:
            cart["adjustments"] = _adjustments(input)
        if input.get("metadata") is not None:
            cart["metadata"] = _metadata(state, input, cart)
        token = input.get("expiresAtRenewalToken")
        if token is not None and token != cart.get("expiresAtRenewalToken"):
            raise BadRequest("'expiresAtRenewalToken' is not this cart's")
        if token is not None:
            lifetime = state.options.cart_lifetime
            cart["expiresAt"] = state.clock.text(after=lifetime)
        if input.get("expiresAt") is not None:
            cart["expiresAt"] = format_datetime(input["expiresAt"])
        _save(state, cart)
    return cart


def _insert(state: State, input: Object, id: str | None = None) -> Object:
    items = _checked(input["items"])
    with state.store.transaction():
        now = state.clock.text()
        expires_at = input.get("expiresAt")
        cart: Object = {
            "id": id or state.new_id("cart", "cart"),
            **timestamps(now),
            "adjustments": _adjustments(input),
            "expiresAt": format_datetime(expires_at)
            if expires_at is not None
            else state.clock.text(after=state.options.cart_lifetime),
            # No field of a cart's: the checkout and the inspector show it.
            "expiresAtRenewalToken": state.ids.new("cart_renewal"),
            "items": [_item(state, item) for item in items],
            "metadata": [],
            "organization": {"id": state.options.organization_id},
            "organizationId": state.options.organization_id,
        }
        cart["metadata"] = _metadata(state, input, cart)
        state.store.insert(
            "cart",
            id=cart["id"],
            created_at=now,
            expires_at=cart["expiresAt"],
            body=cart,
        )
    return cart


def _changeable(state: State, id: str) -> Object:
    cart = _visible(state, id)
    if cart is None:
        raise NotFound("cart", id)
    row = state.store.one("SELECT order_id FROM cart WHERE id = ?", id)
    ordered = row is not None and row["order_id"] is not None
    if ordered and not state.options.ordered_cart_changes:
        raise FailedPrecondition("The cart has become an order and cannot be changed")
    return cart


def _save(state: State, cart: Object) -> None:
    cart["updatedAt"] = state.clock.text()
    cart["updatedBy"] = ACTOR
    state.store.change(
        "UPDATE cart SET body = ?, expires_at = ? WHERE id = ?",
        dumps(cart),
        cart["expiresAt"],
        cart["id"],
    )


def _checked(items: list[Object]) -> list[Object]:
    if not items:
        raise BadRequest("A cart needs at least one item")
    for index, item in enumerate(items):
        if item["quantity"] < 1:
            raise BadRequest(f"items[{index}].quantity must be 1 or more")
        kinds = {m["type"] for m in item.get("measurements") or () if m is not None}
        if {"WEIGHT", "TOTAL_WEIGHT"} <= kinds:
            raise BadRequest(
                f"items[{index}].measurements has both WEIGHT and TOTAL_WEIGHT;"
                " one item takes one of them"
            )
    return items


def _adjustments(input: Object) -> list[Object]:
    optional = {"description": None, "productId": None, "sku": None}
    return [{**optional, **given} for given in input.get("adjustments") or ()]


def _metadata(state: State, input: Object, cart: Object) -> list[Object]:
    """The merchant's pairs without the reserved one, and what Zonos adds."""
    created = cart["createdAt"]
    epoch = int(datetime.fromisoformat(created).timestamp())
    added = {"cartCreatedAt": created, "cartCreatedAtEpoc": str(epoch)}
    own = {RESERVED, *added}
    pairs = [dict(p) for p in input.get("metadata") or () if p["key"] not in own]
    kept = [pair for pair in cart["metadata"] if pair["key"] == RESERVED]
    overwritten = any(p["key"] == RESERVED for p in input.get("metadata") or ())
    removed = state.options.customer_metadata == "removed"
    if overwritten and not kept and not removed:
        kept = [{"key": RESERVED, "value": ""}]
    keys = state.options.added_metadata
    return [*pairs, *({"key": key, "value": added[key]} for key in keys), *kept]


def _item(state: State, input: Object) -> Object:
    now = state.clock.text()
    given = {key: value for key, value in input.items() if key not in _NOT_SHOWN}
    given["sku"] = given.get("sku") or ""
    given["productId"] = given.get("productId") or ""
    source = "API_REQUEST"
    if given.get("hsCode") is not None:
        given.setdefault("hsCodeSource", source)
    if given.get("countryOfOrigin") is not None:
        given["countryOfOriginSource"] = source
    for name in ("measurements", "productComposition"):
        parts = given.get(name)
        if parts is not None:
            given[name] = [p and {**p, "source": source} for p in parts]
    return {
        "id": state.ids.new("item"),
        **ownership(state, now),
        "amountDetails": [],
        "subItems": [],
        **given,
    }


_NOT_SHOWN = {"referenceId", "rootId"}

RESOLVERS: Resolvers = {
    ("Query", "cart"): _cart,
    ("Query", "carts"): _carts,
    ("Mutation", "cartCreate"): _create,
    ("Mutation", "cartUpsert"): _upsert,
    ("Mutation", "cartUpdate"): _update,
}
