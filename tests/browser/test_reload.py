"""The one reload of a page that was made for another login."""

from __future__ import annotations

from flask_wtf import CSRFProtect
from playwright.sync_api import expect
from playwright.sync_api import Page

from ..support.browser import wait_until
from ..support.flask_shop import FlaskShop
from .conftest import BUTTON
from .conftest import CART_INFO
from .conftest import expect_state
from .conftest import open_cart
from .conftest import open_checkout
from .conftest import READY
from .test_navigation import go_to_about_us
from .test_navigation import TURBO

NO_STORAGE = """<script>Object.defineProperty(window, "sessionStorage", {
  get() { throw new DOMException("Access is denied.", "SecurityError"); },
});</script>"""
CLICK_AT_ONCE = """document.addEventListener("zonos:ready", () => {
  const timer = setInterval(() => {
    const button = document.querySelector("#place-order");
    if (button.disabled) return;
    clearInterval(timer);
    button.click();
  }, 5);
})"""
MESSAGE = "You have signed in or out since you opened this page."


def sign_in_elsewhere(page: Page, shop: FlaskShop, user: str) -> None:
    other = page.context.new_page()
    other.goto(f"{shop.url}/sign-in/{user}?next=/about")
    other.close()


def expect_reload(page: Page, told: str = MESSAGE) -> None:
    with page.expect_navigation():
        page.click(BUTTON)
    expect_state(page, "ready")
    expect(page.get_by_role("status")).to_contain_text(told)


def expect_message(page: Page) -> None:
    """A reload would take the message away, and the mark that stands in the page."""
    page.evaluate("window.stayed = true")
    page.click(BUTTON)
    expect(page.get_by_role("alert")).to_contain_text(MESSAGE)
    expect(page.locator("[data-zonos-fallback]")).to_be_visible()
    assert page.evaluate("window.stayed")


def test_a_shopper_who_reloaded_before_still_gets_the_one_reload(
    tab: Page, flask_shop: FlaskShop
) -> None:
    open_cart(tab, flask_shop)
    tab.reload()
    sign_in_elsewhere(tab, flask_shop, "customer-7")
    expect_reload(tab)
    assert tab.evaluate("sessionStorage.length") == 0
    sign_in_elsewhere(tab, flask_shop, "customer-8")
    expect_message(tab)
    expect_message(tab)
    assert flask_shop.answers(CART_INFO) == [409, 409, 409]
    tab.reload()
    expect_state(tab, "ready")
    checkout = open_checkout(tab)
    expect(checkout.get_by_text("411-1033 Davie Street")).to_be_visible()
    assert flask_shop.answers(CART_INFO) == [409, 409, 409, 200]


def test_a_page_older_than_its_csrf_token_is_reloaded_once(
    tab: Page, flask_shop: FlaskShop
) -> None:
    CSRFProtect(flask_shop.app)
    flask_shop.app.config["WTF_CSRF_TIME_LIMIT"] = -1
    open_cart(tab, flask_shop)
    expect_reload(tab, told="This page has been open for too long.")
    tab.click(BUTTON)
    expect(tab.get_by_role("alert")).to_contain_text("open for too long")
    assert flask_shop.answers(CART_INFO) == [400, 400]
    flask_shop.app.config["WTF_CSRF_TIME_LIMIT"] = 3600
    open_checkout(tab)


def test_another_page_or_a_cart_after_the_reload_allows_another_one(
    tab: Page, flask_shop: FlaskShop
) -> None:
    open_cart(tab, flask_shop)
    sign_in_elsewhere(tab, flask_shop, "customer-7")
    expect_reload(tab)
    open_cart(tab, flask_shop)
    sign_in_elsewhere(tab, flask_shop, "customer-8")
    expect_reload(tab)
    open_checkout(tab).get_by_role("button", name="Close checkout").click()
    sign_in_elsewhere(tab, flask_shop, "customer-9")
    expect_reload(tab)
    assert flask_shop.answers(CART_INFO) == [409, 409, 200, 409]


def test_without_storage_it_reloads_once_too(tab: Page, flask_shop: FlaskShop) -> None:
    flask_shop.head = NO_STORAGE
    open_cart(tab, flask_shop)
    sign_in_elsewhere(tab, flask_shop, "customer-7")
    expect_reload(tab, told="")
    sign_in_elsewhere(tab, flask_shop, "customer-8")
    expect_message(tab)
    assert flask_shop.answers(CART_INFO) == [409, 409]


def test_the_reload_is_told_of_once(tab: Page, flask_shop: FlaskShop) -> None:
    flask_shop.head, flask_shop.body_attributes = TURBO
    open_cart(tab, flask_shop)
    expect(tab.get_by_role("status")).to_be_empty()
    sign_in_elsewhere(tab, flask_shop, "customer-7")
    expect_reload(tab)
    expect(tab.get_by_role("alert")).to_be_empty()
    go_to_about_us(tab)
    with tab.expect_event("load"):
        tab.get_by_role("link", name="To the cart").click()
    for _ in range(2):
        wait_until(tab, READY)
        tab.wait_for_timeout(300)
        expect(tab.get_by_role("status")).to_be_empty()
        tab.reload()


def test_a_click_right_after_the_reload_is_not_talked_over(
    tab: Page, flask_shop: FlaskShop
) -> None:
    open_cart(tab, flask_shop)
    sign_in_elsewhere(tab, flask_shop, "customer-7")
    flask_shop.head = f"<script>{CLICK_AT_ONCE}</script>"
    flask_shop.gate.clear()
    with tab.expect_navigation():
        tab.click(BUTTON)
    expect_state(tab, "asking")
    tab.wait_for_timeout(300)
    expect(tab.get_by_role("status")).to_have_text("Preparing your checkout…")
