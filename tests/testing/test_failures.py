"""A test of a shop's that fails says why: what is typed wrongly, refused or raised."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask_login import LoginManager
from werkzeug.test import TestResponse

from flask_zonos import Cart
from flask_zonos import CartItem
from flask_zonos import InventoryItem
from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos import Zonos

from .shop import SHOPPERS

if TYPE_CHECKING:
    from flask_zonos.sandbox import Sandbox
    from flask_zonos.testing import OrderRecorder
    from flask_zonos.testing.shopper import Shopper

pytest_plugins = ["flask_zonos.testing"]

SECRET = "s" * 40
MakeShopper = Callable[..., "Shopper"]


class Shop:
    """A shop with stock, whose database may be away."""

    def __init__(self, settings: dict[str, Any], **config: Any) -> None:
        self.app = Flask("shop")
        self.app.config.update(settings, SECRET_KEY="x", ZONOS_WEBHOOK_SECRET=SECRET)
        self.app.config.update(config)
        LoginManager(self.app).user_loader(SHOPPERS.get)
        self.zonos = Zonos(self.app)
        self.cups = 2
        self.asked: list[InventoryItem] = []
        self.trouble: Exception | None = None
        self.zonos.cart_loader(self.load_cart)
        self.zonos.order_handler(self.store)

    def load_cart(self, request_data: dict[str, Any]) -> Cart:
        cup = CartItem(
            amount=Decimal("24.90"),
            currency_code="EUR",
            quantity=request_data.get("cups", 1),
            sku="cup",
            name="A cup",
        )
        return Cart(items=[cup] if cup.quantity else [])

    def in_stock(self, items: list[InventoryItem]) -> str | None:
        self.asked += items
        too_many = sum(item.quantity for item in items) > self.cups
        return f"Only {self.cups} cups are left." if too_many else None

    def store(self, order: Order, event: OrderEvent) -> None:
        if self.trouble is not None:
            raise self.trouble


@pytest.fixture(params=[True, False], ids=["testing", "as in production"])
def is_testing(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def shop(zonos_sandbox: Sandbox) -> Shop:
    return Shop(zonos_sandbox.settings, TESTING=True)


def refused() -> Any:
    """``CheckoutRefused``; a plugin is not to be imported before pytest does it."""
    from flask_zonos.testing.shopper import CheckoutRefused

    return pytest.raises(CheckoutRefused)


def test_a_fault_of_an_operation_that_there_is_not_is_refused(
    zonos_fault: Callable[..., object], zonos_sandbox: Sandbox
) -> None:
    with pytest.raises(ValueError, match=r"no operation 'createCart'.* cartCreate, "):
        zonos_fault("error", "createCart")

    assert zonos_sandbox.faults.as_list() == []


def test_what_is_sold_out_cannot_be_bought(
    shop: Shop, zonos_shopper: MakeShopper, zonos_orders: OrderRecorder
) -> None:
    shop.zonos.inventory_checker(shop.in_stock)
    shopper = zonos_shopper(shop.app.test_client())

    with refused() as caught:
        shopper.check_out(cups=3)

    assert str(caught.value) == "The shop's inventory check: Only 2 cups are left."
    cups = InventoryItem(sku="cup", product_id="", quantity=3, name="A cup")
    assert shop.asked == [cups]
    assert zonos_orders.received == []
    zonos_orders.assert_received(shopper.check_out(cups=2), to=None)


def test_a_check_that_cannot_be_had_stops_nobody_and_is_seen_in_a_test(
    zonos_sandbox: Sandbox, zonos_shopper: MakeShopper, is_testing: bool
) -> None:
    shop = Shop(zonos_sandbox.settings, TESTING=is_testing)

    @shop.zonos.inventory_checker
    def in_stock(items: list[InventoryItem]) -> str | None:
        raise LookupError("no stock table")

    shopper = zonos_shopper(shop.app.test_client())
    if is_testing:
        with pytest.raises(LookupError, match="no stock table"):
            shopper.check_out()
    else:
        assert shopper.check_out().startswith("order_")


def test_a_refusal_tells_code_and_sentence_of_whoever_refused(
    shop: Shop, zonos_shopper: MakeShopper, zonos_clock: Any
) -> None:
    shopper = zonos_shopper(shop.app.test_client())
    with refused() as by_the_shop:
        shopper.press(cups=0)
    pair = shopper.press()
    zonos_clock.advance(2 * 3600)
    with refused() as by_zonos:
        shopper.open(pair)

    assert str(by_the_shop.value) == (
        "The button: HTTP 409 empty-cart: Your cart is empty."
    )
    assert by_zonos.value.response.status_code == 412
    assert re.fullmatch(
        r"Opening the checkout: HTTP 412 FAILED_PRECONDITION: .*expired.*",
        str(by_zonos.value),
    )


def test_an_order_of_which_the_shop_was_not_told_yet_is_told_apart(
    shop: Shop, zonos_shopper: MakeShopper, zonos_orders: OrderRecorder
) -> None:
    shopper = zonos_shopper(shop.app.test_client())
    shopper.check_out()
    order = shopper.pay(shopper.open(shopper.press()))

    with pytest.raises(AssertionError, match=r"not been told of it yet\. Call hint\("):
        zonos_orders.assert_received(order, to=None)

    shopper.hint(order)
    zonos_orders.assert_received(order, to=None)


def test_what_the_order_handler_raised_is_seen_at_the_hint_and_afterwards(
    zonos_sandbox: Sandbox,
    zonos_shopper: MakeShopper,
    zonos_orders: OrderRecorder,
    is_testing: bool,
) -> None:
    shop = Shop(zonos_sandbox.settings, TESTING=is_testing)
    shopper = zonos_shopper(shop.app.test_client())
    order = shopper.pay(shopper.open(shopper.press()))
    shop.trouble = LookupError("no order table")
    if is_testing:
        with pytest.raises(LookupError, match="no order table"):
            shopper.hint(order)
    else:
        assert shopper.hint(order).status_code == 202

    with pytest.raises(AssertionError, match=r"failed with LookupError\('no o") as it:
        zonos_orders.assert_received(order, to=None)

    assert it.value.__cause__ is shop.trouble


def test_what_the_order_handler_raised_at_a_webhook_is_told(
    zonos_sandbox: Sandbox,
    zonos_shopper: MakeShopper,
    zonos_orders: OrderRecorder,
    zonos_webhook: Callable[..., TestResponse],
) -> None:
    shop = Shop(zonos_sandbox.settings)
    shopper = zonos_shopper(shop.app.test_client())
    order = shopper.pay(shopper.open(shopper.press()))
    shop.trouble = LookupError("no order table")
    assert zonos_webhook(shop.app.test_client(), order).status_code == 500

    with pytest.raises(AssertionError, match="failed with LookupError"):
        zonos_orders.assert_received(order, to=None)


def test_an_order_that_the_shop_was_told_of_and_did_not_take_is_told_apart(
    zonos_sandbox: Sandbox,
    zonos_shopper: MakeShopper,
    zonos_orders: OrderRecorder,
    zonos_webhook: Callable[..., TestResponse],
) -> None:
    shop = Shop(zonos_sandbox.settings, TESTING=True)
    shopper = zonos_shopper(shop.app.test_client())
    order = shopper.pay(shopper.open(shopper.press()))
    zonos_webhook(shop.app.test_client(), order, secret="another")

    with pytest.raises(AssertionError, match="POST /zonos/webhooks was .* HTTP 403"):
        zonos_orders.assert_received(order, to=None)
