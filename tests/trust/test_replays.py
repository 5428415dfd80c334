"""A webhook that comes again, late or altered, brings the order as it is by now."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from flask_zonos import Order
from flask_zonos import OrderEvent

from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire
from .conftest import MakeShop

SECRET = "a-long-random-value"
ORDER = {
    "id": "order_1",
    "status": "OPEN",
    "mode": "TEST",
    "accountOrderNumber": "",
    "zonosOrderId": "zonos_1",
    "currencyCode": "EUR",
    "items": [],
    "parties": [],
    "amountSubtotals": {
        name: 0
        for name in ("items", "shipping", "duties", "taxes", "fees", "discounts")
    },
    "trackingNumbers": [],
    "references": [{"key": "customerId", "value": "kirsten-1"}],
    "checkoutSession": {"cartId": "cart_1"},
    "createdAt": "2026-11-24T10:00:00Z",
    "updatedAt": "2026-11-24T10:00:00Z",
    "organization": {"id": "organization_1"},
}


@pytest.fixture
def orders() -> list[Order]:
    """The orders given to the shop's handler, in order."""
    return []


@pytest.fixture
def app(make_shop: MakeShop, orders: list[Order]) -> Flask:
    app = make_shop(ZONOS_WEBHOOK_SECRET=SECRET)

    def on_order(order: Order, event: OrderEvent) -> None:
        orders.append(order)

    app.extensions["zonos"].callbacks.order_handler = on_order
    return app


def tell(app: Flask, **body: Any) -> int:
    answer = app.test_client().post(
        "/zonos/webhooks?type=ORDER_CREATED",
        json={"orderId": "order_1", **body},
        headers={"X-Zonos-Webhook-Secret": SECRET},
    )
    return answer.status_code


def test_each_time_the_order_is_fetched_afresh(
    app: Flask, upstream: Upstream, orders: list[Order]
) -> None:
    states = iter(["OPEN", "CANCELED", "CANCELED"])

    def present(received: Received, wire: Wire) -> None:
        wire.reply_json({"data": {"order": {**ORDER, "status": next(states)}}})

    upstream.on("order", present)
    assert [tell(app) for _ in range(3)] == [204] * 3
    assert [order.status for order in orders] == ["OPEN", "CANCELED", "CANCELED"]
    assert upstream.operations() == ["order"] * 3


def test_nothing_of_the_body_but_the_orders_id_counts(
    app: Flask, upstream: Upstream, orders: list[Order]
) -> None:
    upstream.on("order", lambda _, wire: wire.reply_json({"data": {"order": ORDER}}))
    references = [{"key": "customerId", "value": "anders-2"}]
    assert tell(app, status="COMPLETED", references=references) == 204
    (order,) = orders
    assert (order.status, order.customer_id) == ("OPEN", "kirsten-1")
