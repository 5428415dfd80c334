"""The order that a webhook's body or the page's notification is about.

No shape is documented in full (the one that is known is the response of a GraphQL
query, ``{"data": {"order": {...}}}``), so bodies are read leniently, and nothing in
them is believed: the order is fetched afresh.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from typing import TypeGuard

from ..api.datetimes import parse_datetime

#: Keys of an order or a list of orders; :data:`_WRAPPERS` may stand between.
_ORDERS = frozenset({"order", "orders", "zonosorder"})
_WRAPPERS = frozenset({"data", "edges", "node", "nodes"})
_ORDER_IDS = frozenset({"orderid", "orderids"})

#: The form of Zonos's ids of orders, wherever it stands.
_ZONOS_ID = re.compile(r"order_[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True)
class References:
    """A webhook's body, as far as it is about orders.

    :ivar order_ids: the ids, each once; empty if the body does not say.
    :ivar created_at: when the first of them was created, if the body says.
    """

    order_ids: tuple[str, ...]
    created_at: datetime | None


@dataclass(frozen=True)
class Lookup:
    """The browser's references to an order; the first that is there counts.

    :ivar order_id: Zonos's id of the order.
    :ivar checkout_session_id: of the checkout in which it was paid.
    :ivar zonos_order_id: Zonos's own number, which shoppers read.
    """

    order_id: str | None = None
    checkout_session_id: str | None = None
    zonos_order_id: str | None = None


def find_in_notification(body: Mapping[str, Any]) -> Lookup | None:
    """Return what the page's notification names, or ``None``."""
    return _lookup(body.get("orderId"), body.get("checkoutSessionId"))


def find_in_redirect(args: Mapping[str, Any]) -> Lookup | None:
    """Return what the address of a success page names, or ``None``.

    Zonos's script adds ``zOrderNumber`` and ``orderId``, or with ``CLOSE_MODAL``
    ``zonosCheckoutSessionId`` (its types, of 2026).
    """
    order_id = args.get("orderId")
    if isinstance(order_id, str) and order_id.isdecimal():
        # An older meaning of the name: the number.
        order_id = None
    return _lookup(
        order_id, args.get("zonosCheckoutSessionId"), args.get("zOrderNumber")
    )


def _lookup(*values: Any) -> Lookup | None:
    checked = [value if is_order_id(value) else None for value in values]
    return Lookup(*checked) if any(checked) else None


def is_order_id(value: Any) -> TypeGuard[str]:
    """Return whether this may be an id of Zonos's: text that is safe in a log."""
    return isinstance(value, str) and bool(re.fullmatch(r"[A-Za-z0-9_-]{1,100}", value))


def find_references(body: Any) -> References:
    """Find the orders that a body is about, at any depth.

    Only where there are none, texts that are JSON themselves are looked into as well.

    An id counts below a key of its own (``orderId``, ``order_id``) or as the ``id`` of
    an order, also in lists, in ``edges`` and ``node``. Where there is none of those an
    id counts by its form, ``order_...``. It takes time in proportion to the body, whose
    size is bounded where it is read, and no stack.
    """
    found, texts = _find(body)
    if found.order_ids or not texts:
        return found
    return _find([_parsed(text) for text in texts])[0]


def _find(body: Any) -> tuple[References, list[str]]:
    named: dict[str, None] = {}
    texts: list[str] = []
    by_form: dict[str, None] = {}
    created_at: datetime | None = None
    queue: deque[tuple[Any, bool]] = deque([(body, False)])
    while queue:
        value, in_order = queue.popleft()
        if isinstance(value, list):
            queue.extend((item, in_order) for item in value)
        elif isinstance(value, dict):
            members = {_plain(key): member for key, member in value.items()}
            found = members.get("id")
            kind = members.get("typename")
            in_order = in_order or (isinstance(kind, str) and _plain(kind) == "order")
            is_order = in_order
            if is_order_id(found) and (in_order or found.startswith("order_")):
                (named if in_order else by_form)[found] = None
                is_order = True
            if created_at is None and is_order:
                created_at = _datetime(members.get("createdat"))
            for key, member in members.items():
                if key in _ORDER_IDS:
                    ids = member if isinstance(member, list) else [member]
                    named.update((id, None) for id in ids if is_order_id(id))
                inside = key in _ORDERS or (in_order and key in _WRAPPERS)
                queue.append((member, inside))
        elif isinstance(value, str):
            if _ZONOS_ID.fullmatch(value):
                (named if in_order else by_form)[value] = None
            elif value.startswith(("{", "[")):
                texts.append(value)
    return References(tuple(named or by_form), created_at), texts


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _plain(key: str) -> str:
    return re.sub(r"[^a-z]", "", key.lower())


def _datetime(value: Any) -> datetime | None:
    try:
        found = parse_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return None
    # Beyond, a little earlier or later is no date any more.
    return found if 2000 <= found.year <= 9000 else None
