"""An order as Zonos tells it: amounts, times, its customer, and what is none."""

from __future__ import annotations

import json
from datetime import datetime
from datetime import UTC
from decimal import Decimal
from typing import Any

import pytest

from flask_zonos import BadResponse
from flask_zonos import Order
from flask_zonos import ZonosClient

from ..support.samples import ORDER
from ..support.upstream import reply_with
from ..support.upstream import Upstream


def fetched(upstream: Upstream, client: ZonosClient, **changes: Any) -> Order:
    body = json.dumps({"data": {"order": ORDER | changes}})
    upstream.on("order", reply_with(body))
    order = client.get_order("order_1")
    assert order is not None
    return order


def test_amounts_are_read_as_decimals_and_times_with_their_zone(
    upstream: Upstream, client: ZonosClient
) -> None:
    order = fetched(upstream, client, status="TELEPORTED")

    assert order.status == "TELEPORTED", "one that is new passes through as text"
    assert order.amount_subtotals.items == Decimal("24.9")
    assert order.amount_subtotals.duties == Decimal("0.1")
    assert order.amount_subtotals.total == Decimal("26.2")
    assert order.created_at == datetime(2026, 7, 30, 12, tzinfo=UTC)
    assert order.items[0].amount == Decimal("24.9")
    assert order.items[0].sku == ""
    assert order.tracking_numbers == ("1Z",)
    assert order.party("PAYOR") is not None
    assert order.party("DESTINATION") is None


SEVEN, EIGHT = ({"key": "customerId", "value": value} for value in "78")


@pytest.mark.parametrize(
    ("references", "customer_id", "is_guest"),
    [
        (None, None, False),
        ([], None, True),
        ([SEVEN], "7", False),
        ([{"key": "CUSTOMER ID", "value": "7"}], "7", False),
        ([{"key": "customerId", "value": None}], None, True),
        ([{"key": "orderId", "value": "7"}], None, True),
        ([SEVEN, SEVEN], "7", False),
        ([SEVEN, EIGHT], None, False),
    ],
)
def test_the_customer_is_read_from_the_references_leniently(
    upstream: Upstream,
    client: ZonosClient,
    references: Any,
    customer_id: str | None,
    is_guest: bool,
) -> None:
    order = fetched(upstream, client, references=references)
    assert (order.customer_id, order.is_guest) == (customer_id, is_guest)


@pytest.mark.parametrize(
    "changes",
    [
        {"items": 7},
        {"createdAt": None},
        {"amountSubtotals": None},
        {"amountSubtotals": {**ORDER["amountSubtotals"], "items": "n/a"}},
        {"references": [7]},
    ],
)
def test_an_order_of_another_shape_is_a_bad_response(
    upstream: Upstream, client: ZonosClient, changes: dict[str, Any]
) -> None:
    with pytest.raises(BadResponse):
        fetched(upstream, client, **changes)
