"""A webhook that names no order leads to the orders of the time that it is about."""

from __future__ import annotations

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from typing import Any

import pytest

from flask_zonos import OrderEvent
from flask_zonos.web.webhooks import MAX_PAGES

from ..api.test_order import endless
from ..support.upstream import Upstream
from .conftest import Placing
from .shop import Shop

LONG_AGO = "2026-01-01T00:00:00Z"


def ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).isoformat()


@pytest.mark.parametrize(
    "body", [{}, None, {"data": {"order": {"id": "../../graphql?x=1"}}}]
)
def test_a_body_without_an_orders_id_leads_to_the_orders_of_the_last_hour(
    body: Any, shop: Shop, placing: Placing
) -> None:
    wanted, too_old = placing.order("anna"), placing.order()
    placing.change(wanted, createdAt=ago(minutes=59))
    placing.change(too_old, createdAt=ago(minutes=61))
    placing.calls()

    assert placing.post(body, type="ORDER_SHIPPING").status_code == 204

    assert placing.calls() == ["orders"]
    assert list(shop.stored()) == [wanted]
    assert shop.events == [OrderEvent("ORDER_SHIPPING", "webhook")]


def test_a_body_that_says_when_leads_to_the_orders_some_seconds_around_it(
    shop: Shop, placing: Placing
) -> None:
    placing.order("anna")
    wanted = set()
    for seconds, found in ((-7, False), (-4, True), (4, True), (7, False)):
        created_at = datetime.fromisoformat(LONG_AGO) + timedelta(seconds=seconds)
        order_id = placing.order()
        placing.change(order_id, createdAt=created_at.isoformat())
        wanted |= {order_id} if found else set()
    body = {"data": {"order": {"createdAt": LONG_AGO, "status": "OPEN"}}}
    assert placing.post(body, type="ORDER_UPDATED").status_code == 204
    assert set(shop.stored()) == wanted


def test_catching_up_has_a_bound(
    shop: Shop,
    placing: Placing,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("flask_zonos.web.webhooks.MAX_ORDERS", 2)
    for _ in range(3):
        placing.order()
    assert placing.post({}).status_code == 204
    assert len(shop.stored()) == 2
    assert "flask zonos orders sync" in caplog.text


def test_a_list_that_always_has_a_next_page_holds_no_webhook(
    shop: Shop, placing: Placing, upstream: Upstream
) -> None:
    upstream.on("orders", endless())
    shop.app.config["ZONOS_API_URL"] = upstream.url
    assert placing.post({}).status_code == 503
    assert len(upstream.received) <= MAX_PAGES


@pytest.mark.parametrize(
    ("kind", "order_id", "minutes", "status", "told"),
    [
        ("ORDER_COMBINED", None, None, 503, "an order without an id is not there yet"),
        ("ORDER_COMBINED", None, 999, 204, "no-order"),
        ("ORDER_UPDATED", "order_1", None, 503, "order_1 is not there yet"),
        ("ORDER_UPDATED", "order_1", 9, 503, "order_1 is not there yet"),
        ("ORDER_UPDATED", "order_1", 11, 204, "no-order"),
        ("UNKNOWN", None, None, 204, "no-order"),
    ],
)
def test_an_order_that_is_not_there_is_asked_for_again_until_it_is_too_old(
    kind: str,
    order_id: str | None,
    minutes: int | None,
    status: int,
    told: str,
    shop: Shop,
    placing: Placing,
    caplog: pytest.LogCaptureFixture,
) -> None:
    order = {"id": order_id} if order_id else {}
    if minutes is not None:
        order["createdAt"] = ago(minutes=minutes)
    response = placing.post({"data": {"order": order}}, type=kind)
    assert response.status_code == status
    assert response.headers.get("Retry-After") == ("5" if status == 503 else None)
    warning = caplog.records[-1].getMessage()
    assert kind in warning and told in warning
    assert [each["reason"] for each in shop.rejected] == [told] * (status == 204)
