"""Our half with the extension's routes, and the sandbox's stand-in for Zonos."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask import Response
from flask import send_from_directory
from flask_wtf import CSRFProtect
from playwright.sync_api import Browser
from playwright.sync_api import expect
from playwright.sync_api import Page

from flask_zonos.sandbox import Sandbox

from ..support.browser import expect_accessible
from ..support.browser import open_page
from ..support.browser import wait_until
from ..support.flask_shop import create_shop
from ..support.flask_shop import FlaskShop
from ..support.serving import serve
from .conftest import BUTTON
from .conftest import CART_INFO
from .conftest import CHECKOUT
from .conftest import expect_own_checkout
from .conftest import expect_state
from .conftest import FAILED
from .conftest import open_cart
from .conftest import open_checkout
from .conftest import pay
from .conftest import READY
from .conftest import sign_in
from .conftest import STATIC

STREET = "411-1033 Davie Street"
# The snippet of Zonos's customer-profiles page as it is, without our tag. Where the
# page has `...`, there is what it says elsewhere that Zonos.init takes.
SNIPPET = """
Zonos.init({
  ...given,
  checkoutSettings: {
    ...given.checkoutSettings,
    createCartId: async () => {
      const result = await fetch(
        '/zonos/cart-info',
        {
          body: JSON.stringify(payload),
          method: 'POST',
        },
      );
      const json =
        await result.json();
      return {
        cartId: json.cartId,
        customerAuthenticationToken:
          json.customerProfileAuthenticate
            ?.checkoutCustomerProfileAuthenticate.oneTimePassword ||
          '',
      };
    }
  },
})
"""
PAGE = """<!doctype html><html lang="en"><title>Cart</title>
<form action="/own-checkout" method="post">
<button id="place-order">Place order</button></form>
<script src="{script}"></script>
<script>const payload = {{}}; const given = {given}; {snippet}</script>
"""
LANDING_PAGE = """<!doctype html><html lang="en"><title>Landing page</title>
<link rel="icon" href="data:,">
<form action="/own-checkout"><button id="place-order">Place order</button></form>
<script type="application/json" id="zonos-settings">{block}</script>
<script type="module" src="/zonos-checkout.js"></script></html>"""


def test_who_is_signed_in_finds_their_address_and_the_order_reaches_the_shop(
    tab: Page, flask_shop: FlaskShop
) -> None:
    CSRFProtect(flask_shop.app)  # whose token is sent to every route
    flask_shop.zonos.inventory_checker(lambda items: None)
    flask_shop.init = {"checkoutSettings": {"successBehavior": "CLOSE_MODAL"}}
    sign_in(tab, flask_shop)
    checkout = open_checkout(tab)
    expect(checkout.get_by_text(STREET)).to_be_visible()
    wait_until(tab, "seen.at(-1)[0] === 'opened'")
    recognition = {"level": "profile", "reason": None}
    assert tab.evaluate("seen.at(-2)[1].recognition") == recognition
    checkout.get_by_role("button", name="Close checkout").click()
    expect(tab.locator(CHECKOUT)).to_have_count(0)
    expect(tab.locator(BUTTON)).to_be_focused()
    expect_state(tab, "ready")
    pay(open_checkout(tab))
    wait_until(tab, "seen.at(-1)[0] === 'order'")
    assert flask_shop.answers(CART_INFO) == [200, 200]
    assert flask_shop.answers("/zonos/inventory-check") == [200]
    assert flask_shop.orders == [("browser", "customer-7")]
    expect(tab.locator(CHECKOUT)).to_have_count(0)
    expect_state(tab, "ready")


@pytest.mark.parametrize("why", ["domestic", "no script", "refused key"])
def test_the_shops_checkout_works_without_zonos(
    tab: Page, flask_shop: FlaskShop, sandbox: Sandbox, why: str
) -> None:
    if why == "no script":
        tab.route(f"{sandbox.url}/**", lambda route: route.abort())
    if why == "refused key":
        flask_shop.init = {"zonosApiKey": "of another shop"}
    query = "?zCountry=DK" if why == "domestic" else ""
    open_cart(tab, flask_shop, query, until=FAILED if why == "no script" else READY)
    tab.click(BUTTON)
    expect_own_checkout(tab)
    assert flask_shop.answers(CART_INFO) == []


def test_the_shops_checkout_works_without_scripts(
    browser: Browser, flask_shop: FlaskShop
) -> None:
    with open_page(browser, java_script_enabled=False) as page:
        page.goto(f"{flask_shop.url}/cart")
        page.click(BUTTON)
        expect_own_checkout(page)


@pytest.mark.parametrize(
    ("user", "expected"), [("customer-7", STREET), (None, "First name")]
)
def test_zonoss_own_snippet_opens_the_checkout(
    tab: Page,
    flask_shop: FlaskShop,
    sandbox: Sandbox,
    user: str | None,
    expected: str,
) -> None:
    given = {
        "storeId": sandbox.store_id,
        "zonosApiKey": sandbox.api_key,
        "checkoutSettings": {"placeOrderButtonSelector": BUTTON},
    }
    script = {"script": sandbox.script_url, "given": json.dumps(given)}
    html = PAGE.format(**script, snippet=SNIPPET)
    flask_shop.app.add_url_rule("/snippet", view_func=lambda: html)
    if user:
        tab.goto(f"{flask_shop.url}/sign-in/{user}?next=/about")
    tab.goto(f"{flask_shop.url}/snippet")
    wait_until(tab, "Zonos.doneInit")
    expect(open_checkout(tab).get_by_text(expected)).to_be_visible()
    assert flask_shop.answers(CART_INFO) == [200]


def test_the_button_that_asks_and_the_demo_page_are_accessible(
    tab: Page, flask_shop: FlaskShop
) -> None:
    open_cart(tab, flask_shop)
    flask_shop.gate.clear()
    tab.click(BUTTON)
    expect_state(tab, "asking")
    expect_accessible(tab)
    flask_shop.gate.set()
    tab.goto(f"{flask_shop.url}/sign-in/customer-7")
    tab.goto(f"{flask_shop.url}/zonos/demo")
    wait_until(tab, READY)
    expect(tab.get_by_text("Recognised as customer customer-7.")).to_be_visible()
    expect_accessible(tab)
    expect(open_checkout(tab).get_by_text(STREET)).to_be_visible()


def test_the_page_of_another_listed_origin_opens_the_checkout_of_who_is_signed_in(
    tab: Page, sandbox: Sandbox
) -> None:
    app = Flask(__name__, static_folder=None)

    @app.get("/zonos-checkout.js")
    def script() -> Response:
        return send_from_directory(STATIC, "zonos-checkout.js")

    @app.get("/landing")
    def landing() -> str:
        block = {
            "cartInfoUrl": f"{shop.url}/zonos/cart-info",
            "orderHintUrl": f"{shop.url}/zonos/order-hint",
            "scriptUrl": sandbox.script_url,
            "init": {
                "storeId": sandbox.store_id,
                "zonosApiKey": sandbox.api_key,
                "checkoutSettings": {
                    "placeOrderButtonSelector": BUTTON,
                    "successBehavior": "CLOSE_MODAL",
                },
            },
        }
        return LANDING_PAGE.format(block=json.dumps(block))

    with serve(app) as url:
        shop = create_shop({**sandbox.settings, "ZONOS_ALLOWED_ORIGINS": url})
        with serve(shop.app) as shop.url:
            tab.goto(f"{shop.url}/sign-in/customer-7?next=/about")
            tab.goto(f"{url}/landing")
            wait_until(tab, READY)
            checkout = open_checkout(tab)
            expect(checkout.get_by_text(STREET)).to_be_visible()
            cart = tab.evaluate("seen.find(([name]) => name === 'cart')[1]")
            assert cart["recognition"] == {"level": "profile", "reason": None}
            assert set(cart["timing"]) == {"cart", "profile", "total"}
            pay(checkout)
            wait_until(tab, "seen.at(-1)[0] === 'order'")
    assert shop.orders == [("browser", "customer-7")]
    # Each comes after a question whether it may.
    assert shop.answers(CART_INFO) == [204, 200]
    assert shop.answers("/zonos/order-hint") == [204, 202]
