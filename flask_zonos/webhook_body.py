"""What a webhook's body hints at: which order, and when that was made.

No shape is documented in full (the one that is known is the answer of a GraphQL
query, ``{"data": {"order": {...}}}``), so it is read leniently, and believed in
nothing: the order is fetched afresh.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from .body import whole_body
from .moments import moment
from .orders import is_order_id
from .problems import Problem

#: Bytes. An order of a hundred items, asked for in full, is a tenth of it. The app's
#: own limit does not count here: it is made for forms, and would lose orders.
LARGEST_BODY = 1024 * 1024


def raw_body() -> bytes:
    """The request's body.

    :raises Problem: 413 if there is too much of it, 400 if less came than was told.
    """
    return whole_body(LARGEST_BODY, "webhook")


def parse_body(body: bytes) -> Any:
    """The JSON value in a body, be it an object or not.

    :raises Problem: 400 if it is no JSON.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Problem(400, "invalid-body", "The webhook is no JSON.") from None


def find_order_id(body: Any) -> str | None:
    """The id of the order that a body is about, or ``None`` if it does not say."""
    for place in _places(body):
        order = place.get("order")
        for found in (
            order.get("id") if isinstance(order, dict) else None,
            place.get("orderId"),
        ):
            if is_order_id(found):
                return found
    if isinstance(body, dict) and "data" not in body and is_order_id(body.get("id")):
        return str(body["id"])
    return None


def find_created_at(body: Any) -> datetime | None:
    """When the order was made, or ``None`` if the body does not say."""
    for place in _places(body):
        order = place.get("order")
        if isinstance(order, dict):
            try:
                found = moment(order["createdAt"])
            except (KeyError, TypeError, ValueError, OverflowError):
                continue
            # Beyond, a little earlier or later is no date any more.
            if 2000 <= found.year <= 9000:
                return found
    return None


def _places(body: Any) -> Iterator[dict[str, Any]]:
    """Where an order may stand: in ``data``, at the top, or in a shipment."""
    if not isinstance(body, dict):
        return
    data = body.get("data")
    if isinstance(data, dict):
        yield data
    yield body
    if isinstance(data, dict):
        yield from (value for value in data.values() if isinstance(value, dict))
