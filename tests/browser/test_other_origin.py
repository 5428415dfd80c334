"""A page of another origin, which asks the shop by its full address."""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask import Response
from flask import send_from_directory
from playwright.sync_api import expect
from playwright.sync_api import Page

from flask_zonos.sandbox import Sandbox

from ..support.flask_shop import create_shop
from ..support.flask_shop import FlaskShop
from ..support.serving import serve
from .conftest import STATIC
from .conftest import wait_until
from .test_sandbox import BUTTON
from .test_sandbox import CART_INFO
from .test_sandbox import open_checkout

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="en"><title>Landing page</title>
<link rel="icon" href="data:,">
<form action="/own-checkout"><button id="place-order">Place order</button></form>
<script type="application/json" id="zonos-settings">{block}</script>
<script type="module" src="/zonos-checkout.js"></script></html>"""
MakeShop = Callable[[str], FlaskShop]


@dataclass
class Other:
    """An app on a port of its own, with our script but without a shop."""

    url: str = ""
    html: str = ""


@pytest.fixture
def other() -> Iterator[Other]:
    other = Other()
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/landing", view_func=lambda: other.html)

    @app.get("/zonos-checkout.js")
    def script() -> Response:
        return send_from_directory(STATIC, "zonos-checkout.js")

    with serve(app) as other.url:
        yield other


@pytest.fixture
def make_shop(sandbox: Sandbox, other: Other) -> Iterator[MakeShop]:
    """A shop that lists an origin; the other app's page asks it for carts."""
    with ExitStack() as stack:

        def make(listed: str) -> FlaskShop:
            shop = create_shop({**sandbox.settings, "ZONOS_ALLOWED_ORIGINS": listed})
            shop.url = stack.enter_context(serve(shop.app))
            checkout = {
                "placeOrderButtonSelector": BUTTON,
                "successBehavior": "CLOSE_MODAL",
            }
            block = {
                "cartInfoUrl": f"{shop.url}/zonos/cart-info",
                "orderHintUrl": f"{shop.url}/zonos/order-hint",
                "scriptUrl": sandbox.script_url,
                "init": {
                    "storeId": sandbox.store_id,
                    "zonosApiKey": sandbox.api_key,
                    "checkoutSettings": checkout,
                },
            }
            other.html = PAGE.format(block=json.dumps(block))
            return shop

        yield make


def open_landing(page: Page, shop: FlaskShop, url: str) -> None:
    """Sign in at the shop, then go to the other origin's page."""
    page.goto(f"{shop.url}/sign-in/customer-7?next=/about")
    page.goto(f"{url}/landing")
    wait_until(page, "seen.some(([name]) => name === 'ready')")


def test_a_listed_origins_page_opens_the_checkout_of_who_is_signed_in(
    page: Page, make_shop: MakeShop, other: Other
) -> None:
    shop = make_shop(other.url)
    open_landing(page, shop, other.url)
    checkout = open_checkout(page)
    expect(checkout.get_by_text("411-1033 Davie Street")).to_be_visible()
    [cart] = page.evaluate("seen.filter(([name]) => name === 'cart')")
    assert cart[1]["recognition"] == {"level": "profile", "reason": None}
    assert set(cart[1]["timing"]) == {"cart", "profile", "total"}
    checkout.get_by_role("button", name="Pay").click()
    wait_until(page, "seen.at(-1)[0] === 'order'")
    assert shop.orders == [("browser", "customer-7")]
    # Each comes after a question whether it may.
    assert shop.answers(CART_INFO) == [204, 200]
    assert shop.answers("/zonos/order-hint") == [204, 202]


def test_a_page_of_an_origin_that_is_not_listed_makes_no_cart_and_says_so(
    page: Page, make_shop: MakeShop, other: Other
) -> None:
    shop = make_shop("https://shop.example")
    open_landing(page, shop, other.url)
    page.click(BUTTON)
    expect(page.get_by_role("alert")).to_contain_text("We couldn’t reach the shop.")
    expect(page.locator("[data-zonos-fallback]")).to_be_visible()
    expect(page.locator("[data-zonos-checkout]")).to_have_count(0)
    assert page.evaluate("seen.at(-1)[1].code") == "network"
    assert shop.answers(CART_INFO) == [405]
    assert shop.carts == 0


def test_a_lax_cookie_stays_at_home_when_the_page_is_another_sites(
    page: Page, make_shop: MakeShop, other: Other
) -> None:
    site = f"http://localhost:{urlsplit(other.url).port}"
    shop = make_shop(site)
    shop.app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    open_landing(page, shop, site)
    checkout = open_checkout(page)
    expect(checkout.get_by_label("First name")).to_have_value("")
    cart = "seen.find(([name]) => name === 'cart')[1]"
    assert page.evaluate(f"{cart}.recognition") == {
        "level": "guest",
        "reason": "anonymous",
    }
