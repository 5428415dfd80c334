"""Settings of the shop's in Zonos's script, and a shopper who changes country."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from ..support.flask_shop import FlaskShop
from .conftest import wait_until
from .test_sandbox import BUTTON
from .test_sandbox import CART_INFO
from .test_sandbox import open_cart
from .test_sandbox import open_checkout

pytestmark = pytest.mark.browser
CONFIGURE = """
window.places = [];
document.addEventListener("zonos:configure", ({ detail }) => {
  const { settings } = detail;
  settings.helloSettings.onInitSuccess = (place) => places.push(["init", place]);
  settings.onCountryChange = (place) => places.push(["change", place]);
  settings.checkoutSettings.onClose = () => places.push(["close"]);
});
"""
#: What Zonos's script is given, on its way there.
WATCH = """
let zonos;
Object.defineProperty(window, "Zonos", {
  get: () => zonos,
  set(real) {
    const { init } = real;
    real.init = (settings) => {
      window.given = JSON.parse(JSON.stringify(settings));
      return init(settings);
    };
    zonos = real;
  },
});
"""
FROM_THE_TAG: dict[str, Any] = {
    "helloSettings": {"anchorElementSelector": "nav", "showForCountries": ["CA", "DK"]},
    "appearance": {"theme": "none", "colorPrimary": "#14532d"},
    "currencyConverter": False,
    "checkoutSettings": {
        "successBehavior": "CLOSE_MODAL",
        "allowedCharacterSets": "ALL",
    },
}


def change_country(page: Page, country: str, currency: str) -> None:
    page.evaluate("Zonos.openHelloDialog()")
    hello = page.frame_locator("dialog[data-zonos-hello] iframe")
    hello.get_by_label("Country").select_option(country)
    hello.get_by_label("Currency").select_option(currency)
    hello.get_by_role("button", name="Save").click()
    expect(page.locator("dialog")).to_have_count(0)


@pytest.fixture
def cart(page: Page, flask_shop: FlaskShop) -> Page:
    flask_shop.init = FROM_THE_TAG
    page.add_init_script(CONFIGURE + WATCH)
    open_cart(page, flask_shop)
    return page


def test_what_the_tag_says_reaches_zonoss_script(cart: Page) -> None:
    given = cart.evaluate("given")
    for name in ("helloSettings", "appearance", "currencyConverter"):
        assert given[name] == FROM_THE_TAG[name]
    assert given["checkoutSettings"] == {
        "mode": "TEST",
        "placeOrderButtonSelector": BUTTON,
        **FROM_THE_TAG["checkoutSettings"],
    }


def test_the_shops_functions_are_told_of_a_change_of_country(
    cart: Page, flask_shop: FlaskShop
) -> None:
    canada = {"countryCode": "CA", "currencyCode": "CAD"}
    wait_until(cart, "places.length")
    assert cart.evaluate("places") == [["init", canada]]
    change_country(cart, "Denmark", "DKK")
    wait_until(cart, "places.length === 2")
    denmark = {
        "countryCode": "DK",
        "currencyCode": "DKK",
        "isShippableCountry": True,
    }
    assert cart.evaluate("places[1]") == ["change", denmark]
    cart.click(BUTTON)
    expect(cart.get_by_role("heading")).to_have_text("Own checkout")
    assert flask_shop.answers(CART_INFO) == []


def test_a_shopper_who_moves_abroad_gets_zonos_checkout_on_the_same_page(
    page: Page, flask_shop: FlaskShop
) -> None:
    flask_shop.init = FROM_THE_TAG
    page.add_init_script(CONFIGURE)
    page.goto(f"{flask_shop.url}/sign-in/customer-7?next=/cart%3FzCountry=DK")
    wait_until(page, "places.length === 1")
    change_country(page, "United Kingdom", "GBP")
    wait_until(page, "places.length === 2")
    open_checkout(page).get_by_role("button", name="Pay").click()
    # As the tag's successBehavior says.
    expect(page.locator("[data-zonos-checkout]")).to_have_count(0)
    wait_until(page, "seen.at(-1)[0] === 'order'")
    assert page.evaluate("places.map(([what]) => what)") == ["init", "change", "close"]
    assert flask_shop.answers(CART_INFO) == [200]
    assert flask_shop.orders == [("browser", "customer-7")]
