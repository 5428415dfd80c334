"""The whole path in a real browser, as a shopper walks it."""

from __future__ import annotations

from playwright.sync_api import BrowserContext
from playwright.sync_api import expect
from playwright.sync_api import FrameLocator
from playwright.sync_api import Page
from playwright.sync_api import Response

from flask_zonos.sandbox import Sandbox
from tests.support.paying import GUEST_ADDRESS

from .conftest import FREJA
from .conftest import OpenCart
from .conftest import PASSWORD
from .conftest import TESTER

#: What a guest types, beside a name.
FIELDS = ("email", "line1", "locality", "administrativeArea", "postalCode")


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
    page.locator("#place-order[data-zonos-state=ready]").click()


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
    typed = {name: GUEST_ADDRESS[name] for name in FIELDS}
    for name, value in {**typed, "firstName": "Ada", "lastName": "Guest"}.items():
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
    statuses: list[int] = []

    def note_status(response: Response) -> None:
        if response.url.endswith("/zonos/cart-info"):
            statuses.append(response.status)

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
    assert statuses == [409, 200, 200]
    # Nobody but the shop and Zonos, whose further scripts come from its other name,
    # has been asked for anything.
    other_name = sandbox.url.replace("127.0.0.1", "localhost")
    origins = {"/".join(url.split("/")[:3]) for url in urls}
    assert origins == {live_shop, sandbox.url, other_name}
