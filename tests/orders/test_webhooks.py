"""Webhooks: from the request to the order handler, also where none names an order."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from typing import Any

import pytest

from flask_zonos import OrderEvent
from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.faults import Fault
from flask_zonos.web.webhooks import MAX_PAGES

from ..api.test_order import endless
from ..support.upstream import Upstream
from .conftest import Placing
from .conftest import Shop


def test_a_webhook_brings_the_order_as_zonos_holds_it_now(
    shop: Shop, placing: Placing
) -> None:
    order_id = placing.order("anna")
    placing.calls()
    lie = {"id": order_id, "status": "CANCELED", "references": []}
    # These decide nothing.
    headers = {"Content-Type": "text/plain", "Sec-Fetch-Site": "cross-site"}

    response = placing.post({"data": {"order": lie}}, headers=headers)

    assert response.status_code == 204
    assert response.headers["Cache-Control"] == "no-store"
    assert placing.calls() == ["order"]
    assert shop.events == [OrderEvent("ORDER_CREATED", "webhook")]
    assert shop.stored()[order_id]["status"] == "OPEN"
    assert shop.stored()[order_id]["customer_id"] == "anna"
    # The next one brings it again, as it is by then: the shop stores it once.
    placing.change(order_id, status="COMPLETED")
    assert placing.tell_of(order_id).status_code == 204
    [row] = shop.stored().values()
    assert (row["status"], row["told"]) == ("COMPLETED", 2)


def test_an_event_of_several_orders_brings_each(shop: Shop, placing: Placing) -> None:
    order_ids = [placing.order() for _ in range(2)]
    edges = [{"node": {"id": order_id}} for order_id in [*order_ids, "order_new"]]
    response = placing.post({"data": {"orders": {"edges": edges}}})
    assert response.status_code == 503
    assert list(shop.stored()) == order_ids


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        ("ORDER_TELEPORTED", "ORDER_TELEPORTED"),
        ("SHIPMENT_LOST", "SHIPMENT_LOST"),
        (None, "UNKNOWN"),
        ("a b", "UNKNOWN"),
    ],
)
def test_kinds_that_are_new_or_missing_bring_the_order_all_the_same(
    type: str | None, kind: str, shop: Shop, placing: Placing
) -> None:
    assert placing.tell_of(placing.order(), type=type).status_code == 204
    assert shop.events == [OrderEvent(kind, "webhook")]


def test_events_that_are_not_of_orders_are_acknowledged_and_told(
    shop: Shop, placing: Placing
) -> None:
    assert placing.tell_of(placing.order(), type="NEW_KIND").status_code == 204
    assert shop.events == []
    told = {"reason": "unknown-kind", "kind": "NEW_KIND", "order_id": None}
    assert shop.rejected == [told]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("rate-limited", seconds=7, times=None),
        Fault("status", status=401, times=None),
        Fault("reset-before", times=None),
    ],
    ids=["429", "401", "reset"],
)
def test_while_zonos_has_trouble_it_is_asked_to_send_the_webhook_again(
    fault: Fault, shop: Shop, placing: Placing, sandbox: Sandbox
) -> None:
    order_id = placing.order()
    standing = sandbox.faults.add(dataclasses.replace(fault))
    response = placing.tell_of(order_id)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == ("7" if fault.seconds else "5")
    assert response.get_json()["code"] == "unavailable"
    sandbox.faults.lift(standing.id)
    assert placing.tell_of(order_id).status_code == 204
    assert list(shop.stored()) == [order_id]


@pytest.mark.parametrize("lacking", ["@zonos.order_handler", "ZONOS_CREDENTIAL_TOKEN"])
def test_a_shop_that_is_not_set_up_says_so_and_loses_nothing(
    shop: Shop, placing: Placing, caplog: pytest.LogCaptureFixture, lacking: str
) -> None:
    order_id = placing.order()
    if lacking == "@zonos.order_handler":
        shop.app.extensions["zonos"].callbacks.order_handler = None
    else:
        shop.app.config[lacking] = ""
    response = placing.tell_of(order_id)
    assert response.status_code == 500
    assert response.get_json()["code"] == "not-configured"
    assert lacking in caplog.text


def test_the_apps_own_limit_for_forms_loses_no_order(
    shop: Shop, placing: Placing
) -> None:
    shop.app.config["MAX_CONTENT_LENGTH"] = 100
    order_id = placing.order()
    body = {"data": {"order": {"id": order_id, "notes": "x" * 5000}}}
    assert placing.post(body).status_code == 204
    assert list(shop.stored()) == [order_id]


LONG_AGO = "2026-01-01T00:00:00Z"


def ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).isoformat()


@pytest.mark.parametrize("body", [None, {"order": {"id": "../../graphql?x=1"}}])
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
    upstream.on("orders", endless(None))
    shop.app.config["ZONOS_API_URL"] = upstream.url
    assert placing.post({}).status_code == 503
    assert len(upstream.received) == MAX_PAGES


@pytest.mark.parametrize(
    ("kind", "order_id", "minutes", "status", "told"),
    [
        ("ORDER_COMBINED", None, None, 503, "an order without an id is not there yet"),
        ("ORDER_COMBINED", None, 999, 204, "no-order"),
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
