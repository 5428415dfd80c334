"""The whole path in a real browser, as a shopper walks it."""

from __future__ import annotations

import re

from flask import Flask
from playwright.sync_api import Browser
from playwright.sync_api import BrowserContext
from playwright.sync_api import expect
from playwright.sync_api import FrameLocator
from playwright.sync_api import Page
from playwright.sync_api import Response
from sqlalchemy import update

from demo_app.models import BasketLine
from demo_app.models import db
from tests.support.paying import GUEST_ADDRESS

from .conftest import FREJA
from .conftest import OpenCart
from .conftest import PASSWORD
from .conftest import TESTER

FIELDS = {
    "firstName": "Ada",
    "lastName": "Guest",
    "email": GUEST_ADDRESS["email"],
    "line1": GUEST_ADDRESS["line1"],
    "locality": GUEST_ADDRESS["locality"],
    "administrativeArea": GUEST_ADDRESS["administrativeArea"],
    "postalCode": GUEST_ADDRESS["postalCode"],
}


def sign_in(page: Page, email: str = TESTER) -> None:
    page.goto("/login")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("[data-test=sign-in]").click()
    page.wait_for_url("**/account")


def fill_basket(page: Page) -> None:
    page.goto("/")
    page.locator("main a[href^='/products/']").first.click()
    page.locator("[data-test=add-to-cart]").click()
    page.wait_for_url("**/cart")


def press(page: Page) -> None:
    """Press the basket's button once it is ready."""
    button = page.locator("#place-order")
    expect(button).to_have_attribute("data-zonos-state", "ready")
    button.click()


def open_checkout(page: Page) -> FrameLocator:
    """Press the button; return the frame in which the checkout stands."""
    press(page)
    expect(page.locator("[data-zonos-checkout]").first).to_be_visible()
    return page.frame_locator("iframe")


def pay(page: Page, checkout: FrameLocator) -> str:
    checkout.locator("[data-zonos-pay]").click()
    page.wait_for_url("**/orders/*")
    order = page.locator("[data-order-id]")
    expect(order).to_be_visible()
    return order.get_attribute("data-order-id") or ""


def test_the_sample_shopper_is_known_and_the_second_time_their_card_is_too(
    context: BrowserContext,
) -> None:
    page = context.new_page()
    sources: list[str] = []
    answers: list[str] = []

    def keep(response: Response | None) -> None:
        if response is None:
            return
        if response.url.endswith("/zonos/cart-info"):
            answers.append(response.text())
        elif "text/html" in response.headers.get("content-type", ""):
            if response.status == 200:
                sources.append(response.text())

    page.on("requestfinished", lambda request: keep(request.response()))
    sign_in(page)

    orders = []
    for visit, width in enumerate((1280, 390)):
        page.set_viewport_size({"width": width, "height": 844})
        fill_basket(page)
        checkout = open_checkout(page)
        locations = checkout.locator("[data-zonos-location]")
        expect(locations).to_have_count(2)
        expect(locations.nth(0)).to_contain_text("411-1033 Davie Street")
        expect(locations.nth(1)).to_contain_text("Saint George")
        cards = checkout.locator("[data-zonos-payment-method]")
        expect(cards).to_have_count(visit)
        orders.append(pay(page, checkout))

    page.goto("/account/orders")
    for order in orders:
        expect(page.locator(f"[data-order-id='{order}']")).to_be_visible()
    passwords = re.findall(r'"oneTimePassword": ?"([^"]+)"', "".join(answers))
    assert len(set(passwords)) == 2
    assert sources
    assert not [1 for page in sources for one in passwords if one in page]


def test_a_guest_checks_out_and_sees_no_ones_address(open_cart: OpenCart) -> None:
    page = open_cart(TESTER)
    page.get_by_role("button", name="Sign out").click()
    fill_basket(page)
    checkout = open_checkout(page)
    address = checkout.locator("[data-zonos-address]")
    expect(address).to_be_visible()
    expect(checkout.locator("[data-zonos-location]")).to_have_count(0)
    expect(checkout.locator("[data-zonos-payment-method]")).to_have_count(0)
    expect(checkout.locator("body")).not_to_contain_text("Davie Street")
    for name, value in FIELDS.items():
        address.locator(f"[name={name}]").fill(value)
    order = pay(page, checkout)
    expect(page.locator("main")).to_contain_text("1 Queen Street")
    expect(page.locator("nav")).to_contain_text("0")
    page.goto("/account/orders")
    page.wait_for_url("**/login?*")
    page.goto(f"/orders/{order}")
    expect(page.locator("[data-order-id]")).to_be_visible()


def test_a_shopper_in_denmark_goes_to_the_shops_own_checkout(
    open_cart: OpenCart,
) -> None:
    page = open_cart(FREJA)
    page.goto("/cart?zCountry=DK")
    press(page)
    page.wait_for_url("**/checkout")
    expect(page.get_by_label("Street and number")).to_have_value(
        "Strandgade 27B, 3. tv."
    )
    page.locator("[data-test=order]").click()
    expect(page.locator("[data-order-id]")).to_be_visible()


def test_the_focus_stays_where_it_was_or_close_by(open_cart: OpenCart) -> None:
    page = open_cart()
    page.locator("[id^=more-]").press("Enter")
    expect(page.locator(".stepper span")).to_have_text("2")
    expect(page.locator("[id^=more-]")).to_be_focused()
    page.get_by_role("button", name="Take out").press("Enter")
    expect(page.get_by_text("Nothing in it yet")).to_be_visible()
    expect(page.locator("main")).to_be_focused()


def test_a_cart_that_the_browser_has_kept_is_brought_up_to_date(
    caching_browser: Browser, live_shop: str, app: Flask
) -> None:
    with caching_browser.new_context(base_url=live_shop, locale="en-GB") as context:
        page = context.new_page()
        page.add_init_script(
            "addEventListener('pageshow', event => {"
            " if (event.persisted) sessionStorage.setItem('kept', 'yes'); })"
        )
        fill_basket(page)
        page.goto("/cart")  # without the notice, whose showing changes the cookie
        button = page.locator("#place-order")
        expect(button).to_have_attribute("data-zonos-state", "ready")
        page.goto("/no-such-page")
        with app.app_context():
            db.session.execute(update(BasketLine).values(quantity=2))
            db.session.commit()
        page.evaluate("history.back()")
        expect(page.locator(".stepper span")).to_have_text("2")
        assert page.evaluate("sessionStorage.getItem('kept')") == "yes"
        checkout = open_checkout(page)
        expect(checkout.locator("[data-zonos-address]")).to_be_visible()
        expect(checkout.locator("#items")).to_contain_text("Quantity 2")
