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
from flask_zonos.sandbox import Fault
from flask_zonos.sandbox import Sandbox
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
    checkout = page.frame_locator("iframe")
    # Before it is drawn nothing listens to its buttons.
    expect(checkout.locator("[data-step]").first).to_be_visible()
    return checkout


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
    sign_in(page)
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
        pay(page, checkout)


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


def test_who_signed_in_in_another_tab_gets_the_next_checkout_and_nobody_elses(
    sandbox: Sandbox, open_cart: OpenCart, context: BrowserContext, live_shop: str
) -> None:
    urls: list[str] = []
    asked: list[int] = []

    def note_status(response: Response) -> None:
        if response.url.endswith("/zonos/cart-info"):
            asked.append(response.status)

    context.on("request", lambda request: urls.append(request.url))
    context.on("response", note_status)
    first = open_cart(TESTER)
    second = context.new_page()
    second.goto("/")
    second.locator("[data-test=sign-out]").click()
    expect(second.locator("nav")).to_contain_text("Sign in")
    sign_in(second, FREJA)
    fill_basket(second)

    with first.expect_navigation():  # the page was made for another login
        press(first)
    for page in (first, second):
        checkout = open_checkout(page)
        expect(checkout.locator("[data-zonos-location]")).to_contain_text("Jingumae")
        expect(checkout.locator("body")).not_to_contain_text("Davie Street")
    assert asked == [409, 200, 200]
    # Nobody but the shop and Zonos, whose further scripts come from its other name,
    # has been asked for anything.
    other_name = sandbox.url.replace("127.0.0.1", "localhost")
    origins = {"/".join(url.split("/")[:3]) for url in urls}
    assert origins == {live_shop, sandbox.url, other_name}


def test_the_basket_and_the_developers_panel_tell_how_the_checkout_knows_the_shopper(
    app: Flask, open_cart: OpenCart, sandbox: Sandbox
) -> None:
    app.config["SHOP_DEVELOPER_PANEL"] = True
    page = open_cart(TESTER)
    said, panel = page.locator(".welcome"), page.locator("#developer")
    checkout = open_checkout(page)
    expect(said).to_contain_text("opened in your name", use_inner_text=True)
    checkout.get_by_role("button", name="Close checkout").click()
    expect(said).not_to_contain_text("opened in your name", use_inner_text=True)

    authenticate = "checkoutCustomerProfileAuthenticate"
    sandbox.faults.add(Fault("no-answer", authenticate, seconds=8))
    page.reload()
    panel.locator("summary").click()
    expect(said).to_contain_text("given your address book", use_inner_text=True)
    open_checkout(page)
    expect(said).to_contain_text("was filled in from here", use_inner_text=True)
    expect(said).not_to_contain_text("given your address book", use_inner_text=True)
    expect(panel.locator("[data-developer=reason]")).to_have_text("timeout")
    milliseconds = re.compile(r"^[\d.,]+ ms$")
    expect(panel.locator("[data-call=cart] .number")).to_have_text(milliseconds)
    late = panel.locator("[data-call=profile] .number")
    expect(late).to_have_text(re.compile(r"^not within [\d.,]+ ms$"))
    kept = page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    assert [word for word in ("cart_", "Password", TESTER) if word in kept] == []

    sandbox.faults.add(Fault("status", "cartCreate", times=None, status=500))
    page.reload()
    panel.locator("summary").click()
    press(page)
    expect(panel).to_contain_text("No checkout was opened.", use_inner_text=True)
    expect(panel.locator("[data-developer=status]")).to_have_text("502")
    expect(panel.locator("[data-call=request] .number")).to_have_text(milliseconds)


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
