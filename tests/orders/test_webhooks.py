"""Webhooks: from the request to the order handler."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from typing import Any

import pytest
from flask import abort
from flask import redirect

from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.faults import Fault
from flask_zonos.signals import order_received

from .conftest import Placing
from .conftest import Sender
from .shop import Shop

LONG_AGO = "2026-01-01T00:00:00Z"


def test_a_webhook_brings_the_order_as_zonos_holds_it_now(
    shop: Shop, placing: Placing, sender: Sender
) -> None:
    order_id = placing.order("anna")
    lie = {"id": order_id, "status": "CANCELED", "references": []}

    response = sender.post({"data": {"order": lie}})

    assert response.status_code == 204
    assert response.headers["Cache-Control"] == "no-store"
    assert shop.events == [OrderEvent("ORDER_CREATED", "webhook")]
    assert shop.stored()[order_id]["status"] == "OPEN"
    assert shop.stored()[order_id]["customer_id"] == "anna"


@pytest.mark.parametrize(
    "shape",
    [
        lambda id: {"data": {"order": {"id": id}}},
        lambda id: {"order": {"id": id, "status": "OPEN"}},
        lambda id: {"data": {"orderId": id}},
        lambda id: {"orderId": id},
        lambda id: {"id": id},
        lambda id: {"data": {"shipment": {"id": "s", "order": {"id": id}}}},
        lambda id: {"data": {"shipment": {"id": "s", "orderId": id}}},
        lambda id: [[{"data": {"order_ids": [id, id]}}], id],
    ],
)
def test_the_order_is_found_in_bodies_of_several_shapes(
    shape: Any, shop: Shop, placing: Placing, sender: Sender
) -> None:
    order_id = placing.order()
    placing.calls()
    assert sender.post(shape(order_id)).status_code == 204
    assert placing.calls() == ["order"]
    assert list(shop.stored()) == [order_id]


def test_an_event_of_several_orders_brings_each(
    shop: Shop, placing: Placing, sender: Sender
) -> None:
    order_ids = [placing.order() for _ in range(2)]
    edges = [{"node": {"id": order_id}} for order_id in [*order_ids, "order_new"]]
    response = sender.post({"data": {"orders": {"edges": edges}}})
    assert response.status_code == 503
    assert list(shop.stored()) == order_ids


def test_the_same_webhook_again_changes_nothing(
    shop: Shop, placing: Placing, sender: Sender
) -> None:
    order_id = placing.order("anna")
    answers = {sender.tell_of(order_id).status_code for _ in range(3)}
    stored = shop.stored()
    assert answers == {204}
    assert list(stored) == [order_id]
    assert stored[order_id]["told"] == 3
    assert stored[order_id]["status"] == "OPEN"


def test_events_in_the_wrong_order_leave_the_last_status(
    shop: Shop, placing: Placing, sender: Sender, sandbox: Sandbox
) -> None:
    order_id = placing.order()
    cancelled = datetime.now(UTC) + timedelta(seconds=5)
    placing.change(order_id, status="CANCELED", updatedAt=cancelled.isoformat())
    sender.tell_of(order_id, "ORDER_CANCELED")
    sender.tell_of(order_id, "ORDER_CREATED")
    assert shop.stored()[order_id]["status"] == "CANCELED"


def test_a_status_that_is_new_passes_through_as_text(
    shop: Shop, placing: Placing, sender: Sender
) -> None:
    # The sandbox's schema would refuse it; Zonos's may have it tomorrow.
    order_id = placing.order()
    client = ZonosAnswering(shop, order_id, status="WAITING_FOR_SPRING")
    assert sender.tell_of(order_id).status_code == 204
    assert client.asked == [order_id]
    assert shop.stored()[order_id]["status"] == "WAITING_FOR_SPRING"


class ZonosAnswering:
    """Stands in for the client's answer, with what the sandbox's schema refuses."""

    def __init__(self, shop: Shop, order_id: str, **changes: Any) -> None:
        self.asked: list[str] = []
        with shop.app.app_context():
            client = shop.zonos.client
        real = client.get_order

        def get_order(order_id: str, *, wait: bool = True) -> Order | None:
            self.asked.append(order_id)
            order = real(order_id, wait=wait)
            return order and dataclasses.replace(order, **changes)

        client.get_order = get_order  # type: ignore[method-assign]


@pytest.mark.parametrize("kind", ["ORDER_TELEPORTED", "SHIPMENT_LOST", None, "a b"])
def test_kinds_that_are_new_or_missing_bring_the_order_all_the_same(
    kind: str | None, shop: Shop, placing: Placing, sender: Sender
) -> None:
    order_id = placing.order()
    body = {"data": {"order": {"id": order_id}}}
    assert sender.post(body, type=kind).status_code == 204
    known = kind if kind is not None and " " not in kind else "UNKNOWN"
    assert shop.events == [OrderEvent(known, "webhook")]


@pytest.mark.parametrize("kind", ["INVENTORY_CHECK", "COLLECT_EMAIL_SENT", "NEW_KIND"])
def test_events_that_are_not_of_orders_are_acknowledged_and_told(
    kind: str, shop: Shop, placing: Placing, sender: Sender
) -> None:
    order_id = placing.order()
    placing.calls()
    body = {"data": {"order": {"id": order_id}}}
    assert sender.post(body, type=kind).status_code == 204
    assert placing.calls() == []
    assert shop.stored() == {}
    assert shop.rejected == [{"reason": "unknown-kind", "kind": kind, "order_id": None}]


def test_a_handler_that_raises_makes_zonos_try_again(
    shop: Shop, placing: Placing, sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    order_id = placing.order()

    def refuse(order: Order) -> None:
        raise LookupError("the database is away")

    shop.before_storing = refuse
    response = sender.tell_of(order_id)
    assert response.status_code == 500
    assert response.mimetype == "application/problem+json"
    assert "database is away" not in response.text
    assert "the database is away" in caplog.text
    shop.before_storing = lambda order: None
    assert sender.tell_of(order_id).status_code == 204
    assert list(shop.stored()) == [order_id]


def test_a_handler_that_aborts_is_a_handler_that_raises(
    shop: Shop, placing: Placing, sender: Sender
) -> None:
    order_id = placing.order()

    def leave(order: Order) -> None:
        abort(redirect("/login"))

    shop.before_storing = leave
    assert sender.tell_of(order_id).status_code == 500


@pytest.mark.parametrize(
    "fault",
    [
        Fault("rate-limited", seconds=7, times=None),
        Fault("status", status=500, times=None),
        Fault("status", status=401, times=None),
        Fault("error", times=None),
        Fault("html", times=None),
        Fault("reset-before", times=None),
    ],
)
def test_while_zonos_has_trouble_it_is_asked_to_send_the_webhook_again(
    fault: Fault, shop: Shop, placing: Placing, sender: Sender, sandbox: Sandbox
) -> None:
    order_id = placing.order()
    standing = sandbox.state.faults.add(fault)
    response = sender.tell_of(order_id)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == ("7" if fault.seconds else "5")
    assert response.json is not None and response.json["code"] == "unavailable"
    sandbox.state.faults.lift(standing.id)
    assert sender.tell_of(order_id).status_code == 204
    assert list(shop.stored()) == [order_id]


def test_an_order_that_is_not_there_yet_is_asked_for_again(
    shop: Shop, sender: Sender
) -> None:
    now = datetime.now(UTC).isoformat()
    for order in ({"id": "order_new"}, {"id": "order_new", "createdAt": now}):
        response = sender.post({"data": {"order": order}})
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "5"
    assert shop.rejected == []


def test_an_order_that_should_long_be_there_is_done_with(
    shop: Shop, sender: Sender
) -> None:
    order = {"id": "order_never", "createdAt": LONG_AGO}
    assert sender.post({"data": {"order": order}}).status_code == 204
    assert shop.rejected == [
        {"reason": "no-order", "kind": "ORDER_CREATED", "order_id": "order_never"}
    ]


@pytest.mark.parametrize(("minutes", "status"), [(9, 503), (11, 204)])
def test_an_order_should_be_there_after_ten_minutes(
    shop: Shop, sender: Sender, minutes: int, status: int
) -> None:
    created_at = datetime.now(UTC) - timedelta(minutes=minutes)
    order = {"id": "order_new", "createdAt": created_at.isoformat()}
    assert sender.post({"data": {"order": order}}).status_code == status


def test_an_unknown_order_is_the_same_as_an_error_or_as_null(
    shop: Shop, sender: Sender, sandbox: Sandbox
) -> None:
    sandbox.state.options.unknown_order_is_error = True
    assert sender.tell_of("order_new").status_code == 503


def test_a_receiver_of_the_signal_cannot_undo_a_handled_order(
    shop: Shop, placing: Placing, sender: Sender
) -> None:
    def fail(sender: Any, **told: Any) -> None:
        raise LookupError("the statistics are away")

    with order_received.connected_to(fail, sender=shop.app):
        assert sender.tell_of(placing.order()).status_code == 204


def test_an_async_handler_takes_orders_too(
    shop: Shop, placing: Placing, sender: Sender
) -> None:
    taken: list[str] = []

    @shop.zonos.order_handler
    async def on_order(order: Order, event: OrderEvent) -> None:
        await asyncio.sleep(0)
        taken.append(order.id)

    order_id = placing.order()
    assert sender.tell_of(order_id).status_code == 204
    assert taken == [order_id]


def test_an_async_handler_that_flask_cannot_see_loses_no_order(
    shop: Shop, placing: Placing, sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    async def on_order(order: Order, event: OrderEvent) -> None:
        raise AssertionError("it was never run")

    shop.zonos.order_handler(lambda order, event: on_order(order, event))

    assert sender.tell_of(placing.order()).status_code == 500
    assert "what wraps an async def must be an async def too" in caplog.text


def test_an_order_that_no_handler_takes_is_asked_for_again(
    shop: Shop, placing: Placing, sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    received: list[Any] = []
    shop.app.extensions["zonos"].callbacks.order_handler = None
    with order_received.connected_to(received.append, sender=shop.app):
        response = sender.tell_of(placing.order())
    assert response.status_code == 500
    assert response.get_json()["code"] == "not-configured"
    assert "there is no @zonos.order_handler" in caplog.text
    assert received == []


def test_the_apps_own_limit_for_forms_loses_no_order(
    shop: Shop, placing: Placing, sender: Sender
) -> None:
    shop.app.config["MAX_CONTENT_LENGTH"] = 100
    order_id = placing.order()
    body = {"data": {"order": {"id": order_id, "notes": "x" * 5000}}}
    assert sender.post(body).status_code == 204
    assert list(shop.stored()) == [order_id]


def test_a_shop_without_a_credential_says_so_and_loses_nothing(
    shop: Shop, sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    shop.app.config["ZONOS_CREDENTIAL_TOKEN"] = ""
    assert sender.tell_of("order_1").status_code == 500
    assert "ZONOS_CREDENTIAL_TOKEN" in caplog.text
