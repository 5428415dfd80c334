"""Probes of orders: those that the shop has already are read, none is made."""

from __future__ import annotations

from datetime import datetime
from datetime import timedelta
from decimal import Decimal

from .connection import ProbeFailed
from .probes import first_node
from .probes import Probe
from .probes import Subject

_TWO = "{ orders(first: 2) { edges { node { createdAt } } } }"
_BETWEEN = """
query orders($filter: OrdersFilter) {
  orders(filter: $filter, first: 1) { edges { node { createdAt } } }
}
"""


def _newest_first(subject: Subject) -> bool:
    edges = (subject.ask(_TWO).value("orders") or {}).get("edges") or []
    times = [datetime.fromisoformat(edge["node"]["createdAt"]) for edge in edges]
    if len(set(times)) < 2:
        raise ProbeFailed("needs two orders made at different times")
    return times[0] > times[1]


def _takes_ends(subject: Subject) -> bool:
    newest = first_node(subject.ask(_TWO), "orders")
    if newest is None:
        raise ProbeFailed("needs an order")
    after = newest["createdAt"]
    if "." not in after:
        raise ProbeFailed("createdAt is in whole seconds, so nothing stands at an end")
    before = datetime.fromisoformat(after) + timedelta(milliseconds=1)
    between = {"after": after, "before": before.isoformat(timespec="milliseconds")}
    reply = subject.ask(_BETWEEN, filter={"between": between})
    return first_node(reply, "orders") is not None


def _customer_reference(subject: Subject) -> str:
    references = subject.order.get("references") or []
    keys = [pair["key"] for pair in references if pair["key"] != "zonosOrderNumber"]
    if len(keys) != 1:
        raise ProbeFailed(
            f"the order has {len(keys)} references besides zonosOrderNumber; it must "
            "be one that a recognised shopper placed"
        )
    return str(keys[0])


def _negative_discounts(subject: Subject) -> bool:
    discounts = Decimal(str((subject.order["amountSubtotals"] or {})["discounts"] or 0))
    if not discounts:
        raise ProbeFailed("the order has no discount")
    return discounts < 0


PROBES = (
    Probe(
        "orders_newest_first",
        "`orders` begins with the newest one",
        True,
        _newest_first,
        points=7,
    ),
    Probe(
        "between_takes_its_ends",
        "The filter `between` includes its ends",
        False,
        _takes_ends,
        calls=2,
        points=14,
    ),
    Probe(
        "customer_reference",
        "The key of the customer's id in `order.references`; needs `--order`",
        "customerId",
        _customer_reference,
        points=20,
    ),
    Probe(
        "discounts_are_negative",
        "`amountSubtotals.discounts` is below zero; needs `--order`",
        True,
        _negative_discounts,
        points=20,
    ),
)
