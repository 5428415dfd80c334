"""Probes of the endpoint: refusals, forms of values, points and pages."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from typing import Any

from .connection import ProbeFailed
from .connection import Refusal
from .connection import Reply
from .probes import CART_CREATE
from .probes import ITEM
from .probes import Probe
from .probes import Subject


def _without_key(subject: Subject) -> int:
    reply = subject.ask(
        "{ orders(first: 1) { edges { node { id } } } }", with_key=False
    )
    if not reply.refused:
        raise ProbeFailed("a call without a key was not refused")
    return reply.status


def _wrong_document(subject: Subject) -> int:
    reply = subject.ask("{ flaskZonosProbe }")
    if not reply.refused:
        raise ProbeFailed("a document with an unknown field was not refused")
    return reply.status


def _empty_cart(subject: Subject) -> Reply:
    reply = subject.ask(CART_CREATE, input={"items": []})
    if not reply.refused:
        raise ProbeFailed("a cart without items was not refused")
    return reply


def _error_type(subject: Subject) -> str:
    kind = _empty_cart(subject).error_types[0]
    if not kind:
        raise ProbeFailed("the refusal names no class")
    return kind


def _error_status(subject: Subject) -> bool:
    return _empty_cart(subject).status != 200


def _decimal_text(subject: Subject) -> bool:
    reply = subject.ask(CART_CREATE, input={"items": [{**ITEM, "amount": "1.00"}]})
    return not reply.refused


def _milliseconds(subject: Subject) -> bool:
    return bool(re.search(r":\d\d\.\d{3}", str(subject.cart.get("createdAt"))))


def _plain_dates(subject: Subject) -> bool:
    day = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    made = {"items": [ITEM], "expiresAt": day}
    return not subject.ask(CART_CREATE, input=made).refused


def _list_cost(subject: Subject) -> int:
    alone = _points(subject, "query cart($id: ID!) { cart(id: $id) { id } }")
    items = _points(subject, "query cart($id: ID!) { cart(id: $id) { items { id } } }")
    return items - alone


def _page_size(subject: Subject) -> int:
    return _points(subject, "{ orders { edges { node { id } } } }") - 5


def _page_most(subject: Subject) -> int:
    return _points(subject, "{ orders(first: 1000) { edges { node { id } } } }") - 5


def _points(subject: Subject, document: str) -> int:
    variables: dict[str, Any] = {}
    if "$id" in document:
        variables["id"] = subject.cart["id"]
    reply = subject.ask(document, **variables)
    if reply.points is None:
        raise ProbeFailed("there is no header zonos-query-complexity")
    if reply.refused:
        raise ProbeFailed("the list was refused")
    return reply.points


def _unknown_cart(subject: Subject) -> bool:
    document = "query cart($id: ID!) { cart(id: $id) { id } }"
    return subject.ask(document, id=f"cart_{uuid.uuid4()}").refused


def _unknown_order(subject: Subject) -> bool:
    document = "query order($id: String!) { order(orderId: $id) { id } }"
    return subject.ask(document, id=f"order_{uuid.uuid4()}").refused


def _throttled(subject: Subject) -> Refusal:
    if subject.connection.throttled is None:
        raise ProbeFailed("Zonos has not asked to send less, and is not made to")
    return subject.connection.throttled


def _throttled_type(subject: Subject) -> str:
    if not _throttled(subject).error_type:
        raise ProbeFailed("the refusal names no class")
    return _throttled(subject).error_type


#: Asked last, since they look at what came meanwhile.
PROBES_BY_CHANCE = (
    Probe(
        "throttled_retry_after",
        "The seconds in `Retry-After` when Zonos asks to send less; 0 for none",
        0,
        lambda subject: _throttled(subject).retry_after,
        calls=0,
        points=0,
        by_chance=True,
    ),
    Probe(
        "throttled_error_type",
        "The class of the error when Zonos asks to send less",
        "UNAVAILABLE",
        _throttled_type,
        calls=0,
        points=0,
        by_chance=True,
    ),
)

PROBES = (
    Probe(
        "unauthenticated_status",
        "The HTTP status of a call without a key",
        401,
        _without_key,
    ),
    Probe(
        "refusal_status",
        "The HTTP status when a document does not fit the schema",
        400,
        _wrong_document,
    ),
    Probe(
        "invalid_input_error_type",
        "The class of an error about what was sent",
        "BAD_REQUEST",
        _error_type,
    ),
    Probe(
        "error_statuses",
        "An error of a field sets the HTTP status too",
        False,
        _error_status,
    ),
    Probe(
        "decimal_texts",
        "A Decimal in the variables may be a text",
        False,
        _decimal_text,
    ),
    Probe(
        "datetime_milliseconds",
        "A DateTime is given back with milliseconds",
        True,
        _milliseconds,
        points=13,
    ),
    Probe(
        "plain_dates",
        "A DateTime in the variables may be a date alone",
        False,
        _plain_dates,
        points=13,
    ),
    Probe(
        "list_cost",
        "The objects that a plain list counts for",
        1,
        _list_cost,
        calls=3,
        points=40,
    ),
    Probe(
        "page_size",
        "The objects on a page when nobody says how many",
        100,
        _page_size,
        points=1005,
    ),
    Probe(
        "page_most",
        "The objects on a page at most; 1000 stands for that or more",
        100,
        _page_most,
        points=1005,
    ),
    Probe(
        "unknown_cart_is_error",
        "`cart` answers an unknown id with an error instead of null",
        False,
        _unknown_cart,
        points=6,
    ),
    Probe(
        "unknown_order_is_error",
        "`order` answers an unknown id with an error instead of null",
        False,
        _unknown_order,
        points=6,
    ),
)
