"""Real htmx, real Turbo, and the browser's real back-forward cache."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import send_file
from playwright.sync_api import Browser
from playwright.sync_api import expect
from playwright.sync_api import Page

from ..support.browser import open_page
from ..support.browser import wait_until
from ..support.flask_shop import FlaskShop
from .conftest import BUTTON
from .conftest import CART_INFO
from .conftest import CHECKOUT
from .conftest import expect_own_checkout
from .conftest import expect_state
from .conftest import in_another_tab
from .conftest import open_cart
from .conftest import open_checkout
from .conftest import pay
from .conftest import READY
from .conftest import sign_in

HTMX = ('<script src="/htmx.js" defer></script>', "hx-boost=true")
TURBO = ('<script src="/turbo.js" defer></script>', "")
FORM_WITH_HTMX = """<button hx-get="/basket" hx-target="#basket" hx-swap="outerHTML">
Change</button>
<form action="/own-checkout" method="post">
<button id="place-order">Place order</button></form>"""
# In a page that was kept Playwright's own click may wait for ever.
CLICK = "document.querySelector('#place-order').click()"
AGE = "document.querySelector('#place-order').setAttribute('data-old', '')"
#: The button is another one than that of AGE, and works.
IS_NEW = (
    "document.querySelector('#place-order[data-zonos-state=ready]:not([data-old])')"
)
INITS = "seen.filter(([name]) => name === 'configure').length"
CARTS = "seen.filter(([name]) => name === 'cart').length"
CHANGED = "seen.some(([, detail]) => detail?.code === 'page-changed')"
#: A swap that no event tells of: the block of the page as it is now.
SWAP_BLOCK = """async () => {
  const page = new DOMParser().parseFromString(
    await (await fetch("/cart")).text(), "text/html");
  document.getElementById("zonos-settings").textContent =
    page.getElementById("zonos-settings").textContent;
}"""


def expect_one_start(page: Page, shop: FlaskShop) -> None:
    """One click is one request, whatever came before; there is one of everything."""
    open_checkout(page)
    assert shop.answers(CART_INFO) == [200]
    assert page.evaluate(INITS) == 1
    assert page.locator("script[src$='/loadZonos.js']").count() == 1
    assert page.locator("[data-zonos-notice]").count() == 1


def swap_basket(page: Page) -> None:
    page.evaluate(AGE)
    page.get_by_role("button", name="Change").click()
    wait_until(page, "!document.querySelector('[data-old]')")


def go_to_about_us(page: Page) -> None:
    page.get_by_role("link", name="About us").click()
    expect(page.get_by_role("heading")).to_have_text("About us")


def click_and_hold(page: Page, shop: FlaskShop) -> None:
    """A click whose answer does not come before the shop's gate is opened."""
    shop.gate.clear()
    with page.expect_request(f"**{CART_INFO}"):
        page.click(BUTTON)
    expect_state(page, "asking")


def test_htmx_swaps_the_basket(tab: Page, flask_shop: FlaskShop) -> None:
    flask_shop.head, flask_shop.form = HTMX[0], FORM_WITH_HTMX
    open_cart(tab, flask_shop)
    tab.evaluate("window.samePage = true")
    for _ in range(2):
        swap_basket(tab)
        wait_until(tab, IS_NEW)
    assert tab.evaluate("samePage")
    expect_one_start(tab, flask_shop)


@pytest.mark.parametrize(("head", "attributes"), [HTMX, TURBO], ids=["htmx", "turbo"])
def test_a_visit_or_a_step_back_that_swaps_the_body_loads_the_cart_page_afresh(
    tab: Page, flask_shop: FlaskShop, head: str, attributes: str
) -> None:
    flask_shop.head, flask_shop.body_attributes = head, attributes
    tab.goto(f"{flask_shop.url}/about")
    tab.evaluate("window.samePage = true")
    tab.get_by_role("link", name="To the cart").click()
    wait_until(tab, f"{INITS} === 1 && seen.at(-1)[0] === 'ready'")
    assert tab.evaluate("samePage")  # Zonos.init has not been used up so far
    go_to_about_us(tab)
    with tab.expect_event("load"):
        tab.get_by_role("link", name="To the cart").click()
    wait_until(tab, READY)
    go_to_about_us(tab)
    with tab.expect_event("load"):
        tab.evaluate("history.back()")
    expect(tab.get_by_role("heading")).to_have_text("Cart")
    wait_until(tab, READY)
    expect_one_start(tab, flask_shop)


def test_an_answer_still_counts_after_a_swap_for_the_same_shopper(
    tab: Page, flask_shop: FlaskShop
) -> None:
    flask_shop.head, flask_shop.form = HTMX[0], FORM_WITH_HTMX
    open_cart(tab, flask_shop)
    click_and_hold(tab, flask_shop)
    swap_basket(tab)
    flask_shop.gate.set()
    expect(tab.locator(CHECKOUT)).to_have_count(1)
    assert flask_shop.answers(CART_INFO) == [200]


def test_a_page_that_swaps_its_own_body_is_loaded_afresh_at_most_once(
    page: Page, flask_shop: FlaskShop
) -> None:
    flask_shop.app.config["ZONOS_SCRIPT_URL"] = f"{flask_shop.url}/fake-zonos.js"
    fake = Path(__file__).with_name("fake-zonos.js")
    flask_shop.app.add_url_rule("/fake-zonos.js", view_func=lambda: send_file(fake))
    flask_shop.head = HTMX[0]
    flask_shop.body_attributes = 'hx-get="/cart" hx-trigger="load delay:300ms"'
    loads: list[Page] = []
    page.on("load", lambda loaded: loads.append(loaded))
    with page.expect_event("load", lambda _: len(loads) > 1):
        page.goto(f"{flask_shop.url}/cart")
    wait_until(page, READY)
    page.wait_for_timeout(1_000)
    assert len(loads) == 2
    page.click(BUTTON)
    expect_own_checkout(page)


def test_a_page_kept_while_it_asked_comes_back_with_a_button_that_works(
    caching_browser: Browser, flask_shop: FlaskShop
) -> None:
    with open_page(caching_browser) as page:
        open_cart(page, flask_shop)
        click_and_hold(page, flask_shop)
        page.evaluate(
            "addEventListener('pageshow', e => { window.kept = e.persisted })"
        )
        page.goto(f"{flask_shop.url}/about")
        page.evaluate("history.back()")
        expect(page.get_by_role("heading")).to_have_text("Cart")
        assert page.evaluate("kept")
        expect_state(page, "ready")  # before there is an answer
        expect(page.get_by_role("status")).to_be_empty()
        flask_shop.gate.set()
        page.evaluate(CLICK)
        wait_until(page, CARTS)


def test_a_late_answer_opens_nothing_on_a_page_that_has_become_anothers(
    tab: Page, flask_shop: FlaskShop
) -> None:
    sign_in(tab, flask_shop)
    click_and_hold(tab, flask_shop)
    in_another_tab(tab, flask_shop, "/sign-in/customer-8")
    tab.evaluate(SWAP_BLOCK)
    flask_shop.gate.set()
    wait_until(tab, CHANGED)
    expect_state(tab, "ready")
    expect(tab.get_by_role("status")).to_be_empty()
    expect(tab.get_by_role("alert")).to_be_empty()
    expect(tab.locator(CHECKOUT)).to_have_count(0)
    assert tab.evaluate(CARTS) == 0


def test_a_click_does_not_share_the_request_of_the_shopper_before(
    tab: Page, flask_shop: FlaskShop
) -> None:
    flask_shop.head, flask_shop.form = HTMX[0], FORM_WITH_HTMX
    flask_shop.init = {"checkoutSettings": {"successBehavior": "CLOSE_MODAL"}}
    sign_in(tab, flask_shop)
    click_and_hold(tab, flask_shop)
    in_another_tab(tab, flask_shop, "/sign-in/customer-8")
    swap_basket(tab)
    wait_until(tab, IS_NEW)
    click_and_hold(tab, flask_shop)
    flask_shop.gate.set()
    pay(tab.frame_locator(f"{CHECKOUT} iframe"))
    wait_until(tab, "seen.at(-1)[0] === 'order'")
    assert flask_shop.orders == [("browser", "customer-8")]
    assert tab.evaluate(CARTS) == 1


def test_a_click_on_a_page_that_was_left_opens_nothing_elsewhere(
    tab: Page, flask_shop: FlaskShop
) -> None:
    flask_shop.head, flask_shop.body_attributes = TURBO
    open_cart(tab, flask_shop)
    click_and_hold(tab, flask_shop)
    go_to_about_us(tab)
    flask_shop.gate.set()
    wait_until(tab, CHANGED)
    expect(tab.locator(CHECKOUT)).to_have_count(0)
