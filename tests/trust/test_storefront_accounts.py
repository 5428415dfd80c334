"""Two accounts in one browser, through the storefront, the page and the checkout."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask import Response
from playwright.sync_api import APIResponse
from playwright.sync_api import Browser
from playwright.sync_api import BrowserContext
from playwright.sync_api import expect
from playwright.sync_api import FrameLocator
from playwright.sync_api import Page
from playwright.sync_api import Request

from demo_app import create_app
from demo_app.models import db
from flask_zonos.sandbox import Sandbox

from ..demo_app.conftest import FREJA
from ..demo_app.conftest import TESTER
from ..demo_app.test_browser import fill_basket
from ..demo_app.test_browser import open_checkout
from ..demo_app.test_browser import sign_in
from ..support.serving import serve

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse
    from _typeshed.wsgi import WSGIApplication
    from _typeshed.wsgi import WSGIEnvironment

pytestmark = pytest.mark.browser

#: Where each of them lives, as the checkout shows it.
STREETS = {TESTER: "411-1033 Davie Street", FREJA: "4-12-10 Jingumae"}


class Cache:
    """A cache on the way that keeps pages too long, once it is told to."""

    def __init__(self, wsgi_app: WSGIApplication) -> None:
        self._wsgi_app = wsgi_app
        self._kept: dict[str, Response] = {}

    def keep(self, path: str, page: APIResponse) -> None:
        policy = page.headers["content-security-policy"]
        headers = {"Content-Security-Policy": policy}
        self._kept[path] = Response(page.text(), headers=headers, mimetype="text/html")

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        answer = self._kept.get(environ["PATH_INFO"], self._wsgi_app)
        return answer(environ, start_response)


@dataclass
class Visit:
    """A browser at the storefront.

    :ivar asked: the statuses of ``/zonos/cart-info``, in order.
    :ivar origins: all hosts that the browser has asked anything of.
    """

    context: BrowserContext
    sandbox: Sandbox
    cache: Cache
    shop_url: str
    asked: list[int] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)

    def note(self, request: Request) -> None:
        parts = urlsplit(request.url)
        self.origins.add(f"{parts.scheme}://{parts.netloc}")

    def recognised(self) -> list[str]:
        """The customers whose passwords were used for a checkout, in order."""
        rows = self.sandbox.state.store.all(
            "SELECT p.email FROM one_time_password o JOIN profile p USING (customer_id)"
            " WHERE o.used_at IS NOT NULL ORDER BY o.used_at"
        )
        return [row["email"] for row in rows]


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Visit]:
    with Sandbox() as sandbox:
        app = create_app(
            {
                "SECRET_KEY": "of the tests",
                "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/shop.sqlite3",
                **sandbox.settings,
            }
        )
        cache = Cache(app.wsgi_app)
        app.wsgi_app = cache  # type: ignore[method-assign]
        with (
            serve(app) as url,
            browser.new_context(base_url=url, locale="en-GB") as context,
        ):
            context.set_default_timeout(20_000)
            visit = Visit(context, sandbox, cache, url)
            context.on("request", visit.note)
            context.on(
                "response",
                lambda answer: (
                    visit.asked.append(answer.status)
                    if answer.url.endswith("/zonos/cart-info")
                    else None
                ),
            )
            yield visit
        with app.app_context():
            app.extensions["zonos"].client.close()
            db.engine.dispose()


def switch_account(page: Page, email: str) -> None:
    """Sign out and in as somebody else, who puts something into the basket."""
    page.goto("/")
    page.locator("[data-test=sign-out]").click()
    expect(page.locator("nav")).to_contain_text("Sign in")
    sign_in(page, email)
    fill_basket(page)


def click_and_be_reloaded(page: Page) -> None:
    """Press the button of a page that was made for another login."""
    button = page.locator("#place-order")
    expect(button).to_have_attribute("data-zonos-state", "ready")
    with page.expect_navigation():
        button.click()


def assert_opened_for(checkout: FrameLocator, email: str) -> None:
    place = checkout.locator("[data-zonos-location]").first
    expect(place).to_contain_text(STREETS[email])
    for other in STREETS.keys() - {email}:
        expect(checkout.locator("body")).not_to_contain_text(STREETS[other])


def test_another_account_in_another_tab_gets_the_next_checkout_and_nobody_elses(
    visit: Visit,
) -> None:
    sign_in(visit.context.new_page(), TESTER)
    first = visit.context.new_page()
    fill_basket(first)
    second = visit.context.new_page()
    switch_account(second, FREJA)

    click_and_be_reloaded(first)
    assert_opened_for(open_checkout(first), FREJA)
    assert_opened_for(open_checkout(second), FREJA)

    assert visit.asked == [409, 200, 200]
    assert visit.recognised() == [FREJA, FREJA]
    # Nobody but the shop and Zonos has been asked for anything.
    # The script's further scripts come from the sandbox's other name.
    other_name = visit.sandbox.url.replace("127.0.0.1", "localhost")
    assert visit.origins == {visit.shop_url, visit.sandbox.url, other_name}


def test_signing_out_in_another_tab_opens_a_guests_checkout(visit: Visit) -> None:
    second = visit.context.new_page()
    sign_in(second, TESTER)
    first = visit.context.new_page()
    fill_basket(first)
    second.locator("[data-test=sign-out]").click()
    expect(second.locator("nav")).to_contain_text("Sign in")
    fill_basket(second)

    click_and_be_reloaded(first)
    checkout = open_checkout(first)

    expect(checkout.locator("[data-zonos-address]")).to_be_visible()
    expect(checkout.locator("[data-zonos-location]")).to_have_count(0)
    assert visit.recognised() == []


def test_the_back_button_brings_nobody_elses_checkout_back(visit: Visit) -> None:
    page = visit.context.new_page()
    sign_in(page, TESTER)
    fill_basket(page)
    assert_opened_for(open_checkout(page), TESTER)
    page.goto("/")
    switch_account(page, FREJA)

    # Over the pages of the one account to the basket of the other.
    page.go_back()
    for _ in range(10):
        if urlsplit(page.url).path == "/cart":
            break
        page.go_back()
    checkout = open_checkout(page)

    assert_opened_for(checkout, FREJA)
    assert visit.recognised() == [TESTER, FREJA]


def test_a_page_that_stays_anothers_says_what_happened_and_leads_on(
    visit: Visit,
) -> None:
    page = visit.context.new_page()
    sign_in(page, TESTER)
    fill_basket(page)
    stale = page.request.get("/cart")
    switch_account(visit.context.new_page(), FREJA)

    visit.cache.keep("/cart", stale)
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
    visit: Visit,
) -> None:
    framing = f'<iframe src="{visit.shop_url}/cart" title="a trap"></iframe>'
    lure = Flask("lure")
    lure.add_url_rule("/", view_func=lambda: framing)
    page = visit.context.new_page()

    with (
        serve(lure) as url,
        page.expect_console_message(lambda told: "frame-ancestors" in told.text),
    ):
        page.goto(url)

    assert page.locator("iframe").content_frame.locator("#main").count() == 0
