"""A page of another origin, which asks the shop by its full address."""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from flask import Response
from flask import send_from_directory
from playwright.sync_api import expect
from playwright.sync_api import Page

from flask_zonos.sandbox import Sandbox

from ..support.browser import wait_until
from ..support.flask_shop import create_shop
from ..support.flask_shop import FlaskShop
from ..support.serving import serve
from .conftest import BUTTON
from .conftest import CART_INFO
from .conftest import CHECKOUT
from .conftest import open_checkout
from .conftest import pay
from .conftest import READY
from .conftest import STATIC

PAGE = """<!doctype html><html lang="en"><title>Landing page</title>
<link rel="icon" href="data:,">
<form action="/own-checkout"><button id="place-order">Place order</button></form>
<script type="application/json" id="zonos-settings">{block}</script>
<script type="module" src="/zonos-checkout.js"></script></html>"""
OpenLanding = Callable[[str], FlaskShop]


@pytest.fixture
def open_landing(tab: Page, sandbox: Sandbox) -> Iterator[OpenLanding]:
    """Sign in at a shop that lists an origin, then go to a page of another one.

    Where that page's origin is listed, ``{}`` stands for it.
    """
    app = Flask(__name__, static_folder=None)

    @app.get("/zonos-checkout.js")
    def script() -> Response:
        return send_from_directory(STATIC, "zonos-checkout.js")

    with ExitStack() as stack:
        url = stack.enter_context(serve(app))

        def open(listed: str) -> FlaskShop:
            origins = {"ZONOS_ALLOWED_ORIGINS": listed.format(url)}
            shop = create_shop({**sandbox.settings, **origins})
            shop.url = stack.enter_context(serve(shop.app))
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
            page = PAGE.format(block=json.dumps(block))
            app.add_url_rule("/landing", view_func=lambda: page)
            tab.goto(f"{shop.url}/sign-in/customer-7?next=/about")
            tab.goto(f"{url}/landing")
            wait_until(tab, READY)
            return shop

        yield open


def test_a_listed_origins_page_opens_the_checkout_of_who_is_signed_in(
    tab: Page, open_landing: OpenLanding
) -> None:
    shop = open_landing("{}")
    checkout = open_checkout(tab)
    expect(checkout.get_by_text("411-1033 Davie Street")).to_be_visible()
    cart = tab.evaluate("seen.find(([name]) => name === 'cart')[1]")
    assert cart["recognition"] == {"level": "profile", "reason": None}
    assert set(cart["timing"]) == {"cart", "profile", "total"}
    pay(checkout)
    wait_until(tab, "seen.at(-1)[0] === 'order'")
    assert shop.orders == [("browser", "customer-7")]
    # Each comes after a question whether it may.
    assert shop.answers(CART_INFO) == [204, 200]
    assert shop.answers("/zonos/order-hint") == [204, 202]


def test_a_page_of_an_origin_that_is_not_listed_makes_no_cart_and_says_so(
    tab: Page, open_landing: OpenLanding
) -> None:
    shop = open_landing("https://shop.example")
    tab.click(BUTTON)
    expect(tab.get_by_role("alert")).to_contain_text("We couldn’t reach the shop.")
    expect(tab.locator("[data-zonos-fallback]")).to_be_visible()
    expect(tab.locator(CHECKOUT)).to_have_count(0)
    assert tab.evaluate("seen.at(-1)[1].code") == "network"
    assert shop.answers(CART_INFO) == [405]
    assert shop.carts == 0
