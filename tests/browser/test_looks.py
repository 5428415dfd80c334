"""Each state of the button, and the demo page, as axe sees them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from ..support.browser import expect_accessible
from ..support.browser import wait_until
from ..support.flask_shop import FlaskShop
from .conftest import BUTTON
from .conftest import CART_INFO
from .conftest import expect_state
from .conftest import open_cart
from .conftest import open_checkout
from .conftest import READY

#: A script that takes the cart and opens nothing, so that nothing covers the page.
NO_CHECKOUT = Path(__file__).with_name("fake-zonos.js")
#: "Opening" ends by itself, perhaps before everything in it was looked at.
STAYS_OPENING = """
const setTimeoutOfTheBrowser = setTimeout;
window.setTimeout = (run, wait, ...rest) =>
  wait === 3000 ? 0 : setTimeoutOfTheBrowser(run, wait, ...rest);
"""
#: Both sizes, schemes and languages, each once: all their pairs are costly.
LOOKS = {"phone-dark": (390, "dark", "da"), "desktop-light": (1280, "light", "en")}


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest) -> tuple[int, str, str]:
    return LOOKS[request.param]


@pytest.fixture
def context_options(look: tuple[int, str, str]) -> dict[str, Any]:
    width, scheme, _ = look
    return {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}


def test_every_state_of_the_button_and_the_demo_page_are_accessible(
    page: Page, flask_shop: FlaskShop, look: tuple[int, str, str]
) -> None:
    flask_shop.lang = look[2]
    open_cart(page, flask_shop)
    expect_accessible(page)
    flask_shop.gate.clear()
    page.click(BUTTON)
    expect_state(page, "asking")
    expect_accessible(page)
    flask_shop.gate.set()

    page.goto(f"{flask_shop.url}/sign-in/customer-7")
    page.goto(f"{flask_shop.url}/zonos/demo")
    wait_until(page, READY)
    expect(page.get_by_text("Recognised as customer customer-7.")).to_be_visible()
    expect_accessible(page)
    street = open_checkout(page).get_by_text("411-1033 Davie Street")
    expect(street).to_be_visible()

    page.route("**/loadZonos.js", lambda route: route.fulfill(path=NO_CHECKOUT))
    page.add_init_script(STAYS_OPENING)
    open_cart(page, flask_shop)
    page.click(BUTTON)
    expect_state(page, "opening")
    expect_accessible(page)
    expect_state(page, "opening")
    page.route(f"**{CART_INFO}", lambda route: route.abort())
    open_cart(page, flask_shop)
    page.click(BUTTON)
    expect_state(page, "failed")
    box = page.locator("[data-zonos-fallback]").bounding_box()
    assert box is not None and box["height"] >= 32
    expect_accessible(page)
