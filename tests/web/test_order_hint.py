"""POST /order-hint: one fetch with our own credential, and nothing of it told."""

from __future__ import annotations

import json
from datetime import datetime
from datetime import UTC
from decimal import Decimal
from typing import Any

import pytest

from flask_zonos import BadResponse
from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos import ZonosClient

from ..support.shops import Shop
from ..support.upstream import reply_with
from ..support.upstream import Upstream

URL = "/zonos/order-hint"
ORDER: dict[str, Any] = {
    "id": "order_1",
    "status": "OPEN",
    "mode": "TEST",
    "organization": "organization_1",
    "currencyCode": "CAD",
    "accountOrderNumber": None,
    "zonosOrderId": None,
    "createdAt": "2026-07-30T12:00:00Z",
    "updatedAt": "2026-07-30T12:00:01.5Z",
    "trackingNumbers": ["1Z", None],
    "references": [
        {"key": "customer_id", "value": "1234567"},
        {"key": None, "value": ""},
    ],
    "checkoutSession": {"cartId": "cart_1"},
    "amountSubtotals": {
        "items": 24.9,
        "shipping": 5,
        "duties": 0.1,
        "taxes": 1.2,
        "fees": 0,
        "discounts": -5,
    },
    "items": [
        {
            "id": "item_1",
            "sku": None,
            "productId": "p1",
            "name": "Mug",
            "quantity": 1,
            "amount": 24.9,
            "currencyCode": "CAD",
        }
    ],
    "parties": [{"type": "PAYOR", "person": None, "location": None}],
}


def hold(upstream: Upstream, **changes: Any) -> None:
    body = json.dumps({"data": {"order": ORDER | changes}})
    upstream.on("order", reply_with(body))


def took(shop: Shop) -> list[tuple[Order, OrderEvent]]:
    taken: list[tuple[Order, OrderEvent]] = []

    @shop.zonos.order_handler
    def on_order(order: Order, event: OrderEvent) -> None:
        taken.append((order, event))

    return taken


def test_the_order_is_fetched_and_handed_over_and_nothing_is_told(
    shop: Shop, upstream: Upstream
) -> None:
    hold(upstream)
    taken = took(shop)

    answer = shop.browser().post(URL, json={"orderId": "order_1"})

    assert (answer.status_code, answer.data) == (202, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    ((order, event),) = taken
    assert (order.id, order.customer_id, order.cart_id) == (
        "order_1",
        "1234567",
        "cart_1",
    )
    assert event == OrderEvent("UNKNOWN", "browser")
    assert upstream.received[0].payload["variables"] == {"orderId": "order_1"}


@pytest.mark.parametrize(
    "body", [{}, {"orderId": 7}, {"orderId": ""}, {"orderId": "a b"}, {"orderId": None}]
)
def test_what_is_no_order_id_is_refused_and_never_asked_for(
    shop: Shop, upstream: Upstream, body: Any
) -> None:
    answer = shop.browser().post(URL, json=body)

    assert answer.status_code == 400
    assert upstream.received == []


def test_an_order_of_the_other_mode_is_left_alone(
    shop: Shop, upstream: Upstream
) -> None:
    hold(upstream, mode="LIVE")
    taken = took(shop)

    assert shop.browser().post(URL, json={"orderId": "order_1"}).status_code == 202
    assert taken == []


@pytest.mark.parametrize("status", [200, 404, 500])
def test_whether_there_is_such_an_order_is_not_told(
    shop: Shop, upstream: Upstream, status: int
) -> None:
    upstream.on("order", reply_with('{"data": {"order": null}}', status=status))
    taken = took(shop)

    answer = shop.browser().post(URL, json={"orderId": "order_1"})

    assert (answer.status_code, answer.data, taken) == (202, b"", [])


def test_a_handler_that_fails_tells_the_page_nothing(
    shop: Shop, upstream: Upstream
) -> None:
    hold(upstream)

    @shop.zonos.order_handler
    def on_order(order: Order, event: OrderEvent) -> None:
        raise LookupError("no table")

    answer = shop.browser().post(URL, json={"orderId": "order_1"})

    assert (answer.status_code, answer.data) == (202, b"")


def test_amounts_are_read_as_decimals_and_times_with_their_zone(
    upstream: Upstream, client: ZonosClient
) -> None:
    hold(upstream)

    order = client.get_order("order_1")

    assert order is not None
    assert order.amount_subtotals.items == Decimal("24.9")
    assert order.amount_subtotals.duties == Decimal("0.1")
    assert order.amount_subtotals.total == Decimal("26.2")
    assert order.created_at == datetime(2026, 7, 30, 12, tzinfo=UTC)
    assert order.items[0].amount == Decimal("24.9")
    assert order.items[0].sku == ""
    assert order.tracking_numbers == ("1Z",)
    assert order.party("PAYOR") is not None
    assert order.party("DESTINATION") is None


@pytest.mark.parametrize(
    ("references", "customer_id", "is_guest"),
    [
        (None, None, False),
        ([], None, True),
        ([{"key": "customerId", "value": "7"}], "7", False),
        ([{"key": "CUSTOMER ID", "value": "7"}], "7", False),
        ([{"key": "customerId", "value": None}], None, True),
        ([{"key": "orderId", "value": "7"}], None, True),
        ([{"key": "customerId", "value": "7"}] * 2, "7", False),
    ],
)
def test_the_customer_is_read_from_the_references_leniently(
    upstream: Upstream,
    client: ZonosClient,
    references: Any,
    customer_id: str | None,
    is_guest: bool,
) -> None:
    hold(upstream, references=references)

    order = client.get_order("order_1")

    assert order is not None
    assert (order.customer_id, order.is_guest) == (customer_id, is_guest)


def test_two_customers_in_the_references_are_none(
    upstream: Upstream, client: ZonosClient
) -> None:
    two = [{"key": "customerId", "value": "7"}, {"key": "customer_id", "value": "8"}]
    hold(upstream, references=two)

    order = client.get_order("order_1")

    assert order is not None
    assert order.customer_id is None


def test_an_unknown_status_passes_through_as_text(
    upstream: Upstream, client: ZonosClient
) -> None:
    hold(upstream, status="TELEPORTED")

    order = client.get_order("order_1")

    assert order is not None
    assert order.status == "TELEPORTED"


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
    hold(upstream, **changes)

    with pytest.raises(BadResponse):
        client.get_order("order_1")
