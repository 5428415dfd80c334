"""Two accounts in one browser, through the storefront, the page and the checkout."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext
from playwright.sync_api import expect
from playwright.sync_api import FrameLocator
from playwright.sync_api import Page
from playwright.sync_api import Request
from playwright.sync_api import Response

from flask_zonos.sandbox import Sandbox

from .conftest import FREJA
from .conftest import OpenCart
from .conftest import TESTER
from .test_browser import fill_basket
from .test_browser import open_checkout
from .test_browser import press
from .test_browser import sign_in


def sign_out(page: Page) -> None:
    page.goto("/")
    page.locator("[data-test=sign-out]").click()
    expect(page.locator("nav")).to_contain_text("Sign in")


def click_and_be_reloaded(page: Page) -> None:
    """Press the button of a page that was made for another login."""
    with page.expect_navigation():
        press(page)


def assert_opened_for_freja(checkout: FrameLocator) -> None:
    expect(checkout.locator("[data-zonos-location]")).to_contain_text("Jingumae")
    expect(checkout.locator("body")).not_to_contain_text("Davie Street")


def test_who_signed_in_or_out_in_another_tab_gets_the_next_checkout_and_nobody_elses(
    sandbox: Sandbox, open_cart: OpenCart, context: BrowserContext, live_shop: str
) -> None:
    asked: list[int] = []
    origins: set[str] = set()

    def note_request(request: Request) -> None:
        parts = urlsplit(request.url)
        origins.add(f"{parts.scheme}://{parts.netloc}")

    def note_response(response: Response) -> None:
        if response.url.endswith("/zonos/cart-info"):
            asked.append(response.status)

    context.on("request", note_request)
    context.on("response", note_response)
    first = open_cart(TESTER)
    second = context.new_page()
    sign_out(second)
    sign_in(second, FREJA)
    fill_basket(second)

    click_and_be_reloaded(first)
    assert_opened_for_freja(open_checkout(first))
    assert_opened_for_freja(open_checkout(second))
    assert asked == [409, 200, 200]

    first.goto("/cart")
    sign_out(second)
    fill_basket(second)
    click_and_be_reloaded(first)
    checkout = open_checkout(first)
    expect(checkout.locator("[data-zonos-address]")).to_be_visible()
    expect(checkout.locator("[data-zonos-location]")).to_have_count(0)

    used = sandbox.state.store.all(
        "SELECT p.email FROM one_time_password o JOIN profile p USING (customer_id)"
        " WHERE o.used_at IS NOT NULL"
    )
    assert [row["email"] for row in used] == [FREJA, FREJA]
    # Nobody but the shop and Zonos has been asked for anything.
    # The script's further scripts come from the sandbox's other name.
    other_name = sandbox.url.replace("127.0.0.1", "localhost")
    assert origins == {live_shop, sandbox.url, other_name}
