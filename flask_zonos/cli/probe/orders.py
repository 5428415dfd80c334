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


#: Countries whose shoppers pay in a currency of their own.
_CURRENCIES = {
    "AU": "AUD",
    "CA": "CAD",
    "CH": "CHF",
    "DK": "DKK",
    "GB": "GBP",
    "JP": "JPY",
    "US": "USD",
}


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


def _names_cart(subject: Subject) -> bool:
    return bool((subject.order["checkoutSession"] or {}).get("cartId"))


def _has_payor(subject: Subject) -> bool:
    types = [party["type"] for party in subject.order["parties"] or ()]
    if not types:
        raise ProbeFailed("the order has no parties")
    return "PAYOR" in types


def _shopper_currency(subject: Subject) -> bool:
    order = subject.order
    of_items = {item["currencyCode"] for item in order["items"]}
    if order["currencyCode"] not in of_items:
        return True
    own = {
        _CURRENCIES.get(str((party["location"] or {}).get("countryCode")))
        for party in order["parties"] or ()
        if party["type"] == "DESTINATION"
    }
    if not own - {None} - of_items:
        raise ProbeFailed(
            "the order is in the shop's currency; it must be one to a country with "
            f"another: {', '.join(_CURRENCIES)}"
        )
    return False


def _details_by_target(subject: Subject) -> bool:
    details = subject.order["amountSubtotalsDetails"] or []
    if any(len(detail["targets"] or ()) > 1 for detail in details):
        return False
    kinds = [(detail["type"], detail["currencyCode"]) for detail in details]
    if len(set(kinds)) == len(kinds):
        raise ProbeFailed("no two targets of the order share a currency")
    return True


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
        points=40,
    ),
    Probe(
        "discounts_are_negative",
        "`amountSubtotals.discounts` is below zero; needs `--order`",
        True,
        _negative_discounts,
        points=40,
    ),
    Probe(
        "order_names_cart",
        "An order's `checkoutSession` names the cart; needs `--order`",
        True,
        _names_cart,
        points=40,
    ),
    Probe(
        "payor_is_party",
        "An order has the party `PAYOR` besides `DESTINATION`; needs `--order`",
        True,
        _has_payor,
        points=40,
    ),
    Probe(
        "shopper_currency",
        "`order.currencyCode` is the shopper's, not the shop's; needs `--order`",
        True,
        _shopper_currency,
        points=40,
    ),
    Probe(
        "details_by_target",
        "Each target in `amountSubtotalsDetails` has its own details; needs `--order`",
        False,
        _details_by_target,
        points=40,
    ),
)
