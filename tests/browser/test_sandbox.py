"""The module with the extension's routes, and the sandbox's stand-in for Zonos."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import expect
from playwright.sync_api import FrameLocator
from playwright.sync_api import Page

from flask_zonos.sandbox import Sandbox

from ..support.flask_shop import FlaskShop
from .conftest import wait_until

pytestmark = pytest.mark.browser
BUTTON = "#place-order"
READY = "seen.some(([name]) => name === 'ready')"
CART_INFO = "/zonos/cart-info"


def open_cart(page: Page, shop: FlaskShop, query: str = "", until: str = READY) -> None:
    page.goto(f"{shop.url}/cart{query}")
    wait_until(page, until)


def sign_in(page: Page, shop: FlaskShop) -> None:
    page.goto(f"{shop.url}/sign-in/customer-7")
    wait_until(page, READY)


def open_checkout(page: Page) -> FrameLocator:
    page.click(BUTTON)
    checkout = page.frame_locator("[data-zonos-checkout] iframe")
    expect(checkout.get_by_role("heading", name="Delivery")).to_be_visible()
    return checkout


def test_who_is_signed_in_finds_their_address(
    page: Page, flask_shop: FlaskShop
) -> None:
    sign_in(page, flask_shop)
    checkout = open_checkout(page)
    expect(checkout.get_by_text("411-1033 Davie Street")).to_be_visible()
    wait_until(page, "seen.at(-1)[0] === 'opened'")
    assert page.evaluate("seen.at(-2)[1].recognition") == {
        "level": "profile",
        "reason": None,
    }
    assert flask_shop.answers(CART_INFO) == [200]


def test_a_guest_fills_in_an_address(page: Page, flask_shop: FlaskShop) -> None:
    open_cart(page, flask_shop)
    checkout = open_checkout(page)
    expect(checkout.get_by_label("First name")).to_have_value("")
    cart = "seen.find(([name]) => name === 'cart')[1]"
    assert page.evaluate(f"{cart}.recognition.level") == "guest"


def test_a_domestic_shopper_goes_on_to_the_shops_checkout(
    page: Page, flask_shop: FlaskShop
) -> None:
    open_cart(page, flask_shop, "?zCountry=DK")
    page.click(BUTTON)
    expect(page.get_by_role("heading")).to_have_text("Own checkout")
    assert flask_shop.answers(CART_INFO) == []


def test_the_shops_checkout_works_without_scripts(
    browser: Browser, flask_shop: FlaskShop
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{flask_shop.url}/cart")
        page.click(BUTTON)
        expect(page.get_by_role("heading")).to_have_text("Own checkout")


def test_the_shops_checkout_works_without_zonos(
    page: Page, flask_shop: FlaskShop, sandbox: Sandbox
) -> None:
    page.route(f"{sandbox.url}/**", lambda route: route.abort())
    open_cart(page, flask_shop, until="seen.some(([name]) => name === 'error')")
    page.click(BUTTON)
    expect(page.get_by_role("heading")).to_have_text("Own checkout")


def test_a_refused_key_leaves_the_shops_checkout(
    page: Page, flask_shop: FlaskShop
) -> None:
    flask_shop.init = {"zonosApiKey": "of another shop"}
    open_cart(page, flask_shop)
    page.click(BUTTON)
    expect(page.get_by_role("heading")).to_have_text("Own checkout")


def test_a_closed_checkout_gives_focus_back_and_opens_again(
    page: Page, flask_shop: FlaskShop
) -> None:
    open_cart(page, flask_shop)
    checkout = open_checkout(page)
    checkout.get_by_role("button", name="Close checkout").click()
    expect(page.locator("[data-zonos-checkout]")).to_have_count(0)
    expect(page.locator(BUTTON)).to_be_focused()
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "ready")
    open_checkout(page)
    assert flask_shop.answers(CART_INFO) == [200, 200]


def test_an_order_reaches_the_shop_by_the_pages_hint(
    page: Page, flask_shop: FlaskShop
) -> None:
    flask_shop.init = {"checkoutSettings": {"successBehavior": "CLOSE_MODAL"}}
    sign_in(page, flask_shop)
    open_checkout(page).get_by_role("button", name="Pay").click()
    wait_until(page, "seen.at(-1)[0] === 'order'")
    assert flask_shop.orders == [("browser", "customer-7")]
    expect(page.locator("[data-zonos-checkout]")).to_have_count(0)
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "ready")


def test_a_hint_outlives_the_page(page: Page, flask_shop: FlaskShop) -> None:
    page.add_init_script(
        "document.addEventListener('zonos:configure', ({detail}) => {"
        " detail.settings.checkoutSettings.onOrderSuccess = () =>"
        " location.assign('/about')})"
    )
    sign_in(page, flask_shop)
    open_checkout(page).get_by_role("button", name="Pay").click()
    expect(page.get_by_role("heading")).to_have_text("About us")
    for _ in range(400):
        if not flask_shop.orders:
            page.wait_for_timeout(20)
    assert flask_shop.orders == [("browser", "customer-7")]


def test_a_swapped_page_gets_its_new_button_started_once(
    page: Page, flask_shop: FlaskShop
) -> None:
    open_cart(page, flask_shop)
    expect(page.locator(BUTTON)).to_be_enabled()
    page.evaluate(
        """() => {
          const form = document.querySelector("form"), fresh = form.cloneNode(true);
          fresh.querySelector("[data-zonos-notice]")?.remove();
          form.replaceWith(fresh);
          document.dispatchEvent(new Event("zonos:refresh"));
        }"""
    )
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "ready")
    open_checkout(page)
    assert flask_shop.answers(CART_INFO) == [200]
    assert page.locator("script[src$='/loadZonos.js']").count() == 1
    assert page.locator("[data-zonos-checkout]").count() == 1
