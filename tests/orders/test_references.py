"""The orders of a proven webhook's body, and their times."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flask_zonos.orders.references import find_references

ID = "order_11111111-1111-4111-8111-111111111111"
OTHER = "order_22222222-2222-4222-8222-222222222222"
DEEP: Any = {"order": {"id": ID}}
for _ in range(50_000):
    DEEP = [{"data": DEEP}]


@pytest.mark.parametrize(
    ("body", "order_ids"),
    [
        ({"data": {"order": {"id": ID}}}, [ID]),
        ({"order_id": ID}, [ID]),
        ({"data": {"orders": {"nodes": [{"id": "o1"}, {"id": "o2"}]}}}, ["o1", "o2"]),
        ({"event": {"data": [[{"node": {"ORDER-ID": "o1"}}]]}}, ["o1"]),
        ({"zonosOrder": {"Id": "o1", "zonosOrderId": "1001019"}}, ["o1"]),
        ({"orderIds": ["o1", 7, None, "a b"]}, ["o1"]),
        ({"resource": {"uri": ID}, "event_id": "evt_1"}, [ID]),
        ({"payload": json.dumps({"data": {"order": {"id": "o1"}}})}, ["o1"]),
        ({"node": {"__typename": "Order", "id": "o1"}}, ["o1"]),
        (DEEP, [ID]),
        # What belongs to an order is none, and one that is named goes before others.
        ({"data": {"order": {"items": [{"id": "i"}], "parties": {"id": "p"}}}}, []),
        ({"data": {"order": {"id": "o1", "combined": [{"id": OTHER}]}}}, ["o1"]),
        ({"previous": OTHER, "data": {"order": {"id": ID}}}, [ID]),
        ({"order": {"id": "o1", "note": '{"orderId": "o2"}'}}, ["o1"]),
        ({"order": {"note": "{not json"}}, []),
        ({"id": "evt_1", "type": "order_created", "note": f"see {ID}"}, []),
        # No id that may stand in a request or in a log.
        ({"data": {"order": {"id": "../../graphql?x=1"}}}, []),
        ({"data": {"order": {"id": "o" * 101}}}, []),
        ({"data": {"order": {"id": "order_1\nforged log line"}}}, []),
    ],
)
def test_ids_are_found_wherever_an_order_stands(
    body: Any, order_ids: list[str]
) -> None:
    assert list(find_references(body).order_ids) == order_ids


@pytest.mark.parametrize(
    ("body", "year"),
    [
        ({"data": {"order": {"createdAt": "2026-11-20T10:00:00Z"}}}, 2026),
        ({"payload": {"id": ID, "createdAt": "2026-11-20"}}, 2026),
        ({"createdAt": "2020-01-01", "order": {"createdAt": "2026-11-20"}}, 2026),
        ({"order": {"items": [{"createdAt": "2026-11-20"}]}}, None),
        ({"order": {"createdAt": "9999-12-31"}}, None),
        ({"order": {"createdAt": "yesterday"}}, None),
    ],
)
def test_the_time_is_the_orders_own(body: Any, year: int | None) -> None:
    created_at = find_references(body).created_at
    assert (created_at and created_at.year) == year
