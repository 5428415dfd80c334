"""A page of another origin, which asks the shop by its full address."""

from __future__ import annotations

import json

from flask import Flask
from flask import Response
from flask import send_from_directory
from playwright.sync_api import expect
from playwright.sync_api import Page

from flask_zonos.sandbox import Sandbox

from ..support.browser import wait_until
from ..support.flask_shop import create_shop
from ..support.serving import serve
from .conftest import BUTTON
from .conftest import CART_INFO
from .conftest import open_checkout
from .conftest import pay
from .conftest import READY
from .conftest import STATIC

PAGE = """<!doctype html><html lang="en"><title>Landing page</title>
<link rel="icon" href="data:,">
<form action="/own-checkout"><button id="place-order">Place order</button></form>
<script type="application/json" id="zonos-settings">{block}</script>
<script type="module" src="/zonos-checkout.js"></script></html>"""


def test_a_listed_origins_page_opens_the_checkout_of_who_is_signed_in(
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
        return PAGE.format(block=json.dumps(block))

    with serve(app) as url:
        shop = create_shop({**sandbox.settings, "ZONOS_ALLOWED_ORIGINS": url})
        with serve(shop.app) as shop.url:
            tab.goto(f"{shop.url}/sign-in/customer-7?next=/about")
            tab.goto(f"{url}/landing")
            wait_until(tab, READY)
            checkout = open_checkout(tab)
            street = checkout.get_by_text("411-1033 Davie Street")
            expect(street).to_be_visible()
            cart = tab.evaluate("seen.find(([name]) => name === 'cart')[1]")
            assert cart["recognition"] == {"level": "profile", "reason": None}
            assert set(cart["timing"]) == {"cart", "profile", "total"}
            pay(checkout)
            wait_until(tab, "seen.at(-1)[0] === 'order'")
    assert shop.orders == [("browser", "customer-7")]
    # Each comes after a question whether it may.
    assert shop.answers(CART_INFO) == [204, 200]
    assert shop.answers("/zonos/order-hint") == [204, 202]
