"""An order as Zonos tells it, its sums in both currencies, and lists of orders.

A sum or an order that is odd does not cost the others, and a list has an end.
"""

from __future__ import annotations

import json
import time
from datetime import datetime
from datetime import UTC
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from flask_zonos import BadResponse
from flask_zonos import GraphQLErrors
from flask_zonos import ZonosClient
from flask_zonos.api.order import Order
from flask_zonos.api.order import read_order

from ..support.samples import ORDER
from ..support.upstream import Handler
from ..support.upstream import Received
from ..support.upstream import reply_with
from ..support.upstream import Upstream
from ..support.upstream import Wire

ITEM = {**ORDER["items"][0], "currencyCode": "EUR"}
SHOP = dict(ITEM="40", SHIPPING="9.95", DUTY="2.40", TAX="6.15", FEE="1", DISCOUNT="-4")
SHOPPER = {
    "items": Decimal(6400),
    "shipping": Decimal(1592),
    "duties": Decimal(384),
    "taxes": Decimal(984),
    "fees": Decimal(160),
    "discounts": Decimal(-640),
}
RATE = {
    "id": "rate_1",
    "rate": Decimal("160.05"),
    "sourceCurrencyCode": "EUR",
    "targetCurrencyCode": "JPY",
    "type": "GUARANTEED",
}
MARKET = {**RATE, "id": "rate_2", "rate": Decimal("161"), "type": "MID_MARKET"}
OTHER = {**RATE, "id": "rate_3", "rate": Decimal("159")}


def details(
    amounts: dict[str, Any],
    *targets: str,
    currency: str = "EUR",
    rate_ids: list[str] | None = None,
) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{currency} {targets} {type}",
            "amount": Decimal(amount),
            "currencyCode": currency,
            "exchangeRateIds": rate_ids,
            "targets": list(targets or ("MERCHANT_BASE",)),
            "type": type,
        }
        for type, amount in amounts.items()
    ]


def order(*groups: list[dict[str, Any]], rates: Any = (RATE,), **changes: Any) -> Order:
    """An order that is paid in yen, in a shop that sells in euros."""
    found = {
        **ORDER,
        "currencyCode": "JPY",
        "items": [ITEM],
        "amountSubtotals": SHOPPER,
        "amountSubtotalsDetails": [detail for group in groups for detail in group],
        "root": None if rates is None else {"exchangeRates": list(rates)},
        **changes,
    }
    return read_order(found, "customerId", "order")


def test_amounts_are_read_as_decimals_and_times_with_their_zone(
    upstream: Upstream, client: ZonosClient
) -> None:
    # Without the newer fields; and a status that is new passes through as text.
    told = {"data": {"order": {**ORDER, "status": "TELEPORTED"}}}
    upstream.on("order", reply_with(json.dumps(told)))
    order = client.get_order("order_1")

    assert order is not None
    assert order.status == "TELEPORTED"
    assert order.amount_subtotals.duties == Decimal("0.1")
    assert order.amount_subtotals.total == Decimal("26.2")
    assert order.shop_amounts is not None
    assert order.shop_amounts.currency_code == order.currency_code == "CAD"
    assert order.shop_amounts.total == Decimal("26.2")
    assert order.exchange_rate == 1
    assert order.created_at == datetime(2026, 7, 30, 12, tzinfo=UTC)
    assert order.items[0].amount == Decimal("24.9")
    assert order.items[0].sku == ""
    assert order.tracking_numbers == ("1Z",)
    assert order.party("PAYOR") is not None
    assert order.party("DESTINATION") is None


@pytest.mark.parametrize(
    "changes",
    [
        *[{"items": 7}, {"createdAt": None}, {"amountSubtotals": None}],
        {"amountSubtotals": {**ORDER["amountSubtotals"], "items": "n/a"}},
        {"references": [7]},
    ],
)
def test_an_order_of_another_shape_is_a_bad_response(changes: dict[str, Any]) -> None:
    with pytest.raises(BadResponse):
        order(**changes)


GROUPS: dict[str, list[Any]] = {
    "two targets": [details(SHOP, "MERCHANT_SETTLED"), details(SHOP)],
    "the same twice": [details(SHOP), details(SHOP)],
    "half a target": [details({"ITEM": 1}, "MERCHANT_PROVIDED"), details(SHOP)],
    "more": [details({**SHOP, "STORE_CREDIT": -10, "DUTY_TAX_FEE": "9.55"})],
    "two of a type": [
        details(SHOP | {"TAX": "6.10"}),
        details({"TAX": "0.05"}, "MERCHANT_BASE", "ZONOS_BASE"),
    ],
}


@pytest.mark.parametrize("items", [[ITEM], None])
@pytest.mark.parametrize("groups", GROUPS.values(), ids=GROUPS)
def test_the_shops_sums_are_those_of_one_target(groups: list[Any], items: Any) -> None:
    of_shopper = details({"ITEM": 6400, "TAX": 9}, "SHOPPER_PRESENTED", currency="JPY")
    # Without items the merchant's details name the shop's currency.
    found = order(*groups, of_shopper, items=items)
    assert found.shop_amounts is not None
    assert found.shop_amounts.currency_code == "EUR"
    assert found.shop_amounts.items == Decimal("40")
    assert found.shop_amounts.total == Decimal("55.50")
    assert found.amount_subtotals.total == Decimal("8880")


def test_what_is_zero_may_be_left_out() -> None:
    zeros = dict.fromkeys(SHOPPER, Decimal(0))
    subtotals = {**zeros, "items": Decimal("6400"), "discounts": None}
    found = order(details({"ITEM": 40}), amountSubtotals=subtotals).shop_amounts
    assert found is not None
    assert found.total == Decimal("40")


ODD: dict[str, dict[str, Any]] = {
    "no list": {"amountSubtotalsDetails": 7},
    "no taxes": {"amountSubtotalsDetails": details(SHOP)[:3]},
    "no targets": {"amountSubtotalsDetails": [{**details(SHOP)[0], "targets": None}]},
    "not a number": {"amountSubtotalsDetails": details({**SHOP, "TAX": "NaN"})},
    "joined": {"amountSubtotalsDetails": details({"ITEM": 40, "DUTY_TAX_FEE": 9})},
    "two currencies": {"items": [ITEM, {**ITEM, "currencyCode": "DKK"}]},
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_what_is_missing_costs_the_shops_sums_and_never_the_order(
    odd: Any, caplog: pytest.LogCaptureFixture
) -> None:
    found = order(**odd)
    assert found.shop_amounts is None
    assert found.amount_subtotals.total == Decimal("8880")
    assert "order_1 came without amounts in the shop's currency" in caplog.text


@pytest.mark.parametrize(
    ("rates", "rate_ids", "expected"),
    [
        ([RATE, MARKET], None, "160.05"),
        ([RATE, MARKET], ["rate_2"], "161"),
        ([MARKET], None, None),
        ([RATE, OTHER], None, None),
        ([RATE, OTHER], ["rate_3"], "159"),
        ([{**RATE, "sourceCurrencyCode": "USD"}], ["rate_1"], None),
        ([{**RATE, "rate": None}], None, None),
        (None, None, None),
    ],
)
def test_the_rate_is_the_one_that_the_details_name_or_the_guaranteed_one(
    rates: Any, rate_ids: list[str] | None, expected: str | None
) -> None:
    paid = details({"ITEM": 1}, "SHOPPER_PRESENTED", currency="JPY", rate_ids=rate_ids)
    found = order(details(SHOP), paid, rates=rates)
    assert found.exchange_rate == (expected and Decimal(expected))
    assert found.shop_amounts is not None


def test_errors_of_the_sums_alone_do_not_cost_the_order(
    upstream: Upstream, client: ZonosClient
) -> None:
    data = {"order": {**ORDER, "root": None, "amountSubtotalsDetails": None}}
    sums: list[list[Any]] = [["root"], ["amountSubtotalsDetails", 0, "amount"]]

    def fail(*paths: list[Any]) -> None:
        errors = [{"message": "no", "path": ["order", *path]} for path in paths]
        upstream.on("order", reply_with(json.dumps({"data": data, "errors": errors})))

    fail(*sums)
    found = client.get_order("order_1")
    assert found is not None
    assert found.customer_id == "1234567"
    fail(*sums, ["references"])
    with pytest.raises(GraphQLErrors):
        client.get_order("order_1")


def page(orders: list[Any], cursor: str | None) -> str:
    info = {"endCursor": cursor, "hasNextPage": cursor is not None}
    edges = [{"node": order} for order in orders]
    return json.dumps({"data": {"orders": {"edges": edges, "pageInfo": info}}})


def test_an_order_that_cannot_be_read_is_told_after_the_others(
    upstream: Upstream, client: ZonosClient
) -> None:
    odd = {**ORDER["amountSubtotals"], "items": ""}
    orders = [{**ORDER, "amountSubtotals": odd}, {**ORDER, "id": "order_2"}]
    upstream.on("orders", reply_with(page(orders, None)))
    read = client.orders()
    assert next(read).id == "order_2"
    with pytest.raises(BadResponse, match="of another shape"):
        next(read)


def circle(received: Received, wire: Wire) -> None:
    """A page that names, as the next one, one of three."""
    cursor = received.payload["variables"].get("after")
    wire.reply(page([], {"a": "b", "b": "c"}.get(cursor, "a")))


def endless(*orders: dict[str, Any] | None, seconds: float = 0) -> Handler:
    """A list that always has a next page; ``None`` is an order that is a new one."""
    numbers = count()

    def answer(received: Received, wire: Wire) -> None:
        time.sleep(seconds)
        number = next(numbers)
        new = {**ORDER, "id": f"o{number}"}
        wire.reply(page([order or new for order in orders], f"c{number}"))

    return answer


@pytest.mark.parametrize(
    ("upstream_sends", "bounds", "asked", "told"),
    [
        (circle, {}, 4, "in a circle"),
        (endless(), {}, 10, "have no end"),
        (endless(ORDER), {}, 11, "have no end"),
        (endless(None), {"max_pages": 12}, 12, "more than 12 pages"),
        (endless(None, seconds=0.1), {"max_seconds": 0.05}, 1, "in 0.05 seconds"),
    ],
)
def test_pages_without_an_end_are_given_up(
    upstream: Upstream,
    client: ZonosClient,
    upstream_sends: Handler,
    bounds: dict[str, Any],
    asked: int,
    told: str,
) -> None:
    upstream.on("orders", upstream_sends)
    with pytest.raises(BadResponse, match=told):
        list(client.orders(**bounds))
    assert len(upstream.received) == asked
