"""The page says that an order was placed; the server believes nothing of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient

from flask_zonos import OrderEvent
from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.faults import Fault
from flask_zonos.state import MAX_NOTIFICATIONS

from ..support.threads import Held
from ..support.upstream import Upstream
from .conftest import Placing
from .conftest import Shop


@pytest.fixture
def page(shop: Shop) -> FlaskClient:
    return shop.app.test_client()


def test_a_hint_brings_the_order_and_tells_nothing_of_it(
    shop: Shop, placing: Placing, page: FlaskClient
) -> None:
    order_id = placing.order("anna")
    placing.calls()
    there = page.post("/zonos/order-hint", json={"orderId": order_id})
    not_there = page.post("/zonos/order-hint", json={"orderId": "order_of_nobody"})
    for response in (there, not_there):
        assert response.status_code == 202
        assert response.data == b""
    assert list(there.headers) == list(not_there.headers)
    assert placing.calls() == ["order", "order"]
    assert shop.events == [OrderEvent("UNKNOWN", "browser")]
    assert shop.stored()[order_id]["customer_id"] == "anna"


def test_what_goes_wrong_is_not_the_pages_business(
    shop: Shop,
    placing: Placing,
    page: FlaskClient,
    sandbox: Sandbox,
    heard: list[Exception],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(order: Any) -> None:
        raise LookupError("no table")

    shop.before_storing = refuse
    body = {"orderId": placing.order()}
    # Once more than there are slots, each of which has to be given back.
    for _ in range(MAX_NOTIFICATIONS + 1):
        assert page.post("/zonos/order-hint", json=body).status_code == 202
    assert [type(error) for error in heard] == [LookupError] * (MAX_NOTIFICATIONS + 1)
    assert "LookupError: no table" in caplog.text
    sandbox.faults.add(Fault("status", status=500, times=None))
    assert page.post("/zonos/order-hint", json=body).status_code == 202
    placing.calls()
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    refused = page.post("/zonos/order-hint", json=body, headers=elsewhere)
    assert refused.status_code == 403
    assert placing.calls() == []


def test_a_flood_of_hints_costs_a_few_calls_at_a_time(
    shop: Shop, placing: Placing
) -> None:
    order_id = placing.order()
    placing.calls()
    held = Held()
    shop.before_storing = held.wait

    def send() -> int:
        http = shop.app.test_client()
        return http.post("/zonos/order-hint", json={"orderId": order_id}).status_code

    with ThreadPoolExecutor(MAX_NOTIFICATIONS) as pool:
        first = [pool.submit(send) for _ in range(MAX_NOTIFICATIONS)]
        held.until_reached(len(first))
        assert {send() for _ in range(20)} == {202}
        assert placing.calls() == ["order"] * MAX_NOTIFICATIONS
        held.released.set()
    assert send() == 202
    assert placing.calls() == ["order"]


def test_a_hint_leaves_the_last_slot_to_a_cart(
    shop: Shop, page: FlaskClient, upstream: Upstream
) -> None:
    shop.app.config.update(ZONOS_POOL_SIZE=1, ZONOS_API_URL=upstream.url)
    for named in ({"orderId": "order_1"}, {"checkoutSessionId": "checkout_1"}):
        assert page.post("/zonos/order-hint", json=named).status_code == 202
    assert upstream.received == []
