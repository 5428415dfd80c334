"""To whom an order belongs: its references say it, or nobody does."""

from __future__ import annotations

from typing import Any

import pytest

from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos.sandbox import Sandbox

from .conftest import Placing
from .conftest import Sender
from .shop import Shop

NUMBER = {"key": "zonosOrderNumber", "value": "1001019"}


@pytest.fixture
def orders(shop: Shop) -> list[Order]:
    """The orders that the handler got."""
    received: list[Order] = []

    @shop.zonos.order_handler
    def on_order(order: Order, event: OrderEvent) -> None:
        received.append(order)

    return received


@pytest.mark.parametrize(
    ("references", "customer_id", "is_guest"),
    [
        ([{"key": "customerId", "value": "anna"}, NUMBER], "anna", False),
        ([{"key": "customer_id", "value": "anna"}], "anna", False),
        ([{"key": "CUSTOMER-ID", "value": "anna"}], "anna", False),
        ([{"key": "customerId", "value": "anna"}] * 2, "anna", False),
        ([NUMBER], None, True),
        ([], None, True),
        ([{"key": "customerId", "value": None}], None, True),
        ([{"key": None, "value": "anna"}], None, True),
        ([{"key": "customerIdOfAnother", "value": "anna"}], None, True),
        (None, None, False),
    ],
)
def test_the_references_decide_whose_an_order_is(
    references: Any,
    customer_id: str | None,
    is_guest: bool,
    orders: list[Order],
    placing: Placing,
    sender: Sender,
) -> None:
    order_id = placing.order("bo")
    placing.change(order_id, references=references)
    assert sender.tell_of(order_id).status_code == 204
    assert orders[0].customer_id == customer_id
    assert orders[0].is_guest is is_guest
    assert not orders[0].is_contradictory


def test_two_customers_in_one_order_are_none(
    orders: list[Order],
    placing: Placing,
    sender: Sender,
    caplog: pytest.LogCaptureFixture,
) -> None:
    order_id = placing.order("anna")
    both = [{"key": "customerId", "value": name} for name in ("anna", "bo")]
    placing.change(order_id, references=both)
    sender.tell_of(order_id)
    assert orders[0].customer_id is None
    assert orders[0].is_contradictory
    assert not orders[0].is_guest
    assert f"{order_id} names several customers" in caplog.text
    assert "anna" not in caplog.text


def test_the_references_key_is_a_setting(
    orders: list[Order],
    shop: Shop,
    placing: Placing,
    sender: Sender,
    sandbox: Sandbox,
) -> None:
    sandbox.state.options.customer_reference = "shopperNumber"
    shop.app.config["ZONOS_CUSTOMER_REFERENCE"] = "shopper_number"
    sender.tell_of(placing.order("anna"))
    assert orders[0].customer_id == "anna"


def test_the_email_of_an_order_decides_nothing(
    orders: list[Order], placing: Placing, sender: Sender
) -> None:
    placing.order("anna")
    sender.tell_of(placing.order())
    destination = orders[0].party("DESTINATION")
    assert destination is not None and destination.email == "anna@example.com"
    assert orders[0].customer_id is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"mode": "LIVE"}, "other-mode"),
        ({"organization": "organization_of_another"}, "other-organization"),
    ],
)
def test_an_order_of_elsewhere_is_acknowledged_told_of_and_left_alone(
    change: dict[str, Any],
    reason: str,
    shop: Shop,
    orders: list[Order],
    placing: Placing,
    sender: Sender,
) -> None:
    order_id = placing.order("anna")
    organization = placing.client.get_order(order_id)
    assert organization is not None
    shop.app.config["ZONOS_ORGANIZATION_ID"] = organization.organization
    placing.change(order_id, **change)

    assert sender.tell_of(order_id).status_code == 204
    assert sender.post({}).status_code == 204
    shop.app.test_client().post("/zonos/order-hint", json={"orderId": order_id})

    assert orders == []
    told = {"reason": reason, "kind": "ORDER_CREATED", "order_id": order_id}
    assert shop.rejected == [told, told]


def test_an_order_of_this_organization_is_received(
    shop: Shop, orders: list[Order], placing: Placing, sender: Sender
) -> None:
    order_id = placing.order("anna")
    order = placing.client.get_order(order_id)
    assert order is not None
    shop.app.config["ZONOS_ORGANIZATION_ID"] = order.organization
    sender.tell_of(order_id)
    assert [order.id for order in orders] == [order_id]
