"""Real htmx, real Turbo, and the browser's real back-forward cache."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import expect
from playwright.sync_api import Page
from playwright.sync_api import Playwright

from ..support.browser import CHROMIUM
from ..support.browser import CHROMIUM_ARGS
from ..support.flask_shop import FlaskShop
from .conftest import RECORDER
from .conftest import wait_until
from .test_sandbox import BUTTON
from .test_sandbox import CART_INFO
from .test_sandbox import open_cart
from .test_sandbox import open_checkout
from .test_sandbox import READY

pytestmark = pytest.mark.browser
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
COUNT_INITS = """
document.addEventListener("zonos:configure", () => {
  window.inits = (window.inits ?? 0) + 1;
});
"""


def expect_one_start(page: Page, shop: FlaskShop) -> None:
    """One click is one request, whatever came before; there is one of everything."""
    open_checkout(page)
    assert shop.answers(CART_INFO) == [200]
    assert page.evaluate("inits") == 1
    assert page.locator("script[src$='/loadZonos.js']").count() == 1
    assert page.locator("[data-zonos-notice]").count() == 1
    assert page.evaluate("document.adoptedStyleSheets.length") == 2


@pytest.fixture
def counted(page: Page) -> Page:
    page.add_init_script(COUNT_INITS)
    return page


def test_htmx_swaps_the_basket(counted: Page, flask_shop: FlaskShop) -> None:
    page = counted
    flask_shop.head = '<script src="/htmx.js" defer></script>'
    flask_shop.form = FORM_WITH_HTMX
    open_cart(page, flask_shop)
    page.evaluate("window.samePage = true")
    for _ in range(2):
        page.evaluate(AGE)
        page.get_by_role("button", name="Change").click()
        wait_until(page, IS_NEW)
    assert page.evaluate("samePage")
    expect_one_start(page, flask_shop)


def test_htmx_swaps_something_else(counted: Page, flask_shop: FlaskShop) -> None:
    page = counted
    flask_shop.head = '<script src="/htmx.js" defer></script>'
    flask_shop.form += '<p hx-get="/shop.css" hx-trigger="load">...</p>'
    open_cart(page, flask_shop)
    expect(page.get_by_text("color-scheme")).to_be_visible()
    expect_one_start(page, flask_shop)


HTMX = ('<script src="/htmx.js" defer></script>', "hx-boost=true")
TURBO = ('<script src="/turbo.js" defer></script>', "")


@pytest.mark.parametrize(("head", "attributes"), [HTMX, TURBO], ids=["htmx", "turbo"])
def test_a_visit_that_swaps_the_body_loads_the_cart_page_afresh(
    counted: Page, flask_shop: FlaskShop, head: str, attributes: str
) -> None:
    page = counted
    flask_shop.head, flask_shop.body_attributes = head, attributes
    page.goto(f"{flask_shop.url}/about")
    page.evaluate("window.samePage = true")
    page.get_by_role("link", name="To the cart").click()
    wait_until(page, "window.inits === 1 && seen.at(-1)[0] === 'ready'")
    assert page.evaluate("samePage")  # Zonos.init has not been used up so far
    for _ in range(2):
        page.get_by_role("link", name="About us").click()
        expect(page.get_by_role("heading")).to_have_text("About us")
        with page.expect_event("load"):
            page.get_by_role("link", name="To the cart").click()
        wait_until(page, READY)
    expect_one_start(page, flask_shop)


@pytest.mark.parametrize(("head", "attributes"), [HTMX, TURBO], ids=["htmx", "turbo"])
def test_going_back_without_a_load_gives_a_button_that_works(
    counted: Page, flask_shop: FlaskShop, head: str, attributes: str
) -> None:
    page = counted
    flask_shop.head, flask_shop.body_attributes = head, attributes
    open_cart(page, flask_shop)
    page.get_by_role("link", name="About us").click()
    expect(page.get_by_role("heading")).to_have_text("About us")
    with page.expect_event("load"):
        page.evaluate("history.back()")
    expect(page.get_by_role("heading")).to_have_text("Cart")
    wait_until(page, READY)
    expect_one_start(page, flask_shop)


@pytest.fixture(scope="module")
def caching_browser(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium that keeps pages for the back button: Playwright switches that off."""
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=CHROMIUM_ARGS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()


@pytest.fixture
def caching_page(caching_browser: Browser) -> Iterator[Page]:
    with caching_browser.new_context() as context:
        context.set_default_timeout(8_000)
        page = context.new_page()
        page.add_init_script(RECORDER)
        yield page


def go_away_and_back(page: Page, shop: FlaskShop, away: str) -> None:
    page.evaluate("addEventListener('pageshow', e => { window.kept = e.persisted })")
    page.goto(shop.url + away)
    page.evaluate("history.back()")
    expect(page.get_by_role("heading")).to_have_text("Cart")


def test_a_page_kept_while_it_asked_comes_back_with_a_button_that_works(
    caching_page: Page, flask_shop: FlaskShop
) -> None:
    page = caching_page
    open_cart(page, flask_shop)
    flask_shop.gate.clear()
    page.click(BUTTON)
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "asking")
    go_away_and_back(page, flask_shop, "/about")
    assert page.evaluate("kept")
    flask_shop.gate.set()
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "ready")
    expect(page.get_by_role("status")).to_be_empty()
    page.evaluate(CLICK)
    wait_until(page, "seen.some(([name]) => name === 'cart')")


def test_a_page_kept_after_the_shops_own_checkout_comes_back_working(
    caching_page: Page, flask_shop: FlaskShop
) -> None:
    page = caching_page
    open_cart(page, flask_shop, "?zCountry=DK")
    page.evaluate("addEventListener('pageshow', e => { window.kept = e.persisted })")
    page.click(BUTTON)
    expect(page.get_by_role("heading")).to_have_text("Own checkout")
    page.evaluate("history.back()")
    expect(page.get_by_role("heading")).to_have_text("Cart")
    assert page.evaluate("kept")
    page.evaluate(CLICK)
    expect(page.get_by_role("heading")).to_have_text("Own checkout")


def test_back_after_signing_in_opens_the_checkout_of_who_signed_in(
    caching_page: Page, flask_shop: FlaskShop
) -> None:
    """The cookie has changed, so the browser does not keep the page, a no-store one."""
    page = caching_page
    open_cart(page, flask_shop)
    go_away_and_back(page, flask_shop, "/sign-in/customer-7?next=/about")
    assert page.evaluate("window.kept === undefined")
    wait_until(page, "seen.some(([name]) => name === 'ready')")
    checkout = open_checkout(page)
    expect(checkout.get_by_text("411-1033 Davie Street")).to_be_visible()
    assert flask_shop.answers(CART_INFO) == [200]


def test_a_sign_in_in_another_tab_reloads_the_page_at_the_click(
    page: Page, flask_shop: FlaskShop
) -> None:
    open_cart(page, flask_shop)
    other = page.context.new_page()
    other.goto(f"{flask_shop.url}/sign-in/customer-7")
    other.close()
    with page.expect_navigation():
        page.click(BUTTON)
    wait_until(page, "seen.some(([name]) => name === 'ready')")
    checkout = open_checkout(page)
    expect(checkout.get_by_text("411-1033 Davie Street")).to_be_visible()
    assert flask_shop.answers(CART_INFO) == [409, 200]


OPEN = "[data-zonos-checkout]"
CHANGED = "seen.some(([, detail]) => detail?.code === 'page-changed')"
#: A swap that no event tells of: the block of the page as it is now.
SWAP_BLOCK = """async () => {
  const page = new DOMParser().parseFromString(
    await (await fetch("/cart")).text(), "text/html");
  document.getElementById("zonos-settings").textContent =
    page.getElementById("zonos-settings").textContent;
}"""


def click_and_hold(page: Page, shop: FlaskShop) -> None:
    """A click whose answer does not come before the shop's gate is opened."""
    shop.gate.clear()
    with page.expect_request(f"**{CART_INFO}"):
        page.click(BUTTON)
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "asking")


def turn_into_a_page_of(page: Page, shop: FlaskShop, user: str, how: str) -> None:
    """Sign in as somebody else, and let the page be swapped without a load."""
    page.evaluate(AGE)
    if how == "turbo":
        with page.expect_event("load"):
            page.evaluate(f"Turbo.visit('/sign-in/{user}')")
        wait_until(page, IS_NEW)
        return
    other = page.context.new_page()
    other.goto(f"{shop.url}/sign-in/{user}")
    other.close()
    if how == "htmx":
        page.get_by_role("button", name="Change").click()
        wait_until(page, IS_NEW)
    else:
        page.evaluate(SWAP_BLOCK)


@pytest.fixture(params=["turbo", "htmx", "unannounced"])
def how(flask_shop: FlaskShop, request: pytest.FixtureRequest) -> str:
    if request.param == "turbo":
        flask_shop.head, flask_shop.body_attributes = TURBO
    elif request.param == "htmx":
        flask_shop.head = '<script src="/htmx.js" defer></script>'
        flask_shop.form = FORM_WITH_HTMX
    return str(request.param)


def test_a_late_answer_opens_nothing_on_a_page_that_has_become_anothers(
    counted: Page, flask_shop: FlaskShop, how: str
) -> None:
    page = counted
    page.goto(f"{flask_shop.url}/sign-in/customer-7")
    wait_until(page, "seen.at(-1)?.[0] === 'ready'")
    click_and_hold(page, flask_shop)
    turn_into_a_page_of(page, flask_shop, "customer-8", how)
    flask_shop.gate.set()
    if how != "turbo":  # which has loaded the page afresh
        wait_until(page, CHANGED)
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "ready")
    expect(page.get_by_role("status")).to_be_empty()
    expect(page.get_by_role("alert")).to_be_empty()
    expect(page.locator(OPEN)).to_have_count(0)
    assert page.evaluate("seen.filter(([name]) => name === 'cart')") == []


def test_a_click_does_not_share_the_request_of_the_shopper_before(
    counted: Page, flask_shop: FlaskShop, how: str
) -> None:
    page = counted
    flask_shop.init = {"checkoutSettings": {"successBehavior": "CLOSE_MODAL"}}
    page.goto(f"{flask_shop.url}/sign-in/customer-7")
    wait_until(page, "seen.at(-1)?.[0] === 'ready'")
    click_and_hold(page, flask_shop)
    turn_into_a_page_of(page, flask_shop, "customer-8", how)
    if how == "unannounced":
        page.evaluate("document.dispatchEvent(new Event('zonos:refresh'))")
        expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "ready")
    click_and_hold(page, flask_shop)
    flask_shop.gate.set()
    checkout = page.frame_locator(f"{OPEN} iframe")
    checkout.get_by_role("button", name="Pay").click()
    wait_until(page, "seen.at(-1)[0] === 'order'")
    assert flask_shop.orders == [("browser", "customer-8")]
    assert page.evaluate("seen.filter(([name]) => name === 'cart').length") == 1


def test_an_answer_still_counts_after_a_swap_for_the_same_shopper(
    counted: Page, flask_shop: FlaskShop
) -> None:
    page = counted
    flask_shop.head = '<script src="/htmx.js" defer></script>'
    flask_shop.form = FORM_WITH_HTMX
    open_cart(page, flask_shop)
    click_and_hold(page, flask_shop)
    page.evaluate(AGE)
    page.get_by_role("button", name="Change").click()
    wait_until(page, "!document.querySelector('[data-old]')")
    flask_shop.gate.set()
    expect(page.locator(OPEN)).to_have_count(1)
    assert flask_shop.answers(CART_INFO) == [200]


def test_a_click_on_a_page_that_was_left_opens_nothing_elsewhere(
    counted: Page, flask_shop: FlaskShop
) -> None:
    page = counted
    flask_shop.head, flask_shop.body_attributes = TURBO
    open_cart(page, flask_shop)
    click_and_hold(page, flask_shop)
    page.get_by_role("link", name="About us").click()
    expect(page.get_by_role("heading")).to_have_text("About us")
    flask_shop.gate.set()
    wait_until(page, CHANGED)
    expect(page.locator(OPEN)).to_have_count(0)
