"""Time limits of the page's half."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from .conftest import Shop
from .conftest import stop_the_clock
from .conftest import wait_until
from .test_checkout import BUTTON
from .test_checkout import errors
from .test_checkout import open_cart
from .test_checkout import ORDER

pytestmark = pytest.mark.browser
CHECK = "fake.settings.checkoutSettings.onInventoryCheck([])"


def open_with_the_clock_stopped(page: Page, shop: Shop) -> None:
    page.clock.install()
    open_cart(page, shop)
    stop_the_clock(page)


def test_an_answer_that_never_comes_is_given_up(page: Page, shop: Shop) -> None:
    shop.gate.clear()
    page.clock.install()
    open_cart(page, shop)
    page.click(BUTTON)
    page.clock.fast_forward(16_000)
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "failed")
    assert [error["code"] for error in errors(page)] == ["timeout"]


def test_request_data_that_never_comes_is_given_up_too(page: Page, shop: Shop) -> None:
    page.clock.install()
    page.add_init_script(
        "document.addEventListener('zonos:configure', ({detail}) => {"
        "detail.requestData = () => new Promise(() => {})})"
    )
    open_cart(page, shop)
    page.click(BUTTON)
    page.clock.fast_forward(16_000)
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "failed")
    assert [error["code"] for error in errors(page)] == ["timeout"]
    assert shop.calls == []


def test_an_answer_within_the_servers_own_deadline_is_waited_for(
    page: Page, shop: Shop
) -> None:
    shop.gate.clear()
    open_with_the_clock_stopped(page, shop)
    with page.expect_request("**/cart-info"):
        page.click(BUTTON)
    page.clock.fast_forward(10_500)
    shop.gate.set()
    wait_until(page, "fake.opened.length")
    assert errors(page) == []


def test_the_end_of_an_opening_is_not_that_of_the_next_clicks_asking(
    page: Page, shop: Shop
) -> None:
    open_with_the_clock_stopped(page, shop)
    page.click(BUTTON)
    wait_until(page, "fake.opened.length === 1")
    page.evaluate("fake.settings.checkoutSettings.onClose()")
    shop.gate.clear()
    page.click(BUTTON)
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "asking")
    page.clock.fast_forward(4_000)
    assert page.get_attribute(BUTTON, "data-zonos-state") == "asking"
    shop.gate.set()
    wait_until(page, "fake.opened.length === 2")


def test_a_stock_check_that_never_answers_stops_nothing(page: Page, shop: Shop) -> None:
    released = threading.Event()
    shop.settings = {"inventoryCheckUrl": "/zonos/inventory-check"}
    shop.inventory = lambda: {"message": "Sold out" if released.wait(20) else None}
    open_with_the_clock_stopped(page, shop)
    with page.expect_request("**/inventory-check"):
        page.evaluate(f"void {CHECK}.then((said) => {{ window.said = [said] }})")
    page.clock.fast_forward(5_000)
    wait_until(page, "window.said")
    released.set()
    assert page.evaluate("said") == [None]
    assert [error["code"] for error in errors(page)] == ["inventory-unavailable"]


def test_a_hint_without_an_answer_does_not_hold_the_order_up(
    page: Page, shop: Shop
) -> None:
    released = threading.Event()
    shop.hint = lambda: ("", 202 if released.wait(20) else 500)
    open_with_the_clock_stopped(page, shop)
    with page.expect_request("**/order-hint"):
        page.evaluate(f"void {ORDER}")
    page.clock.fast_forward(4_000)
    wait_until(page, "seen.at(-1)[0] === 'order'")
    assert not released.is_set()
    released.set()
