"""Webhooks: from the request to the order handler."""

from __future__ import annotations

import dataclasses

import pytest

from flask_zonos import OrderEvent
from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.faults import Fault

from .conftest import Placing
from .shop import Shop


def test_a_webhook_brings_the_order_as_zonos_holds_it_now(
    shop: Shop, placing: Placing
) -> None:
    order_id = placing.order("anna")
    placing.calls()
    lie = {"id": order_id, "status": "CANCELED", "references": []}

    response = placing.post({"data": {"order": lie}})

    assert response.status_code == 204
    assert response.headers["Cache-Control"] == "no-store"
    assert placing.calls() == ["order"]
    assert shop.events == [OrderEvent("ORDER_CREATED", "webhook")]
    assert shop.stored()[order_id]["status"] == "OPEN"
    assert shop.stored()[order_id]["customer_id"] == "anna"
    # The next one brings it again: the shop stores it once.
    assert placing.tell_of(order_id).status_code == 204
    assert shop.stored()[order_id]["told"] == 2


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
    order_id = placing.order()
    placing.calls()
    assert placing.tell_of(order_id, type="NEW_KIND").status_code == 204
    assert placing.calls() == []
    told = {"reason": "unknown-kind", "kind": "NEW_KIND", "order_id": None}
    assert shop.rejected == [told]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("rate-limited", seconds=7, times=None),
        Fault("status", status=401, times=None),
        Fault("error", times=None),
        Fault("reset-before", times=None),
    ],
    ids=["429", "401", "error", "reset"],
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
