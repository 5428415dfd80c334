"""Changes of orders at Zonos: by the API, by itself and by hand."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from flask_zonos.sandbox.encoding import loads

from .conftest import Zonos
from .test_orders import CANCEL
from .test_orders import NUMBER
from .test_orders import read
from .test_orders import TRACK
from .test_webhooks import subscribe

BEYOND = "http://203.0.113.7/webhooks"
TYPES = (
    "ORDER_CREATED",
    "ORDER_UPDATED",
    "ORDER_STATUS_CHANGED",
    "ORDER_CANCELED",
    "ORDER_SHIPPING",
    "SHIPMENT_CREATED",
    "SHIPMENT_CANCELED",
    "INVENTORY_CHECK",
)


def listen(zonos: Zonos) -> None:
    for type in TYPES:
        subscribe(zonos, BEYOND, type)


def queued(zonos: Zonos) -> dict[str, Any]:
    """Orders queued since the last call, by the type of event."""
    rows = zonos.sandbox.state.store.all("SELECT type, request FROM delivery")
    zonos.sandbox.state.store.change("DELETE FROM delivery")
    return {row["type"]: loads(row["request"])["data"]["order"] for row in rows}


def by_hand(zonos: Zonos, path: str, body: Any) -> requests.Response:
    url = f"{zonos.sandbox.url}/_sandbox/orders/{path}"
    return requests.post(url, json=body, timeout=30)


def test_each_change_of_an_order_emits_its_events(zonos: Zonos) -> None:
    zonos.sandbox.state.options.change({"shipped_order_cancels": True})
    listen(zonos)

    id = zonos.order()["id"]
    assert set(queued(zonos)) == {"ORDER_CREATED"}
    zonos.data(NUMBER, {"input": {"id": id, "accountOrderNumber": "7"}})
    assert set(queued(zonos)) == {"ORDER_UPDATED"}
    zonos.data(TRACK, {"input": {"id": id, "trackingNumbers": ["1Z", "2Z"]}})
    shipped = queued(zonos)
    assert set(shipped) == {
        "ORDER_SHIPPING",
        "SHIPMENT_CREATED",
        "ORDER_STATUS_CHANGED",
        "ORDER_UPDATED",
    }
    zonos.data(CANCEL, {"id": id})
    cancelled = queued(zonos)
    assert set(cancelled) == {
        "ORDER_CANCELED",
        "SHIPMENT_CANCELED",
        "ORDER_STATUS_CHANGED",
        "ORDER_UPDATED",
    }

    assert shipped["SHIPMENT_CREATED"]["trackingNumbers"] == ["1Z", "2Z"]
    assert "trackingNumbers" not in shipped["ORDER_SHIPPING"]
    assert cancelled["ORDER_CANCELED"]["status"] == "CANCELED"


def test_the_body_is_the_answer_of_the_webhooks_own_query(zonos: Zonos) -> None:
    subscribe(zonos, BEYOND, "SHIPMENT_CREATED")
    query = "{ webhooks { edges { node { query } } } }"
    (edge,) = zonos.data(query)["webhooks"]["edges"]
    id = zonos.order()["id"]
    zonos.data(TRACK, {"input": {"id": id, "trackingNumbers": ["1Z"]}})

    sent = queued(zonos)["SHIPMENT_CREATED"]

    assert zonos.data(edge["node"]["query"], {"id": id})["order"] == sent


def test_an_order_can_be_given_a_status_by_hand(zonos: Zonos) -> None:
    listen(zonos)
    id = zonos.order()["id"]
    queued(zonos)

    assert by_hand(zonos, f"{id}/status", {"status": "FRAUD_HOLD"}).status_code == 200

    assert read(zonos, id)["status"] == "FRAUD_HOLD"
    assert read(zonos, id)["statusTransitions"][-1] == {"status": "FRAUD_HOLD"}
    assert set(queued(zonos)) == {"ORDER_STATUS_CHANGED", "ORDER_UPDATED"}


def test_an_event_can_be_emitted_by_hand(zonos: Zonos) -> None:
    listen(zonos)
    id = zonos.order()["id"]
    queued(zonos)

    answer = by_hand(zonos, f"{id}/events", {"type": "INVENTORY_CHECK"})

    assert answer.json() == {"queued": 1}
    assert queued(zonos)["INVENTORY_CHECK"]["id"] == id


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("order_unknown/status", {"status": "OPEN"}, 404),
        ("order_unknown/events", {"type": "ORDER_CREATED"}, 404),
        ("{id}/status", {"status": "HAPPY"}, 400),
        ("{id}/status", [], 400),
        ("{id}/events", {"type": "COLLECT_EMAIL_SENT"}, 400),
        ("{id}/events", {}, 400),
    ],
)
def test_what_cannot_happen_to_an_order_is_explained(
    zonos: Zonos, path: str, body: Any, status: int
) -> None:
    id = zonos.order()["id"]

    assert by_hand(zonos, path.format(id=id), body).status_code == status
