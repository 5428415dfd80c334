"""Two accounts in one browser: nobody ever gets the other's password."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import BrowserContext
from playwright.sync_api import expect
from playwright.sync_api import Page
from playwright.sync_api import Route

from ..support.fixtures import MakeShop
from ..support.serving import serve
from ..support.session_kinds import remembered
from ..support.shops import Shop
from ..support.upstream import held_until
from ..support.upstream import Upstream

PAGE = """<!doctype html><html lang="en"><title>Cart</title>
<p id="who">{{ current_user.id or "nobody" }}</p>
<form action="/own-checkout" method="get">
<button id="place-order">Place order</button></form>
{{ zonos_checkout("#place-order") }}
"""
#: As much of Zonos's script as hands on what the page's half gives it, and opens.
SCRIPT = """
window.Zonos = {
  init({ checkoutSettings: { placeOrderButtonSelector, createCartId } }) {
    const button = document.querySelector(placeOrderButtonSelector);
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      try {
        const { customerAuthenticationToken } = await createCartId();
        window.handed(customerAuthenticationToken ?? null);
        const checkout = document.createElement("p");
        checkout.id = checkout.textContent = "zonos";
        document.body.append(checkout);
      } catch {}
    });
  },
};
"""


@dataclass
class Visit:
    """A browser at the shop.

    :ivar handed: what Zonos's script got, one each time the checkout would open.
    """

    context: BrowserContext
    url: str
    handed: list[str | None] = field(default_factory=list)

    def go(self, page: Page, path: str) -> None:
        page.goto(self.url + path)
        ready(page)

    def in_another_tab(self, path: str) -> None:
        """Open an address with the same cookies, which the page does not notice."""
        assert self.context.request.get(self.url + path).ok

    def click(self, page: Page) -> int:
        """Click on "place order"; the status of the shop's answer."""
        ready(page)
        with page.expect_response("**/zonos/cart-info") as asked:
            page.click("#place-order")
        return asked.value.status

    def buy(self, page: Page) -> str | None:
        """Click, and return what Zonos's script is handed."""
        before = len(self.handed)
        assert self.click(page) == 200
        for _ in range(1000):
            if len(self.handed) > before:
                return self.handed[-1]
            page.wait_for_timeout(20)
        raise AssertionError("Zonos's script was handed nothing")


def ready(page: Page) -> None:
    page.wait_for_selector("#place-order[data-zonos-state=ready]")


def who(page: Page) -> str | None:
    return page.text_content("#who")


@pytest.fixture
def shop(make_a_shop: MakeShop) -> Shop:
    shop = make_a_shop()
    shop.page = PAGE
    shop.app.add_url_rule("/own-checkout", view_func=lambda: "<title>Own</title>")
    return shop


@pytest.fixture
def page(visit: Visit) -> Page:
    return visit.context.new_page()


@pytest.fixture
def visit(browser: Browser, shop: Shop) -> Iterator[Visit]:
    with serve(shop.app) as url, browser.new_context() as context:
        context.set_default_timeout(15_000)
        visit = Visit(context, url)

        def give_script(route: Route) -> None:
            route.fulfill(body=SCRIPT, content_type="text/javascript")

        context.route("https://js.zonos.com/**", give_script)
        context.expose_function("handed", lambda given: visit.handed.append(given))
        yield visit


def test_signing_in_or_out_in_another_tab_reloads_the_page_for_the_one_who_is_there(
    visit: Visit, page: Page
) -> None:
    visit.go(page, "/cart")
    assert visit.buy(page) is None
    for path, name in (("/sign-in/a", "a"), ("/sign-in/b", "b"), ("/sign-out", None)):
        visit.in_another_tab(path)
        with page.expect_navigation():
            assert visit.click(page) == 409
        ready(page)
        assert who(page) == (name or "nobody")
        assert visit.buy(page) == (name and f"otp_of_{name}")
    assert visit.handed == [None, "otp_of_a", "otp_of_b", None]


def test_the_back_button_leads_to_no_page_of_the_one_before(
    visit: Visit, page: Page
) -> None:
    visit.go(page, "/sign-in/a")
    assert visit.buy(page) == "otp_of_a"
    visit.go(page, "/sign-out?next=/cart?out")
    visit.go(page, "/sign-in/b?next=/cart?b")
    for _ in range(2):
        page.go_back()
        ready(page)
        if visit.click(page) == 409:
            ready(page)
            assert visit.buy(page) == "otp_of_b"
    assert "otp_of_a" not in visit.handed[1:]
    assert who(page) == "b"


def test_behind_a_cache_that_keeps_pages_too_long_it_reloads_once_and_says_so(
    visit: Visit, page: Page, shop: Shop
) -> None:
    stale = shop.browser("a").get("/cart").text
    given = []

    def keep(route: Route) -> None:
        given.append(route.request.url)
        route.fulfill(body=stale, content_type="text/html")

    visit.in_another_tab("/sign-in/b")
    page.route("**/cart", keep)
    visit.go(page, "/cart")
    with page.expect_navigation():
        assert visit.click(page) == 409
    page.wait_for_selector("#place-order:not([aria-busy])")
    assert visit.click(page) == 409
    expect(page.get_by_role("alert")).to_contain_text("signed in or out")
    assert len(given) == 2
    assert visit.handed == []
    page.get_by_role("button", name="own checkout").click()
    expect(page).to_have_title("Own")


def test_a_click_that_ends_late_changes_no_login_of_the_other_tab(
    visit: Visit, page: Page, shop: Shop, upstream: Upstream, tmp_path: Path
) -> None:
    remembered(shop.app, tmp_path)
    for path, name in (("/sign-in/a?remember", "a"), ("/sign-out", None)):
        released = threading.Event()
        upstream.on("cartCreate", held_until(released))
        visit.go(page, "/cart")
        with page.expect_response("**/zonos/cart-info") as answered:
            page.click("#place-order")
            upstream.wait_for(1)
            visit.in_another_tab(path)
            released.set()
        answered.value.finished()

        visit.go(page, "/cart")
        assert who(page) == (name or "nobody")
        assert visit.buy(page) == (name and f"otp_of_{name}")
        upstream.received.clear()
