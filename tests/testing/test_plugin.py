"""A shop's own tests: what they can do, and what one that fails says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from typing import TYPE_CHECKING

import pytest
from flask_login import current_user

from flask_zonos import Cart
from flask_zonos import InventoryItem
from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos import Zonos

from ..support import shops
from ..support.samples import item
from ..support.shops import Shop
from ..support.shops import User

if TYPE_CHECKING:
    # A plugin is not to be imported before pytest does it.
    from flask_zonos.sandbox import Sandbox
    from flask_zonos.testing import OrderRecorder
    from flask_zonos.testing.shopper import Shopper

pytest_plugins = ["flask_zonos.testing"]

MakeShopper = Callable[..., "Shopper"]
LOST = LookupError("no order table")


def cart_of_cups(request_data: dict[str, Any]) -> Cart:
    """The page says how many cups are bought."""
    cups = request_data.get("cups", 1)
    return Cart(items=[item(quantity=cups, sku="cup", name="A cup")] if cups else [])


def make_shop(sandbox: Sandbox, *, testing: bool) -> Shop:
    settings = sandbox.settings | {"ZONOS_WEBHOOK_SECRET": "s" * 40}
    app = shops.make_app("", **settings, TESTING=testing)
    shop = Shop(app, Zonos(), load_cart=cart_of_cups)
    shop.zonos.order_handler(lambda order, event: None)
    return shops.open_shop(shop)


@pytest.fixture
def shop(zonos_sandbox: Sandbox) -> Shop:
    return make_shop(zonos_sandbox, testing=True)


@pytest.fixture(params=[True, False], ids=["testing", "as in production"])
def either(request: pytest.FixtureRequest, zonos_sandbox: Sandbox) -> Shop:
    return make_shop(zonos_sandbox, testing=request.param)


@pytest.fixture
def guest(shop: Shop, zonos_shopper: MakeShopper) -> Shopper:
    return zonos_shopper(shop.app.test_client())


def paid(shopper: Shopper) -> str:
    """An order of which the shop was not told."""
    return shopper.pay(shopper.open(shopper.press()))


def test_shoppers_stay_apart_within_a_request_context_as_pytest_flask_pushes_one(
    shop: Shop, zonos_shopper: MakeShopper, zonos_orders: OrderRecorder
) -> None:
    with shop.app.test_request_context():
        anna, bo, guest = (zonos_shopper(shop.app.test_client()) for _ in range(3))
        anna.sign_in(User("anna"))
        bo.sign_in(User("bo"))
        assert not current_user.is_authenticated
        orders = [shopper.check_out() for shopper in (anna, bo, guest)]

    customers = ("anna", "bo", None)
    for order, customer in zip(orders, customers, strict=True):
        zonos_orders.assert_received(order, to=customer)
    sources = [event.source for _, event in zonos_orders.received]
    assert sources == ["browser", "webhook"] * 3
    with pytest.raises(AssertionError, match="was received for {'anna'}"):
        zonos_orders.assert_received(orders[0], to="bo")


def test_what_is_sold_out_cannot_be_bought(
    shop: Shop, guest: Shopper, zonos_orders: OrderRecorder
) -> None:
    asked = []

    @shop.zonos.inventory_checker
    def in_stock(items: list[InventoryItem]) -> str | None:
        asked.extend(items)
        return "Only 2 cups are left." if items[0].quantity > 2 else None

    with pytest.raises(AssertionError) as caught:
        guest.check_out(cups=3)
    assert str(caught.value) == "The shop's inventory check: Only 2 cups are left."
    assert asked == [InventoryItem(sku="cup", product_id="", quantity=3, name="A cup")]
    assert zonos_orders.received == []
    zonos_orders.assert_received(guest.check_out(cups=2), to=None)


def test_a_check_that_cannot_be_had_stops_nobody_and_is_seen_in_a_test(
    either: Shop, zonos_shopper: MakeShopper
) -> None:
    @either.zonos.inventory_checker
    def in_stock(items: list[InventoryItem]) -> str | None:
        raise LOST

    shopper = zonos_shopper(either.app.test_client())
    if either.app.testing:
        with pytest.raises(LookupError, match="no order table"):
            shopper.check_out()
    else:
        assert shopper.check_out().startswith("order_")


def test_a_refusal_tells_code_and_sentence_of_whoever_refused(
    guest: Shopper, zonos_clock: Any
) -> None:
    with pytest.raises(AssertionError) as by_the_shop:
        guest.press(cups=0)
    pair = guest.press()
    zonos_clock.advance(2 * 3600)
    with pytest.raises(AssertionError) as by_zonos:
        guest.open(pair)

    assert str(by_the_shop.value) == (
        "The button: HTTP 409 empty-cart: Your cart is empty."
    )
    assert type(by_zonos.value).__name__ == "CheckoutRefused"
    expected = r"Opening the checkout: HTTP 412 FAILED_PRECONDITION: .*expired.*"
    assert re.fullmatch(expected, str(by_zonos.value))


def test_an_order_of_which_the_shop_was_not_told_yet_is_told_apart(
    guest: Shopper, zonos_orders: OrderRecorder
) -> None:
    guest.check_out()
    order = paid(guest)

    with pytest.raises(AssertionError, match=r"not notified of it yet\. Call hint\("):
        zonos_orders.assert_received(order, to=None)

    guest.hint(order)
    zonos_orders.assert_received(order, to=None)


def test_what_the_order_handler_raised_is_seen_at_the_hint_and_afterwards(
    either: Shop, zonos_shopper: MakeShopper, zonos_orders: OrderRecorder
) -> None:
    def fail(order: Order, event: OrderEvent) -> None:
        raise LOST

    either.app.extensions["zonos"].callbacks.order_handler = fail
    shopper = zonos_shopper(either.app.test_client())
    order = paid(shopper)
    if either.app.testing:
        with pytest.raises(LookupError, match="no order table"):
            shopper.hint(order)
    else:
        assert shopper.hint(order).status_code == 202

    with pytest.raises(AssertionError, match=r"failed with LookupError\('no o") as it:
        zonos_orders.assert_received(order, to=None)

    assert it.value.__cause__ is LOST


def test_why_a_webhook_brought_no_order_is_told(
    shop: Shop, guest: Shopper, zonos_orders: OrderRecorder, zonos_webhook: Any
) -> None:
    order, client = paid(guest), shop.app.test_client()
    assert zonos_webhook(client, order, secret="no").status_code == 403

    with pytest.raises(AssertionError, match="POST /zonos/webhooks got HTTP 403"):
        zonos_orders.assert_received(order, to=None)

    assert zonos_webhook(client, order).status_code == 204
    zonos_orders.assert_received(order, to=None)
