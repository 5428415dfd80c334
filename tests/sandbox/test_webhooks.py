from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from typing import Any

import pytest
import requests

from .conftest import Zonos

CREATE = """mutation ($input: WebhookCreateInput!) {
  webhookCreate(input: $input) { id url type status headers { key } secret query } }"""


class Receiver:
    """A shop's receiver, which notes what comes and answers as it is told."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], Any]] = []
        self.statuses: list[int] = []
        self.delay = 0.0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = json.loads(self.rfile.read(length))
                receiver.received.append((dict(self.headers), body))
                status = receiver.statuses.pop(0) if receiver.statuses else 204
                time.sleep(receiver.delay)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/zonos/webhooks"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @property
    def order_ids(self) -> list[str]:
        return [body["data"]["order"]["id"] for _, body in self.received]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    running = Receiver()
    yield running
    running.close()


def eventually(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 15
    while not holds():
        assert time.monotonic() < end, "it has not come to pass"
        time.sleep(0.02)


def subscribe(zonos: Zonos, url: str, type: str = "ORDER_CREATED", **more: Any) -> Any:
    input = {"url": url, "type": type, "status": "ENABLED", **more}
    return zonos.data(CREATE, {"input": input})["webhookCreate"]


def control(zonos: Zonos, path: str, body: dict[str, Any]) -> Any:
    url = f"{zonos.sandbox.url}/_sandbox/webhooks/{path}"
    answer = requests.post(url, json=body, timeout=30)
    assert answer.status_code < 300, answer.text
    return answer.json()


def logs(zonos: Zonos) -> list[Any]:
    query = """{ webhookLogs { edges { node {
      type url request response responseStatus webhook { id } } } } }"""
    edges = zonos.data(query)["webhookLogs"]["edges"]
    return [edge["node"] for edge in edges]


def test_an_order_is_delivered_with_own_headers_and_the_documented_body(
    zonos: Zonos, receiver: Receiver
) -> None:
    header = {"key": "X-Zonos-Webhook-Secret", "value": "long-and-random"}
    webhook = subscribe(zonos, receiver.url, headers=[header])

    order = zonos.order()

    eventually(lambda: logs(zonos))
    ((headers, body),) = receiver.received
    assert headers["X-Zonos-Webhook-Secret"] == "long-and-random"
    assert body["data"]["order"]["id"] == order["id"]
    assert body["data"]["order"]["status"] == "OPEN"
    (log,) = logs(zonos)
    assert (log["responseStatus"], log["webhook"]["id"]) == (204, webhook["id"])
    assert webhook["headers"] == [{"key": "X-Zonos-Webhook-Secret"}]
    assert webhook["secret"]


def test_only_the_subscribed_type_is_delivered(
    zonos: Zonos, receiver: Receiver
) -> None:
    subscribe(zonos, receiver.url, "ORDER_CANCELED")
    order = zonos.order()

    zonos.data(f'mutation {{ orderCancel(id: "{order["id"]}") {{ status }} }}')

    eventually(lambda: receiver.received)
    ((_, body),) = receiver.received
    assert body["data"]["order"]["status"] == "CANCELED"


def test_a_refused_delivery_comes_again(zonos: Zonos, receiver: Receiver) -> None:
    zonos.sandbox.state.options.change({"webhook_retries": [0.05, 0.05]})
    receiver.statuses = [500, 302]
    subscribe(zonos, receiver.url)

    order = zonos.order()

    eventually(lambda: len(logs(zonos)) == 3)
    assert receiver.order_ids == [order["id"]] * 3
    assert [log["responseStatus"] for log in logs(zonos)] == [204, 302, 500]


def test_a_receiver_that_is_not_there_is_given_up(zonos: Zonos) -> None:
    zonos.sandbox.state.options.change({"webhook_retries": [0.02]})
    subscribe(zonos, "http://127.0.0.1:9/nobody")

    zonos.order()

    eventually(lambda: len(logs(zonos)) == 2)
    assert {log["responseStatus"] for log in logs(zonos)} == {None}


def test_addresses_beyond_this_machine_are_not_called(zonos: Zonos) -> None:
    subscribe(zonos, "http://203.0.113.7/zonos/webhooks")

    zonos.order()

    eventually(lambda: logs(zonos))
    (log,) = logs(zonos)
    assert log["responseStatus"] is None
    assert log["response"].startswith("Not sent")


def test_deliveries_are_dropped_and_repeated_on_demand(
    zonos: Zonos, receiver: Receiver
) -> None:
    subscribe(zonos, receiver.url)
    control(zonos, "rules", {"kind": "drop"})
    dropped = zonos.order()
    control(zonos, "rules", {"kind": "repeat"})

    doubled = zonos.order()

    eventually(lambda: len(receiver.received) == 2)
    assert receiver.order_ids == [doubled["id"]] * 2
    state = f"{zonos.sandbox.url}/_sandbox/state"
    deliveries = requests.get(state, timeout=30).json()["deliveries"]
    (id,) = [each["id"] for each in deliveries if each["state"] == "dropped"]
    control(zonos, f"deliveries/{id}/repeat", {})
    eventually(lambda: dropped["id"] in receiver.order_ids)


def test_deliveries_are_reordered_on_demand(zonos: Zonos, receiver: Receiver) -> None:
    subscribe(zonos, receiver.url)
    control(zonos, "rules", {"kind": "hold", "times": 3})
    orders = [zonos.order()["id"] for _ in range(3)]
    assert receiver.received == []

    control(zonos, "release", {"reverse": True})

    eventually(lambda: len(receiver.received) == 3)
    assert sorted(receiver.order_ids) == sorted(orders)
    assert receiver.order_ids[0] == orders[-1]


def test_deliveries_are_delayed_on_demand(zonos: Zonos, receiver: Receiver) -> None:
    subscribe(zonos, receiver.url)
    control(zonos, "rules", {"kind": "delay", "seconds": 0.5})
    begun = time.monotonic()

    zonos.order()

    eventually(lambda: receiver.received)
    assert time.monotonic() - begun >= 0.5


def test_webhooks_are_listed_changed_and_deleted(zonos: Zonos) -> None:
    id = subscribe(zonos, "http://127.0.0.1:9/a")["id"]
    subscribe(zonos, "http://127.0.0.1:9/b", "ORDER_CANCELED")
    update = """mutation ($input: WebhookUpdateInput!) {
      webhookUpdate(input: $input) { url status type } }"""

    changed = zonos.data(update, {"input": {"id": id, "status": "DISABLED"}})
    assert changed["webhookUpdate"]["status"] == "DISABLED"

    query = "{ webhooks(filter: {status: DISABLED}) { edges { node { id } } } }"
    assert zonos.data(query)["webhooks"]["edges"] == [{"node": {"id": id}}]
    delete = f'mutation {{ webhookDelete(id: "{id}") }}'
    assert zonos.data(delete) == {"webhookDelete": "SUCCESS"}
    assert zonos.data(f'{{ webhook(id: "{id}") {{ id }} }}') == {"webhook": None}
    (error,) = zonos.errors(delete)
    assert error["extensions"]["errorType"] == "NOT_FOUND"


@pytest.mark.parametrize(
    "change",
    [
        {"url": "ftp://127.0.0.1/x"},
        {"url": "/zonos/webhooks"},
        {"url": "http://127.0.0.1:99999/"},
        {"headers": [{"key": "X A", "value": "1"}]},
        {"headers": [{"key": "X-A", "value": "1\r\nX-B: 2"}]},
        {"headers": [{"key": "Host", "value": "elsewhere"}]},
    ],
)
def test_what_cannot_be_sent_is_a_bad_request(
    zonos: Zonos, change: dict[str, Any]
) -> None:
    input = {"url": "http://127.0.0.1:9/", "type": "ORDER_CREATED", **change}

    (error,) = zonos.errors(CREATE, {"input": {"status": "ENABLED", **input}})

    assert error["extensions"]["errorType"] == "BAD_REQUEST"
