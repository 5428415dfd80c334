"""The one reload of a page that was made for another login."""

from __future__ import annotations

import pytest
from flask_wtf import CSRFProtect
from playwright.sync_api import expect
from playwright.sync_api import Page

from ..support.flask_shop import FlaskShop
from .conftest import wait_until
from .test_navigation import TURBO
from .test_sandbox import BUTTON
from .test_sandbox import CART_INFO
from .test_sandbox import open_cart
from .test_sandbox import open_checkout

pytestmark = pytest.mark.browser
NO_STORAGE = """Object.defineProperty(window, "sessionStorage", {
  get() { throw new DOMException("Access is denied.", "SecurityError"); },
});"""
MESSAGE = "You have signed in or out since you opened this page."


def sign_in_elsewhere(page: Page, shop: FlaskShop, user: str) -> None:
    other = page.context.new_page()
    other.goto(f"{shop.url}/sign-in/{user}?next=/about")
    other.close()


def expect_reload(page: Page, told: str = MESSAGE) -> None:
    with page.expect_navigation():
        page.click(BUTTON)
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "ready")
    expect(page.get_by_role("status")).to_contain_text(told)


def expect_message(page: Page) -> None:
    """A reload would take the message away, and the mark that stands in the page."""
    page.evaluate("window.stayed = true")
    page.click(BUTTON)
    expect(page.get_by_role("alert")).to_contain_text(MESSAGE)
    expect(page.locator("[data-zonos-fallback]")).to_be_visible()
    assert page.evaluate("window.stayed")


def test_a_shopper_who_reloaded_before_still_gets_the_one_reload(
    page: Page, flask_shop: FlaskShop
) -> None:
    open_cart(page, flask_shop)
    page.reload()
    sign_in_elsewhere(page, flask_shop, "customer-7")
    expect_reload(page)
    sign_in_elsewhere(page, flask_shop, "customer-8")
    expect_message(page)
    expect_message(page)
    assert flask_shop.answers(CART_INFO) == [409, 409, 409]
    page.reload()
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "ready")
    open_checkout(page)
    assert flask_shop.answers(CART_INFO) == [409, 409, 409, 200]


def test_a_page_older_than_its_csrf_token_is_reloaded_once(
    page: Page, flask_shop: FlaskShop
) -> None:
    CSRFProtect(flask_shop.app)
    flask_shop.app.config["WTF_CSRF_TIME_LIMIT"] = -1
    open_cart(page, flask_shop)
    expect_reload(page, told="This page has been open for too long.")
    page.click(BUTTON)
    expect(page.get_by_role("alert")).to_contain_text("open for too long")
    assert flask_shop.answers(CART_INFO) == [400, 400]
    flask_shop.app.config["WTF_CSRF_TIME_LIMIT"] = 3600
    open_checkout(page)


def test_another_page_after_the_reload_gets_a_reload_of_its_own(
    page: Page, flask_shop: FlaskShop
) -> None:
    open_cart(page, flask_shop)
    sign_in_elsewhere(page, flask_shop, "customer-7")
    expect_reload(page)
    open_cart(page, flask_shop)
    sign_in_elsewhere(page, flask_shop, "customer-8")
    expect_reload(page)
    sign_in_elsewhere(page, flask_shop, "customer-9")
    expect_message(page)


def test_a_cart_in_between_allows_another_reload(
    page: Page, flask_shop: FlaskShop
) -> None:
    open_cart(page, flask_shop)
    sign_in_elsewhere(page, flask_shop, "customer-7")
    expect_reload(page)
    checkout = open_checkout(page)
    checkout.get_by_role("button", name="Close checkout").click()
    sign_in_elsewhere(page, flask_shop, "customer-8")
    expect_reload(page)
    assert flask_shop.answers(CART_INFO) == [409, 200, 409]


def test_a_cache_that_keeps_pages_too_long_makes_no_loop(
    page: Page, flask_shop: FlaskShop
) -> None:
    open_cart(page, flask_shop)
    stale = page.request.get(f"{flask_shop.url}/cart").text()
    flask_shop.app.view_functions["cart"] = lambda: stale
    sign_in_elsewhere(page, flask_shop, "customer-7")
    expect_reload(page)
    expect_message(page)
    assert flask_shop.answers(CART_INFO) == [409, 409]


def test_without_storage_it_reloads_once_too(page: Page, flask_shop: FlaskShop) -> None:
    page.add_init_script(NO_STORAGE)
    open_cart(page, flask_shop)
    sign_in_elsewhere(page, flask_shop, "customer-7")
    expect_reload(page, told="")
    sign_in_elsewhere(page, flask_shop, "customer-8")
    expect_message(page)
    assert flask_shop.answers(CART_INFO) == [409, 409]


def test_the_reload_is_told_of_once(page: Page, flask_shop: FlaskShop) -> None:
    flask_shop.head, flask_shop.body_attributes = TURBO
    open_cart(page, flask_shop)
    expect(page.get_by_role("status")).to_be_empty()
    sign_in_elsewhere(page, flask_shop, "customer-7")
    expect_reload(page)
    expect(page.get_by_role("alert")).to_be_empty()
    page.get_by_role("link", name="About us").click()
    with page.expect_event("load"):
        page.get_by_role("link", name="To the cart").click()
    wait_until(page, "seen.some(([name]) => name === 'ready')")
    page.wait_for_timeout(300)
    expect(page.get_by_role("status")).to_be_empty()
    page.reload()
    wait_until(page, "seen.some(([name]) => name === 'ready')")
    page.wait_for_timeout(300)
    expect(page.get_by_role("status")).to_be_empty()


def test_a_click_right_after_the_reload_is_not_talked_over(
    page: Page, flask_shop: FlaskShop
) -> None:
    open_cart(page, flask_shop)
    sign_in_elsewhere(page, flask_shop, "customer-7")
    page.add_init_script(
        """document.addEventListener("zonos:ready", () => {
          const timer = setInterval(() => {
            const button = document.querySelector("#place-order");
            if (button.disabled) return;
            clearInterval(timer);
            button.click();
          }, 5);
        })"""
    )
    flask_shop.gate.clear()
    with page.expect_navigation():
        page.click(BUTTON)
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "asking")
    page.wait_for_timeout(300)
    expect(page.get_by_role("status")).to_have_text("Preparing your checkout…")


def test_nothing_is_left_in_the_storage(page: Page, flask_shop: FlaskShop) -> None:
    open_cart(page, flask_shop)
    sign_in_elsewhere(page, flask_shop, "customer-7")
    expect_reload(page)
    assert page.evaluate("sessionStorage.length") == 0
