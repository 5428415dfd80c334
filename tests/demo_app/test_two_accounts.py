"""Two accounts in one browser, through the storefront, the page and the checkout."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser
from playwright.sync_api import BrowserContext
from playwright.sync_api import expect
from playwright.sync_api import FrameLocator
from playwright.sync_api import Page
from playwright.sync_api import Request
from playwright.sync_api import Response

from flask_zonos.sandbox import Sandbox

from ..support.serving import serve
from .conftest import FREJA
from .conftest import OpenCart
from .conftest import TESTER
from .test_browser import fill_basket
from .test_browser import open_checkout
from .test_browser import sign_in

#: An address abroad of each of them, as the checkout shows it.
STREETS = {TESTER: "411-1033 Davie Street", FREJA: "Jingumae"}


@dataclass
class Visit:
    """What a browser asked for at the storefront.

    :ivar asked: the statuses of ``/zonos/cart-info``, in order.
    :ivar origins: all hosts that the browser has asked anything of.
    """

    sandbox: Sandbox
    asked: list[int] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)

    def note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        self.origins.add(f"{parts.scheme}://{parts.netloc}")

    def note_response(self, response: Response) -> None:
        if response.url.endswith("/zonos/cart-info"):
            self.asked.append(response.status)

    def recognised(self) -> list[str]:
        """The customers whose passwords were used for a checkout, in order."""
        rows = self.sandbox.state.store.all(
            "SELECT p.email FROM one_time_password o JOIN profile p USING (customer_id)"
            " WHERE o.used_at IS NOT NULL ORDER BY o.used_at"
        )
        return [row["email"] for row in rows]


@pytest.fixture
def visit(context: BrowserContext, sandbox: Sandbox) -> Visit:
    visit = Visit(sandbox)
    context.on("request", visit.note_request)
    context.on("response", visit.note_response)
    return visit


def sign_out(page: Page) -> None:
    page.goto("/")
    page.locator("[data-test=sign-out]").click()
    expect(page.locator("nav")).to_contain_text("Sign in")


def switch_account(page: Page) -> None:
    """Sign out, and in as Freja, who puts something into the basket."""
    sign_out(page)
    sign_in(page, FREJA)
    fill_basket(page)


def click_and_be_reloaded(page: Page) -> None:
    """Press the button of a page that was made for another login."""
    button = page.locator("#place-order")
    expect(button).to_have_attribute("data-zonos-state", "ready")
    with page.expect_navigation():
        button.click()


def assert_opened_for(checkout: FrameLocator, email: str) -> None:
    address = checkout.locator("[data-zonos-location]").first
    expect(address).to_contain_text(STREETS[email])
    for other in STREETS.keys() - {email}:
        expect(checkout.locator("body")).not_to_contain_text(STREETS[other])


def test_another_account_in_another_tab_gets_the_next_checkout_and_nobody_elses(
    visit: Visit, open_cart: OpenCart, context: BrowserContext, live_shop: str
) -> None:
    first = open_cart(TESTER)
    second = context.new_page()
    switch_account(second)

    click_and_be_reloaded(first)
    assert_opened_for(open_checkout(first), FREJA)
    assert_opened_for(open_checkout(second), FREJA)

    assert visit.asked == [409, 200, 200]
    assert visit.recognised() == [FREJA, FREJA]
    # Nobody but the shop and Zonos has been asked for anything.
    # The script's further scripts come from the sandbox's other name.
    zonos = visit.sandbox.url
    other_name = zonos.replace("127.0.0.1", "localhost")
    assert visit.origins == {live_shop, zonos, other_name}


def test_signing_out_in_another_tab_opens_a_guests_checkout(
    visit: Visit, open_cart: OpenCart, context: BrowserContext
) -> None:
    first = open_cart(TESTER)
    second = context.new_page()
    sign_out(second)
    fill_basket(second)

    click_and_be_reloaded(first)
    checkout = open_checkout(first)

    expect(checkout.locator("[data-zonos-address]")).to_be_visible()
    expect(checkout.locator("[data-zonos-location]")).to_have_count(0)
    assert visit.recognised() == []


def test_the_back_button_brings_nobody_elses_checkout_back(
    visit: Visit, open_cart: OpenCart
) -> None:
    page = open_cart(TESTER)
    assert_opened_for(open_checkout(page), TESTER)
    switch_account(page)

    # Over the pages of the one account to the basket of the other.
    with page.expect_navigation(url="**/cart"):
        page.evaluate("setTimeout(() => history.go(2 - history.length))")
    checkout = open_checkout(page)

    assert_opened_for(checkout, FREJA)
    assert visit.recognised() == [TESTER, FREJA]


def test_a_page_that_a_cache_keeps_for_another_says_what_happened_and_leads_on(
    app: Flask,
    visit: Visit,
    open_cart: OpenCart,
    context: BrowserContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = open_cart(TESTER)
    stale = page.request.get("/cart")
    policy = {"Content-Security-Policy": stale.headers["content-security-policy"]}
    kept = app.response_class(stale.text(), headers=policy)
    switch_account(context.new_page())

    shop = app.wsgi_app
    monkeypatch.setattr(
        app,
        "wsgi_app",
        lambda environ, start: (kept if environ["PATH_INFO"] == "/cart" else shop)(
            environ, start
        ),
    )
    page.goto("/cart")
    click_and_be_reloaded(page)
    button = page.locator("#place-order")
    expect(button).to_have_attribute("data-zonos-state", "ready")
    button.click()

    expect(page.get_by_role("alert")).to_contain_text("signed in or out")
    # Its form is of another session, too: nothing is ordered by it.
    page.locator("[data-zonos-fallback]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This page has grown old")
    expect(page.get_by_role("link", name="See all products")).to_be_visible()
    assert visit.asked == [409, 409]
    assert visit.recognised() == []


def test_no_other_sites_page_can_put_the_storefront_into_a_frame(
    browser: Browser, live_shop: str
) -> None:
    framing = f'<iframe src="{live_shop}/cart" title="a trap"></iframe>'
    lure = Flask("lure")
    lure.add_url_rule("/", view_func=lambda: framing)
    with serve(lure) as url, browser.new_context() as context:
        page = context.new_page()
        with page.expect_console_message(lambda told: "frame-ancestors" in told.text):
            page.goto(url)
        assert page.locator("iframe").content_frame.locator("#main").count() == 0
