"""Orders as the API shows and changes them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ..constants import ACTOR
from ..control.clock import format_datetime
from ..encoding import dumps
from ..encoding import loads
from ..state import State
from .pagination import page
from .problems import BadRequest
from .problems import FailedPrecondition
from .problems import NotFound
from .resolvers import Info
from .resolvers import Object
from .resolvers import Resolvers
from .resolvers import timestamps
from .webhooks import emit

_MOST = 100


def find_order(state: State, id: str) -> Object | None:
    """An order as the graph shows it; ``None`` also while it is still to come."""
    order: Object | None = state.store.body("customer_order", id)
    if order is not None and order["createdAt"] > state.clock.text():
        return None
    return order


def announce(state: State) -> None:
    """Emit the creation of each order that is due and has not been emitted."""
    with state.store.transaction():
        rows = state.store.all(
            "SELECT id FROM customer_order WHERE NOT announced AND created_at <= ?"
            " ORDER BY created_at, seq",
            state.clock.text(),
        )
        for row in rows:
            state.store.change(
                "UPDATE customer_order SET announced = 1 WHERE id = ?", row["id"]
            )
            emit(state, "ORDER_CREATED", row["id"])


def note(text: str, type: str, id: str, now: str) -> Object:
    """A note that stands in an order."""
    undeleted = {"deletedAt": None, "deletedBy": None}
    return {"id": id, **timestamps(now), **undeleted, "note": text, "type": type}


def _order(_: Any, info: Info, orderId: str) -> Object | None:
    state = info.context
    order = find_order(state, orderId)
    if order is None and state.options.unknown_order_is_error:
        raise NotFound("order", orderId)
    return order


def _orders(_: Any, info: Info, filter: Object | None = None, **window: Any) -> Object:
    store, options = info.context.store, info.context.options
    where, values = _conditions(filter or {}, options.between_takes_its_ends)
    where, values = f"created_at <= ? AND {where}", [info.context.clock.text(), *values]
    order = "DESC" if options.orders_newest_first else "ASC"
    rows = store.all(
        f"SELECT seq, id FROM customer_order WHERE {where} ORDER BY seq {order}",
        *values,
    )
    return page(
        rows, lambda row: store.body("customer_order", row["id"]), options, **window
    )


def _conditions(filter: Object, with_ends: bool) -> tuple[str, list[object]]:
    """The filter as SQL; a part that nothing in a sandbox has finds nothing."""
    tests, values = ["1"], list[object]()

    def add(test: str, *found: object) -> None:
        tests.append(test)
        values.extend(found)

    for name in ("accountOrderNumber", "status"):
        if filter.get(name) is not None:
            column = "status" if name == "status" else "account_order_number"
            add(f"{column} = ?", filter[name])
    ids = filter.get("ids")
    if ids is not None:
        if len(ids) > _MOST:
            raise BadRequest(f"'ids' takes at most {_MOST} ids")
        add(f"id IN ({', '.join('?' * len(ids))})", *ids)
    span = filter.get("between") or {}
    for name, sign in (("after", ">"), ("before", "<")):
        if span.get(name) is not None:
            ends = "=" if with_ends else ""
            add(f"created_at {sign}{ends} ?", format_datetime(span[name]))
    numbers = filter.get("accountOrderNumberRange") or {}
    for name, sign in (("after", ">"), ("before", "<")):
        if numbers.get(name) is not None:
            add(f"account_order_number {sign} ?", numbers[name])
    if filter.get("storeId") is not None:
        add("? = '1'", filter["storeId"])
    for name in ("externalGroupId", "paymentChargeId"):
        if filter.get(name) is not None:
            add("0")
    return " AND ".join(tests), values


def _by_numbers(_: Any, info: Info, accountOrderNumbers: list[str]) -> list[Object]:
    if len(accountOrderNumbers) > _MOST:
        raise BadRequest(f"'accountOrderNumbers' takes at most {_MOST} numbers")
    rows = info.context.store.all(
        "SELECT body FROM customer_order WHERE account_order_number IN"
        f" ({', '.join('?' * len(accountOrderNumbers))}) ORDER BY seq",
        *accountOrderNumbers,
    )
    return [loads(row["body"]) for row in rows]


def _existing(state: State, id: str) -> Object:
    order = find_order(state, id)
    if order is None:
        raise NotFound("order", id)
    return order


def save(state: State, order: Object, *events: str) -> Object:
    """Store a changed order, and let its subscribers know."""
    order["updatedAt"] = state.clock.text()
    order["updatedBy"] = ACTOR
    state.store.change(
        "UPDATE customer_order SET body = ?, status = ?, account_order_number = ?"
        " WHERE id = ?",
        dumps(order),
        order["status"],
        order["accountOrderNumber"],
        order["id"],
    )
    for event in (*events, "ORDER_UPDATED"):
        emit(state, event, order["id"])
    return order


def change_status(state: State, order: Object, status: str, text: str | None) -> None:
    """Give an order a status, and keep the step in its history."""
    now = state.clock.text()
    order["status"] = status
    step = {"createdAt": now, "createdBy": ACTOR, "note": text, "status": status}
    order["statusTransitions"].append(step)


def _set_number(_: Any, info: Info, input: Object) -> Object:
    state = info.context
    number = input["accountOrderNumber"]
    if not number.strip():
        raise BadRequest("'accountOrderNumber' must not be empty")
    with state.store.transaction():
        order = _existing(state, input["id"])
        other = state.store.one(
            "SELECT 1 FROM customer_order WHERE account_order_number = ? AND id <> ?",
            number,
            order["id"],
        )
        if other is not None and state.options.unique_order_numbers:
            raise BadRequest("Another order has this accountOrderNumber already")
        if order["accountOrderNumber"] == number:
            return order
        order["accountOrderNumber"] = number
        return save(state, order)


def _cancel(
    _: Any,
    info: Info,
    id: str | None = None,
    input: Object | None = None,
) -> Object:
    state = info.context
    wanted = input["id"] if input else id
    if wanted is None:
        raise BadRequest("Say which order to cancel, by 'id' or by 'input'")
    with state.store.transaction():
        order = _existing(state, wanted)
        if order["status"] == "CANCELED":
            if state.options.cancelling_twice_is_error:
                raise FailedPrecondition("The order has been cancelled already")
            return order
        events = ["ORDER_CANCELED", "ORDER_STATUS_CHANGED"]
        if order["trackingNumbers"]:
            if not state.options.shipped_order_cancels:
                raise FailedPrecondition("An order that has been shipped stays")
            events.append("SHIPMENT_CANCELED")
        change_status(state, order, "CANCELED", (input or {}).get("note"))
        return save(state, order, *events)


def _add_tracking(_: Any, info: Info, input: Object | None = None) -> Object:
    state = info.context
    if input is None:
        raise BadRequest("'input' is needed: the order's id and its tracking numbers")
    if not all(number.strip() for number in input["trackingNumbers"]):
        raise BadRequest("A tracking number must not be empty")
    if not input["trackingNumbers"]:
        raise BadRequest("'trackingNumbers' must name at least one")
    with state.store.transaction():
        order = _existing(state, input["id"])
        if order["status"] == "CANCELED":
            raise FailedPrecondition("A cancelled order cannot be shipped")
        new = dict.fromkeys(input["trackingNumbers"])
        known = order["trackingNumbers"]
        order["trackingNumbers"] = [*known, *(n for n in new if n not in known)]
        events = ["ORDER_SHIPPING", "SHIPMENT_CREATED"]
        shipped = state.options.shipped_status
        if order["status"] != shipped:
            change_status(state, order, shipped, "Shipped")
            events.append("ORDER_STATUS_CHANGED")
        return save(state, order, *events)


def _remove_tracking(_: Any, info: Info, input: Object | None = None) -> Object:
    state = info.context
    if input is None:
        raise BadRequest("'input' is needed: the order's id and its tracking numbers")
    with state.store.transaction():
        order = _existing(state, input["id"])
        known, leaving = order["trackingNumbers"], set(input["trackingNumbers"])
        unknown = sorted(leaving - set(known))
        if unknown:
            raise BadRequest(f"The order has no tracking number {unknown[0][:80]!r}")
        order["trackingNumbers"] = [each for each in known if each not in leaving]
        events = []
        shipped = order["status"] == state.options.shipped_status != "OPEN"
        if known and not order["trackingNumbers"] and shipped:
            change_status(state, order, "OPEN", "No longer shipped")
            events.append("ORDER_STATUS_CHANGED")
        return save(state, order, *events)


def _shipments(order: Object, info: Info) -> list[Object]:
    """One shipment with all tracking numbers, once there are some."""
    if not order["trackingNumbers"]:
        return []
    suffix = order["id"].removeprefix("order_")
    return [
        {
            "id": f"shipment_{suffix}",
            **timestamps(order["updatedAt"]),
            "amount": None,
            "currencyCode": None,
            "order": order,
            "organization": order["organization"],
            "shipmentDate": order["updatedAt"],
            "trackingDetails": [
                {
                    "id": f"tracking_{suffix}_{index}",
                    "carrierCode": None,
                    "number": number,
                    "type": "PACKAGE",
                    "url": f"https://tracking.invalid/{quote(number, safe='')}",
                }
                for index, number in enumerate(order["trackingNumbers"], 1)
            ],
        }
    ]


def _root(order: Object, info: Info) -> Object:
    return {
        "id": order["rootId"],
        "exchangeRates": order["exchangeRates"],
        "items": order["items"],
        "order": order,
        "parties": order["parties"],
        "shipmentRatings": order["shipmentRatings"],
    }


def _add_note(_: Any, info: Info, input: Object) -> Object:
    state = info.context
    with state.store.transaction():
        order = _existing(state, input["orderId"])
        id, now = state.ids.new("order_note"), state.clock.text()
        order["notes"].append(note(input["note"], input["type"], id, now))
        return save(state, order)


def _capture(_: Any, info: Info, input: Object) -> Object:
    state = info.context
    with state.store.transaction():
        order = _existing(state, input["orderId"])
        if order["status"] != "PAYMENT_PENDING":
            raise FailedPrecondition("There is no payment to capture for this order")
        change_status(state, order, "OPEN", "Payment captured")
        return save(state, order, "ORDER_STATUS_CHANGED")


RESOLVERS: Resolvers = {
    ("Query", "order"): _order,
    ("Query", "orders"): _orders,
    ("Query", "ordersByAccountOrderNumbers"): _by_numbers,
    ("Mutation", "orderUpdateAccountOrderNumber"): _set_number,
    ("Mutation", "orderCancel"): _cancel,
    ("Mutation", "orderAddTrackingNumber"): _add_tracking,
    ("Mutation", "orderRemoveTrackingNumber"): _remove_tracking,
    ("Mutation", "orderAddNote"): _add_note,
    ("Mutation", "orderPaymentCapture"): _capture,
    ("Order", "root"): _root,
    ("Order", "shipments"): _shipments,
}
