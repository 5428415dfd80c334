"""A webhook that names no order leads to the orders of the time that it is about."""

from __future__ import annotations

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from typing import Any

import pytest
from flask import g

from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos.web.webhooks import MAX_PAGES

from ..api.test_order_lists import endless
from ..support.upstream import Upstream
from .conftest import Placing
from .conftest import Sender
from .shop import Shop

LONG_AGO = "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        "order",
        7,
        {"data": None},
        {"data": {"order": None}, "errors": [{"message": "no"}]},
        {"data": {"order": {"status": "OPEN"}}},
        {"data": {"order": {"id": 12}}},
        {"data": {"order": {"id": "../../graphql?x=1"}}},
        {"data": {"order": {"id": "o" * 101}}},
        {"data": {"order": {"id": "order_1\nforged log line"}}},
        {"data": {"order": "newest"}, "order": ["first"], "id": {"id": 1}},
        {"id": "evt_1", "data": {"shipment": {"id": "s"}}},
        {"data": {"order": {"createdAt": "yesterday"}}},
    ],
)
def test_a_body_without_an_orders_id_leads_to_the_orders_of_the_last_hour(
    body: Any, shop: Shop, placing: Placing, sender: Sender
) -> None:
    wanted = {placing.order("anna"), placing.order()}
    old = placing.order()
    placing.change(old, createdAt=LONG_AGO)
    placing.calls()

    assert sender.post(body, type="ORDER_SHIPPING").status_code == 204

    assert placing.calls() == ["orders"]
    assert set(shop.stored()) == wanted
    assert shop.events == [OrderEvent("ORDER_SHIPPING", "webhook")] * 2


def test_a_body_that_says_when_leads_to_the_orders_of_that_moment(
    shop: Shop, placing: Placing, sender: Sender
) -> None:
    old, _ = placing.order("anna"), placing.order("bo")
    placing.change(old, createdAt=LONG_AGO)
    body = {"data": {"order": {"createdAt": LONG_AGO, "status": "OPEN"}}}
    assert sender.post(body, type="ORDER_UPDATED").status_code == 204
    assert list(shop.stored()) == [old]


def test_catching_up_goes_on_after_an_order_whose_handler_fails(
    shop: Shop, placing: Placing, sender: Sender
) -> None:
    first, second, third = (placing.order() for _ in range(3))

    def refuse(order: Order) -> None:
        if order.id == second:
            raise LookupError("the warehouse is closed")

    shop.before_storing = refuse
    assert sender.post({}).status_code == 500
    assert set(shop.stored()) == {first, third}


def test_catching_up_has_a_bound(
    shop: Shop,
    placing: Placing,
    sender: Sender,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("flask_zonos.web.webhooks.MAX_ORDERS", 2)
    for _ in range(3):
        placing.order()
    assert sender.post({}).status_code == 204
    assert len(shop.stored()) == 2
    assert "flask zonos orders sync" in caplog.text


@pytest.mark.parametrize(("minutes", "found"), [(59, True), (61, False)])
def test_the_last_hour_is_an_hour(
    shop: Shop, placing: Placing, sender: Sender, minutes: int, found: bool
) -> None:
    order_id = placing.order()
    created_at = datetime.now(UTC) - timedelta(minutes=minutes)
    placing.change(order_id, createdAt=created_at.isoformat())
    assert sender.post({}).status_code == (204 if found else 503)
    assert list(shop.stored()) == [order_id] * found


@pytest.mark.parametrize(
    ("seconds", "found"), [(-4, True), (4, True), (-7, False), (7, False)]
)
def test_a_moment_has_some_seconds_around_it(
    shop: Shop, placing: Placing, sender: Sender, seconds: int, found: bool
) -> None:
    order_id = placing.order()
    created_at = datetime.fromisoformat(LONG_AGO) + timedelta(seconds=seconds)
    placing.change(order_id, createdAt=created_at.isoformat())
    body = {"data": {"order": {"createdAt": LONG_AGO}}}
    assert sender.post(body).status_code == 204
    assert list(shop.stored()) == [order_id] * found


def test_a_time_of_just_now_without_any_order_is_asked_for_again(
    shop: Shop, sender: Sender
) -> None:
    now = datetime.now(UTC).isoformat()
    response = sender.post({"data": {"order": {"createdAt": now}}})
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert shop.rejected == []


@pytest.mark.parametrize(
    ("kind", "order", "status", "told"),
    [
        ("ORDER_COMBINED", {}, 503, "an order without an id is not there yet"),
        ("ORDER_COMBINED", {"createdAt": LONG_AGO}, 204, "no-order"),
        ("ORDER_UPDATED", {"createdAt": LONG_AGO, "id": "order_1"}, 204, "no-order"),
        ("ORDER_UPDATED", {"id": "order_1"}, 503, "order_1 is not there yet"),
        ("UNKNOWN", {}, 204, "no-order"),
        ("INVENTORY_CHECK", {"id": "order_1"}, 204, "unknown-kind"),
    ],
)
def test_an_event_that_brings_no_order_is_a_warning_that_names_its_kind(
    shop: Shop,
    sender: Sender,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    order: dict[str, Any],
    status: int,
    told: str,
) -> None:
    response = sender.post({"data": {"order": order}}, type=kind)
    assert response.status_code == status
    warnings = [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]
    assert kind in warnings[-1]
    assert told in warnings[-1]


def test_a_list_that_always_has_a_next_page_holds_no_webhook(
    shop: Shop, sender: Sender
) -> None:
    upstream = Upstream()
    upstream.on("orders", endless())
    shop.app.config["ZONOS_API_URL"] = upstream.url
    try:
        assert sender.post({}).status_code == 503
        assert len(upstream.received) <= MAX_PAGES
    finally:
        upstream.stop()


def test_each_order_has_a_context_of_its_own(
    shop: Shop, placing: Placing, sender: Sender
) -> None:
    wanted = {placing.order() for _ in range(2)}

    def leave_something(order: Order) -> None:
        assert "left" not in g
        g.left = order.id

    shop.before_storing = leave_something
    assert sender.post({}).status_code == 204
    assert set(shop.stored()) == wanted
