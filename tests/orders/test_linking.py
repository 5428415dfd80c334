"""To whom an order belongs: its references say it, or nobody does."""

from __future__ import annotations

from typing import Any

import pytest

from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos.sandbox import Sandbox

from .conftest import Placing
from .conftest import Shop


@pytest.fixture
def orders(shop: Shop) -> list[Order]:
    """The orders that the handler, an asynchronous one, got."""
    received: list[Order] = []

    @shop.zonos.order_handler
    async def on_order(order: Order, event: OrderEvent) -> None:
        received.append(order)

    return received


def test_the_references_decide_whose_an_order_is(
    orders: list[Order], placing: Placing
) -> None:
    # Each of these orders has the same e-mail address, which decides nothing.
    order_id = placing.order("bo")
    number = {"key": "zonosOrderNumber", "value": "1001019"}
    for references, customer_id, is_guest in (
        ([{"key": "CUSTOMER-ID", "value": "anna"}, number], "anna", False),
        ([{"key": "customer_id", "value": "anna"}] * 2, "anna", False),
        ([number], None, True),
        ([{"key": "customerId", "value": None}], None, True),
        ([{"key": None, "value": "anna"}], None, True),
        ([{"key": "customerIdOfAnother", "value": "anna"}], None, True),
        (None, None, False),
    ):
        placing.change(order_id, references=references)
        placing.tell_of(order_id)
        order = orders.pop()
        assert (order.customer_id, order.is_guest) == (customer_id, is_guest)
        assert not order.is_contradictory


def test_two_customers_in_one_order_are_none(
    orders: list[Order], placing: Placing, caplog: pytest.LogCaptureFixture
) -> None:
    order_id = placing.order("anna")
    both = [{"key": "customerId", "value": name} for name in ("anna", "bo")]
    placing.change(order_id, references=both)
    placing.tell_of(order_id)
    assert orders[0].customer_id is None
    assert orders[0].is_contradictory
    assert not orders[0].is_guest
    assert f"{order_id} names several customers" in caplog.text
    assert "anna" not in caplog.text


def test_the_references_key_is_a_setting(
    orders: list[Order], shop: Shop, placing: Placing, sandbox: Sandbox
) -> None:
    sandbox.state.options.customer_reference = "shopperNumber"
    shop.app.config["ZONOS_CUSTOMER_REFERENCE"] = "shopper_number"
    placing.tell_of(placing.order("anna"))
    assert orders[0].customer_id == "anna"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"mode": "LIVE"}, "other-mode"),
        ({"organization": "organization_of_another"}, "other-organization"),
    ],
)
def test_an_order_of_elsewhere_is_acknowledged_told_of_and_left_alone(
    change: dict[str, Any],
    reason: str | None,
    shop: Shop,
    placing: Placing,
    sandbox: Sandbox,
) -> None:
    shop.app.config["ZONOS_ORGANIZATION_ID"] = sandbox.state.options.organization_id
    order_id = placing.order("anna")
    placing.change(order_id, **change)

    assert placing.tell_of(order_id).status_code == 204
    assert placing.post({}).status_code == 204
    shop.app.test_client().post("/zonos/order-hint", json={"orderId": order_id})

    assert len(shop.events) == (0 if reason else 3)
    told = {"reason": reason, "kind": "ORDER_CREATED", "order_id": order_id}
    assert shop.rejected == ([told, told] if reason else [])
