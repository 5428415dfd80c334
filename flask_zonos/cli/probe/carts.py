"""Probes of carts. What they make cannot be deleted, and expires by itself."""

from __future__ import annotations

import uuid
from datetime import datetime
from datetime import timedelta
from datetime import UTC

from .connection import ProbeFailed
from .probes import ITEM
from .probes import Probe
from .probes import Subject

_READ = "query cart($id: ID!) { cart(id: $id) { id metadata { key value } } }"
_UPSERT = """
mutation cartUpsert($input: CartUpsertInput!) {
  cartUpsert(input: $input) { id items { id } }
}
"""


def _lifetime(subject: Subject) -> float:
    cart = subject.cart
    if cart["expiresAt"] is None:
        raise ProbeFailed("a cart without expiresAt has none afterwards either")
    life = _datetime(cart["expiresAt"]) - _datetime(cart["createdAt"])
    return float(round(life.total_seconds()))


def _customer_metadata(subject: Subject) -> str:
    kept = {pair["key"]: pair["value"] for pair in subject.cart["metadata"]}
    if "customerId" not in kept:
        return "removed"
    if kept["customerId"] == "flask-zonos-probe":
        raise ProbeFailed("customerId stayed as it was sent, against Zonos's page")
    cart_id = (subject.order.get("checkoutSession") or {}).get("cartId")
    if not cart_id:
        raise ProbeFailed("the order does not name its cart")
    reply = subject.ask(_READ, id=str(cart_id))
    pairs = (reply.value("cart") or {}).get("metadata") or []
    found = [pair["value"] for pair in pairs if pair["key"] == "customerId"]
    if not found:
        raise ProbeFailed("the order's cart has no customerId in its metadata")
    return "filled" if found[0] else "emptied"


def _added_metadata(subject: Subject) -> tuple[str, ...]:
    keys = {str(pair["key"]) for pair in subject.cart["metadata"]}
    return tuple(sorted(keys - {"customerId"}))


def _upsert_unknown(subject: Subject) -> bool:
    wanted = {"id": f"cart_{uuid.uuid4()}", "items": [ITEM]}
    return not subject.ask(_UPSERT, input=wanted).refused


def _upsert_replaces(subject: Subject) -> bool:
    cart = subject.new_cart()
    reply = subject.ask(
        _UPSERT, input={"id": cart["id"], "items": [{**ITEM, "sku": "another"}]}
    )
    return len(reply.value("cartUpsert")["items"]) == 1


def _expired_is_gone(subject: Subject) -> bool:
    soon = datetime.now(UTC) + timedelta(seconds=3)
    cart = subject.new_cart(expiresAt=soon.strftime("%Y-%m-%dT%H:%M:%SZ"))
    subject.sleep(5)
    reply = subject.ask(_READ, id=cart["id"])
    return bool(reply.refused or reply.value("cart") is None)


def _datetime(text: str) -> datetime:
    return datetime.fromisoformat(text)


PROBES = (
    Probe(
        "cart_lifetime",
        "The seconds that a cart lives which was made without `expiresAt`",
        3600.0,
        _lifetime,
        points=13,
    ),
    Probe(
        "customer_metadata",
        "What becomes of `customerId` in a cart's metadata; "
        "whether it is filled only `--order` tells",
        "filled",
        _customer_metadata,
        calls=3,
        points=30,
    ),
    Probe(
        "added_metadata",
        "The keys that a cart's metadata gets besides those that were sent",
        ("cartCreatedAt",),
        _added_metadata,
        points=13,
    ),
    Probe(
        "upsert_makes_unknown",
        "`cartUpsert` makes the cart whose id it does not know",
        False,
        _upsert_unknown,
        points=13,
    ),
    Probe(
        "upsert_replaces",
        "`cartUpsert` with an id replaces the items",
        True,
        _upsert_replaces,
        calls=2,
        points=26,
    ),
    Probe(
        "expired_cart_is_gone",
        "An expired cart can be neither read nor changed",
        False,
        _expired_is_gone,
        calls=2,
        points=20,
    ),
)
