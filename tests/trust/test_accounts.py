"""Two accounts in one browser: nobody ever gets the other's password."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser
from playwright.sync_api import BrowserContext
from playwright.sync_api import expect
from playwright.sync_api import Page
from playwright.sync_api import Route

from ..support.customers_shop import body_of
from ..support.customers_shop import signed_in
from ..support.serving import serve
from ..support.session_kinds import KINDS
from ..support.session_kinds import remembered
from ..support.session_kinds import SetUp
from ..support.upstream import held_until
from ..support.upstream import Upstream
from .conftest import MakeShop

#: As much of Zonos's script as hands on what the page's half gives it.
SCRIPT = """
window.Zonos = {
  init({ checkoutSettings: { placeOrderButtonSelector, createCartId } }) {
    const button = document.querySelector(placeOrderButtonSelector);
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      try {
        const { customerAuthenticationToken } = await createCartId();
        window.handed(customerAuthenticationToken ?? null);
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

    def tab(self, path: str) -> Page:
        page = self.context.new_page()
        self.go(page, path)
        return page

    def go(self, page: Page, path: str) -> None:
        page.goto(self.url + path)
        ready(page)

    def click(self, page: Page) -> int:
        """Click on "place order"; the status of the shop's answer."""
        ready(page)
        with page.expect_response("**/zonos/cart-info") as asked:
            page.click("#place-order")
        return asked.value.status

    def buy(self, page: Page) -> str | None:
        """Click, and what Zonos's script is handed."""
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
def visit(browser: Browser, shop: Flask) -> Iterator[Visit]:
    with serve(shop) as url, browser.new_context() as context:
        context.set_default_timeout(15_000)
        visit = Visit(context, url)

        def give_script(route: Route) -> None:
            route.fulfill(body=SCRIPT, content_type="text/javascript")

        context.route("https://js.zonos.com/**", give_script)
        context.expose_function("handed", lambda given: visit.handed.append(given))
        yield visit


@pytest.mark.browser
def test_another_account_in_another_tab_reloads_the_page_for_it(visit: Visit) -> None:
    first = visit.tab("/login/kirsten-1")
    assert visit.buy(first) == "otp_of_kirsten-1"
    second = visit.tab("/logout")
    visit.go(second, "/login/anders-2")
    with first.expect_navigation():
        assert visit.click(first) == 409
    ready(first)
    assert who(first) == "anders-2"
    assert visit.buy(first) == "otp_of_anders-2"
    assert visit.buy(second) == "otp_of_anders-2"
    assert visit.handed == ["otp_of_kirsten-1"] + ["otp_of_anders-2"] * 2


@pytest.mark.browser
def test_signing_out_in_another_tab_leaves_a_guest(visit: Visit) -> None:
    first = visit.tab("/login/kirsten-1")
    visit.tab("/logout")
    with first.expect_navigation():
        assert visit.click(first) == 409
    ready(first)
    assert who(first) == "nobody"
    assert visit.buy(first) is None
    assert visit.handed == [None]


@pytest.mark.browser
def test_signing_in_in_another_tab_recognises_the_shopper(visit: Visit) -> None:
    first = visit.tab("/cart")
    assert visit.buy(first) is None
    visit.tab("/login/kirsten-1")
    with first.expect_navigation():
        assert visit.click(first) == 409
    assert visit.buy(first) == "otp_of_kirsten-1"


@pytest.mark.browser
def test_the_back_button_leads_to_no_page_of_the_one_before(visit: Visit) -> None:
    page = visit.tab("/login/kirsten-1")
    assert visit.buy(page) == "otp_of_kirsten-1"
    visit.go(page, "/logout")
    visit.go(page, "/login/anders-2?now")
    for _ in range(2):
        page.go_back()
        ready(page)
        status = visit.click(page)
        if status == 409:
            ready(page)
            assert visit.buy(page) == "otp_of_anders-2"
    assert "otp_of_kirsten-1" not in visit.handed[1:]
    assert who(page) == "anders-2"


@pytest.mark.browser
def test_behind_a_cache_that_keeps_pages_too_long_it_reloads_once_and_says_so(
    visit: Visit, shop: Flask
) -> None:
    stale = signed_in(shop, "kirsten-1").get("/cart").text
    given = []

    def keep(route: Route) -> None:
        given.append(route.request.url)
        route.fulfill(body=stale, content_type="text/html")

    visit.tab("/login/anders-2").close()
    visit.context.route("**/cart", keep)
    page = visit.tab("/cart")
    with page.expect_navigation():
        assert visit.click(page) == 409
    page.wait_for_selector("#place-order:not([aria-busy])")
    assert visit.click(page) == 409
    expect(page.get_by_role("alert")).to_contain_text("signed in or out")
    own = page.get_by_role("button", name="own checkout")
    expect(own).to_be_visible()
    assert len(given) == 2
    assert visit.handed == []
    own.click()
    expect(page).to_have_title("The shop's own checkout")


@pytest.mark.browser
@pytest.mark.parametrize("kind", KINDS)
def test_a_click_that_ends_late_changes_no_login_of_the_other_tab(
    visit: Visit, shop: Flask, upstream: Upstream, tmp_path: Path, kind: SetUp
) -> None:
    kind(shop, tmp_path)
    remember = "?remember" if kind is remembered else ""
    first, second = visit.tab("/cart"), visit.tab("/cart")

    # A guest signs in, signs in as somebody else, and out.
    for name in ("kirsten-1", "anders-2", None):
        released = threading.Event()
        upstream.on("cartCreate", held_until(released))
        visit.go(first, "/cart")
        with first.expect_response("**/zonos/cart-info") as answered:
            first.click("#place-order")
            upstream.wait_for(1)
            visit.go(second, "/logout" if name is None else f"/login/{name}{remember}")
            released.set()
        answered.value.finished()

        visit.go(second, "/cart")
        assert who(second) == (name or "nobody")
        assert visit.buy(second) == (f"otp_of_{name}" if name else None)
        upstream.received.clear()


def test_a_page_of_another_login_is_refused_and_nothing_is_asked_for(
    shop: Flask,
) -> None:
    tags = {}
    for customer in ("kirsten-1", "anders-2"):
        page = signed_in(shop, customer).get("/cart").text
        tags[customer] = page.partition('"identity":"')[2][:64]
    assert tags["kirsten-1"] != tags["anders-2"]
    browser = signed_in(shop, "anders-2")
    asked = browser.post(
        "/zonos/cart-info", headers={"X-Zonos-Identity": tags["kirsten-1"]}
    )
    assert (asked.status_code, body_of(asked)["code"]) == (409, "identity-changed")
    assert "otp" not in asked.text
    right = {"X-Zonos-Identity": tags["anders-2"]}
    assert browser.post("/zonos/cart-info", headers=right).status_code == 200


def test_strong_session_protection_makes_a_stolen_session_a_guest(
    make_shop: MakeShop,
) -> None:
    app = make_shop(SESSION_PROTECTION="strong")
    browser = signed_in(app)
    own = body_of(browser.post("/zonos/cart-info"))
    assert own["recognition"]["level"] == "profile"
    thief = {"User-Agent": "another browser"}
    stolen = body_of(browser.post("/zonos/cart-info", headers=thief))
    assert stolen["recognition"] == {"level": "guest", "reason": "anonymous"}


def test_a_remembered_session_gets_no_password_where_a_fresh_login_is_wanted(
    make_shop: MakeShop,
) -> None:
    app = make_shop(ZONOS_REQUIRE_FRESH_LOGIN=True)
    browser = app.test_client()
    browser.get("/login/kirsten-1?remember")
    fresh = body_of(browser.post("/zonos/cart-info"))
    assert fresh["recognition"]["level"] == "profile"
    browser.delete_cookie("session")
    remembered = body_of(browser.post("/zonos/cart-info"))
    assert remembered["recognition"] == {"level": "prefill", "reason": "stale-login"}
    assert remembered["customerProfileAuthenticate"] is None


def test_an_anonymous_shopper_causes_no_profile_call(
    shop: Flask, upstream: Upstream
) -> None:
    shop.test_client().post("/zonos/cart-info", json={"customerId": "kirsten-1"})
    assert upstream.operations() == ["cartCreate"]
