"""Webhooks, and the events that bring them about: by the API, by itself, by hand."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from flask_zonos.sandbox.constants import EVENTS
from flask_zonos.sandbox.encoding import loads

from ..support.threads import assert_soon
from ..support.upstream import reply_with
from ..support.upstream import Upstream
from .conftest import Zonos
from .test_orders import cancel
from .test_orders import NUMBER
from .test_orders import read
from .test_orders import TRACK

CREATE = """mutation ($input: WebhookCreateInput!) {
  webhookCreate(input: $input) { id url type status headers { key } secret query } }"""
BEYOND = "http://203.0.113.7/webhooks"
CHANGED = {"ORDER_STATUS_CHANGED", "ORDER_UPDATED"}


@pytest.fixture
def receiver(upstream: Upstream) -> Upstream:
    """A shop's receiver, which takes what comes."""
    upstream.on("*", reply_with("", status=204))
    return upstream


def order_ids(receiver: Upstream) -> list[str]:
    return [each.payload["data"]["order"]["id"] for each in receiver.received]


def subscribe(zonos: Zonos, url: str, type: str = "ORDER_CREATED", **more: Any) -> Any:
    return zonos.call(CREATE, url=url, type=type, status="ENABLED", **more)


def logs(zonos: Zonos) -> list[Any]:
    query = """{ webhookLogs { edges { node {
      type url request response responseStatus webhook { id } } } } }"""
    return [edge["node"] for edge in zonos.data(query)["webhookLogs"]["edges"]]


def queued(zonos: Zonos) -> dict[str, Any]:
    """Orders queued since the last call, by the type of event."""
    store = zonos.sandbox.state.store
    rows = store.all("SELECT type, request FROM delivery")
    store.change("DELETE FROM delivery")
    return {row["type"]: loads(row["request"])["data"]["order"] for row in rows}


def test_an_order_is_delivered_with_own_headers_and_the_documented_body(
    zonos: Zonos, receiver: Upstream
) -> None:
    header = {"key": "X-Zonos-Webhook-Secret", "value": "long-and-random"}
    webhook = subscribe(zonos, receiver.url, headers=[header])
    id = zonos.order()["id"]
    assert_soon(lambda: logs(zonos))
    (received,) = receiver.received
    assert received.headers["x-zonos-webhook-secret"] == "long-and-random"
    order = received.payload["data"]["order"]
    assert (order["id"], order["status"]) == (id, "OPEN")
    (log,) = logs(zonos)
    assert (log["responseStatus"], log["webhook"]["id"]) == (204, webhook["id"])
    assert webhook["headers"] == [{"key": "X-Zonos-Webhook-Secret"}]
    shown = requests.get(f"{zonos.sandbox.url}/_sandbox/state", timeout=30)
    assert shown.json()["deliveries"] and "long-and-random" not in shown.text
    assert webhook["secret"]


@pytest.mark.parametrize("counts", [False, True])
def test_a_refused_delivery_comes_again_unless_any_status_counts(
    zonos: Zonos, receiver: Upstream, counts: bool
) -> None:
    zonos.set(webhook_retries=[0.05, 0.05], webhook_any_status_counts=counts)
    statuses = [500] if counts else [500, 302, 204]
    left = list(statuses)
    receiver.on("*", lambda received, wire: wire.reply("", status=left.pop(0)))
    subscribe(zonos, receiver.url)
    id = zonos.order()["id"]
    assert_soon(lambda: len(logs(zonos)) == len(statuses))
    assert order_ids(receiver) == [id] * len(statuses)
    assert [log["responseStatus"] for log in logs(zonos)] == statuses[::-1]
    (delivery,) = zonos.sandbox.state.store.all("SELECT state FROM delivery")
    assert delivery["state"] == "delivered"


@pytest.mark.parametrize(
    ("url", "attempts"), [("http://127.0.0.1:9/nobody", 2), (BEYOND, 1)]
)
def test_a_receiver_that_cannot_be_reached_is_given_up(
    zonos: Zonos, url: str, attempts: int
) -> None:
    zonos.set(webhook_retries=[0.02])
    subscribe(zonos, url)
    zonos.order()
    assert_soon(lambda: len(logs(zonos)) == attempts)
    assert {log["responseStatus"] for log in logs(zonos)} == {None}
    assert logs(zonos)[0]["response"].startswith("Not sent") == (url == BEYOND)


def test_deliveries_are_dropped_repeated_and_reordered_on_demand(
    zonos: Zonos, receiver: Upstream
) -> None:
    store = zonos.sandbox.state.store
    subscribe(zonos, receiver.url)
    zonos.control("webhooks/rules", {"kind": "drop"})
    dropped = zonos.order()["id"]
    zonos.control("webhooks/rules", {"kind": "repeat"})
    doubled = zonos.order()["id"]
    receiver.wait_for(2)
    assert order_ids(receiver) == [doubled] * 2
    (lost,) = store.all("SELECT id FROM delivery WHERE state = 'dropped'")
    zonos.control(f"webhooks/deliveries/{lost['id']}/repeat")
    receiver.wait_for(3)
    assert order_ids(receiver)[2] == dropped

    zonos.control("webhooks/rules", {"kind": "hold", "times": 3})
    orders = [zonos.order()["id"] for _ in range(3)]
    assert len(receiver.received) == 3
    zonos.control("webhooks/release", {"reverse": True})
    # On their way they may overtake each other.
    rows = store.all("SELECT request FROM delivery ORDER BY due DESC LIMIT 3")
    due = [loads(row["request"])["data"]["order"]["id"] for row in rows]
    assert due == orders
    receiver.wait_for(6)
    assert sorted(order_ids(receiver)[3:]) == sorted(orders)


def test_what_cannot_be_sent_is_a_bad_request(zonos: Zonos) -> None:
    input = {"url": BEYOND, "type": "ORDER_CREATED", "status": "ENABLED"}
    for change in (
        {"url": "ftp://127.0.0.1/x"},
        {"url": "http://127.0.0.1:99999/"},
        {"headers": [{"key": "X A", "value": "1"}]},
        {"headers": [{"key": "X-A", "value": "1\r\nX-B: 2"}]},
        {"headers": [{"key": "Host", "value": "elsewhere"}]},
    ):
        assert zonos.error(CREATE, **input | change) == "BAD_REQUEST", change


def test_each_change_of_an_order_is_told_to_its_subscribers(zonos: Zonos) -> None:
    zonos.set(shipped_order_cancels=True)
    webhooks = {
        type: subscribe(zonos, BEYOND, type) for type in (*EVENTS, "INVENTORY_CHECK")
    }
    id = zonos.order()["id"]
    assert set(queued(zonos)) == {"ORDER_CREATED"}
    zonos.call(NUMBER, id=id, accountOrderNumber="7")
    assert set(queued(zonos)) == {"ORDER_UPDATED"}
    zonos.call(TRACK, id=id, trackingNumbers=["1Z", "2Z"])
    shipped = queued(zonos)
    assert set(shipped) == {"ORDER_SHIPPING", "SHIPMENT_CREATED"} | CHANGED
    assert shipped["SHIPMENT_CREATED"]["trackingNumbers"] == ["1Z", "2Z"]
    query = webhooks["SHIPMENT_CREATED"]["query"]
    assert zonos.data(query, {"id": id})["order"] == shipped["SHIPMENT_CREATED"]
    assert "trackingNumbers" not in shipped["ORDER_SHIPPING"]
    zonos.data(cancel(id))
    cancelled = queued(zonos)
    assert set(cancelled) == {"ORDER_CANCELED", "SHIPMENT_CANCELED"} | CHANGED
    assert cancelled["ORDER_CANCELED"]["status"] == "CANCELED"
    by_hand = zonos.control(f"orders/{id}/status", {"status": "FRAUD_HOLD"})
    assert by_hand.status_code == 200
    assert read(zonos, id)["statusTransitions"][-1] == {"status": "FRAUD_HOLD"}
    assert set(queued(zonos)) == CHANGED
    by_hand = zonos.control(f"orders/{id}/events", {"type": "INVENTORY_CHECK"})
    assert by_hand.json() == {"queued": 1}
    assert queued(zonos)["INVENTORY_CHECK"]["id"] == id
    zonos.set(webhook_silent_types=["ORDER_CREATED"])
    zonos.order()
    assert queued(zonos) == {}
