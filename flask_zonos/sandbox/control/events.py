"""The control routes for what Zonos does: it changes orders and sends events."""

from __future__ import annotations

import time

from flask import abort
from flask import Response

from ..encoding import loads
from ..graph.orders import change_status
from ..graph.orders import find_order
from ..graph.orders import save
from ..graph.resolvers import enum_values
from ..graph.resolvers import Object
from ..graph.webhooks import queue
from ..graph.webhooks import queue_event
from ..state import current_state
from ..state import State
from .json_api import control_blueprint
from .json_api import json_object
from .json_api import json_response
from .outbox import Rule

blueprint = control_blueprint("events")


def statuses(state: State) -> list[str]:
    """The statuses that an order can have."""
    return enum_values(state, "OrderStatus")


def events(state: State) -> list[str]:
    """The types of event that are about an order, its shipment or its stock."""
    about = ("ORDER_", "SHIPMENT_", "INVENTORY_")
    return [
        type for type in enum_values(state, "WebhookType") if type.startswith(about)
    ]


@blueprint.post("/orders/<id>/status")
def set_status(id: str) -> Response:
    """``{"status": "FRAUD_HOLD"}``: a status that Zonos gives an order by itself."""
    state = current_state()
    status = _one_of("status", statuses(state))
    with state.store.transaction():
        order = _order(state, id)
        change_status(state, order, status, None)
        save(state, order, "ORDER_STATUS_CHANGED")
    return json_response({"status": status})


@blueprint.post("/orders/<id>/events")
def send_event(id: str) -> Response:
    """``{"type": "ORDER_CREATED"}``: send it to its subscribers once more."""
    state = current_state()
    type = _one_of("type", events(state))
    with state.store.transaction():
        queued = queue_event(state, type, str(_order(state, id)["id"]))
    return json_response({"queued": queued}, 201)


def _order(state: State, id: str) -> Object:
    order = find_order(state, id)
    if order is None:
        abort(404, "There is no such order")
    return order


def _one_of(name: str, values: list[str]) -> str:
    value = json_object().get(name)
    if value not in values:
        raise ValueError(f"{name!r} is one of {', '.join(values)}")
    return str(value)


@blueprint.get("/webhooks/rules")
def list_rules() -> Response:
    """The rules for deliveries that stand."""
    return json_response({"rules": current_state().outbox.as_list()})


@blueprint.post("/webhooks/rules")
def add_rule() -> Response:
    """Drop, delay, repeat or hold the next deliveries."""
    current_state().outbox.add(Rule(**json_object()))
    return json_response({}, 201)


@blueprint.delete("/webhooks/rules")
def lift_rules() -> Response:
    """Lift all rules for deliveries."""
    current_state().outbox.clear()
    return json_response({})


@blueprint.post("/webhooks/release")
def release() -> Response:
    """Let the held deliveries go, with ``{"reverse": true}`` the last one first."""
    state, now = current_state(), time.time()
    order = "DESC" if json_object().get("reverse") else "ASC"
    with state.store.transaction():
        rows = state.store.all(
            f"SELECT id FROM delivery WHERE state = 'held' ORDER BY seq {order}"
        )
        for index, row in enumerate(rows):
            state.store.change(
                "UPDATE delivery SET state = 'pending', due = ? WHERE id = ?",
                now + index * 0.25,  # several are under way at once
                row["id"],
            )
    state.outbox.bell.set()
    return json_response({"released": len(rows)})


@blueprint.post("/webhooks/deliveries/<id>/repeat")
def repeat(id: str) -> Response:
    """Deliver once more what was delivered, or was not."""
    state = current_state()
    row = state.store.one("SELECT * FROM delivery WHERE id = ?", id)
    if row is None:
        abort(404, "There is no such delivery")
    headers = loads(row["headers"])
    with state.store.transaction():
        queue(
            state, row["webhook_id"], row["type"], row["url"], headers, row["request"]
        )
    return json_response({}, 201)
