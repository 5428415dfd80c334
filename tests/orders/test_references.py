"""The orders of a proven webhook's body, and their times."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from flask_zonos.orders.references import find_references

ID = "order_11111111-1111-4111-8111-111111111111"
OTHER = "order_22222222-2222-4222-8222-222222222222"

BODIES: list[tuple[Any, list[str]]] = [
    ({"data": {"order": {"id": ID}}}, [ID]),
    ({"data": {"order": {"status": "OPEN", "createdAt": "2026-11-20T10:00:00Z"}}}, []),
    ([{"data": {"order": {"id": ID}}}], [ID]),
    ({"order_id": ID}, [ID]),
    ({"type": "ORDER_UPDATED", "payload": {"data": {"order": {"id": ID}}}}, [ID]),
    ({"data": {"orders": {"edges": [{"node": {"id": ID}}]}}}, [ID]),
    # Of the same kinds:
    ({"data": {"orders": {"nodes": [{"id": "o1"}, {"id": "o2"}]}}}, ["o1", "o2"]),
    ({"data": {"orders": [{"id": "o1"}, None, {"id": "o1"}]}}, ["o1"]),
    ({"event": {"data": [[{"node": {"ORDER-ID": "o1"}}]]}}, ["o1"]),
    ({"event": {"object": {"id": ID, "orderStatus": "OPEN"}}}, [ID]),
    ({"data": {"orderCreated": {"id": ID}}}, [ID]),
    ({"zonosOrder": {"Id": "o1", "zonosOrderId": "1001019"}}, ["o1"]),
    ({"orderIds": ["o1", 7, None, "a b"]}, ["o1"]),
    ({"resource": {"uri": ID}, "event_id": "evt_1"}, [ID]),
    ({"data": {"order": ID}}, [ID]),
    ({"payload": json.dumps({"data": {"order": {"id": "o1"}}})}, ["o1"]),
    ({"node": {"__typename": "Order", "id": "o1"}}, ["o1"]),
    # What belongs to an order is none, and one that is named goes before others.
    ({"data": {"order": {"items": [{"id": "item_1"}], "parties": {"id": "p"}}}}, []),
    ({"data": {"order": {"id": "o1", "combined": [{"id": OTHER}]}}}, ["o1"]),
    ({"previous": OTHER, "data": {"order": {"id": ID}}}, [ID]),
    ({"id": "evt_1", "data": {"order": {"id": ID}}}, [ID]),
    ({"order": {"id": "o1", "note": '{"orderId": "o2"}'}}, ["o1"]),
    ({"order": {"note": "{not json"}}, []),
    ({"id": "evt_1", "type": "order_created", "note": f"see {ID}"}, []),
]


@pytest.mark.parametrize(("body", "order_ids"), BODIES)
def test_ids_are_found_wherever_an_order_stands(
    body: Any, order_ids: list[str]
) -> None:
    assert list(find_references(body).order_ids) == order_ids


@pytest.mark.parametrize(
    ("body", "year"),
    [
        ({"data": {"order": {"createdAt": "2026-11-20T10:00:00Z"}}}, 2026),
        ({"order": {"created_at": "2026-11-20"}}, 2026),
        ({"payload": {"id": ID, "createdAt": "2026-11-20"}}, 2026),
        ({"createdAt": "2020-01-01", "order": {"createdAt": "2026-11-20"}}, 2026),
        ({"order": {"items": [{"createdAt": "2026-11-20"}]}}, None),
        ({"order": {"createdAt": "9999-12-31"}}, None),
        ({"order": {"createdAt": 7}}, None),
    ],
)
def test_the_time_is_the_orders_own(body: Any, year: int | None) -> None:
    created_at = find_references(body).created_at
    assert (created_at and created_at.year) == year


def test_a_body_of_any_depth_takes_time_in_proportion_to_its_size() -> None:
    body: Any = {"order": {"id": ID}}
    for _ in range(50_000):
        body = [{"data": body}]
    started = time.monotonic()
    assert find_references(body).order_ids == (ID,)
    assert time.monotonic() - started < 20
