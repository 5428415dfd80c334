"""Each state of the button, and the demo page, as axe sees them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from playwright.sync_api import expect
from playwright.sync_api import Page

from ..support.flask_shop import FlaskShop
from .conftest import RECORDER
from .conftest import wait_until
from .test_sandbox import BUTTON
from .test_sandbox import CART_INFO
from .test_sandbox import open_cart
from .test_sandbox import open_checkout

pytestmark = pytest.mark.browser
#: A script that takes the cart and opens nothing, so that nothing covers the page.
NO_CHECKOUT = Path(__file__).with_name("fake-zonos.js")
#: "Opening" ends by itself, perhaps before everything in it was looked at.
STAYS_OPENING = """
const setTimeoutOfTheBrowser = setTimeout;
window.setTimeout = (run, wait, ...rest) =>
  wait === 3000 ? 0 : setTimeoutOfTheBrowser(run, wait, ...rest);
"""
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}


#: Both sizes, schemes and languages, each once: a look at all their pairs is costly.
LANGUAGES = {"phone-dark": "da", "desktop-light": "en"}


@pytest.fixture(params=LANGUAGES)
def look(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def view(browser: Browser, look: str) -> Iterator[Page]:
    size, scheme = look.split("-")
    width, height = SIZES[size]
    with browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    ) as context:
        context.set_default_timeout(8_000)
        context.add_init_script(RECORDER)
        yield context.new_page()


def expect_accessible(page: Page) -> None:
    """Nothing that axe finds wrong, however small; nothing wider than the page."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_every_state_of_the_button_is_accessible(
    view: Page, flask_shop: FlaskShop, look: str
) -> None:
    flask_shop.lang = LANGUAGES[look]
    open_cart(view, flask_shop)
    expect_accessible(view)
    flask_shop.gate.clear()
    view.click(BUTTON)
    expect(view.locator(BUTTON)).to_have_attribute("data-zonos-state", "asking")
    expect(view.get_by_role("status")).not_to_be_empty()
    expect_accessible(view)
    view.route("**/loadZonos.js", lambda route: route.fulfill(path=NO_CHECKOUT))
    view.add_init_script(STAYS_OPENING)
    flask_shop.gate.set()
    view.reload()
    wait_until(view, "seen.some(([name]) => name === 'ready')")
    view.click(BUTTON)
    expect(view.locator(BUTTON)).to_have_attribute("data-zonos-state", "opening")
    expect(view.get_by_role("status")).not_to_be_empty()
    expect_accessible(view)
    expect(view.locator(BUTTON)).to_have_attribute("data-zonos-state", "opening")
    view.route(f"**{CART_INFO}", lambda route: route.abort())
    view.reload()
    wait_until(view, "seen.some(([name]) => name === 'ready')")
    view.click(BUTTON)
    expect(view.locator(BUTTON)).to_have_attribute("data-zonos-state", "failed")
    expect(view.get_by_role("alert")).not_to_be_empty()
    fallback = view.locator("[data-zonos-fallback]")
    expect(fallback).to_be_visible()
    box = fallback.bounding_box()
    assert box is not None and box["height"] >= 32
    expect_accessible(view)


@pytest.mark.parametrize(
    ("user", "shopper", "expected"),
    [
        ("customer-7", "Recognised as customer customer-7.", "411-1033 Davie Street"),
        (None, "A guest: anonymous.", "First name"),
    ],
)
def test_the_demo_page_is_accessible_and_opens_the_checkout(
    view: Page, flask_shop: FlaskShop, user: str | None, shopper: str, expected: str
) -> None:
    if user:
        view.goto(f"{flask_shop.url}/sign-in/{user}")
    view.goto(f"{flask_shop.url}/zonos/demo")
    wait_until(view, "seen.some(([name]) => name === 'ready')")
    expect(view.get_by_text(shopper)).to_be_visible()
    expect_accessible(view)
    expect(open_checkout(view).get_by_text(expected)).to_be_visible()
