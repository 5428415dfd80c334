"""A page of another origin, which asks the shop by its full address."""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

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
CART = "seen.find(([name]) => name === 'cart')[1]"
MakeShop = Callable[[str], FlaskShop]


@pytest.fixture
def other() -> Iterator[tuple[str, dict[str, str]]]:
    """The address of an app with our script but without a shop, and its page."""
    app = Flask(__name__, static_folder=None)
    pages: dict[str, str] = {}
    app.add_url_rule("/landing", view_func=lambda: pages["landing"])

    @app.get("/zonos-checkout.js")
    def script() -> Response:
        return send_from_directory(STATIC, "zonos-checkout.js")

    with serve(app) as url:
        yield url, pages


@pytest.fixture
def make_shop(
    sandbox: Sandbox, other: tuple[str, dict[str, str]]
) -> Iterator[MakeShop]:
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
            other[1]["landing"] = PAGE.format(block=json.dumps(block))
            return shop

        yield make


def open_landing(page: Page, shop: FlaskShop, url: str) -> None:
    """Sign in at the shop, then go to the other origin's page."""
    page.goto(f"{shop.url}/sign-in/customer-7?next=/about")
    page.goto(f"{url}/landing")
    wait_until(page, READY)


def test_a_listed_origins_page_opens_the_checkout_of_who_is_signed_in(
    tab: Page, make_shop: MakeShop, other: tuple[str, dict[str, str]]
) -> None:
    shop = make_shop(other[0])
    open_landing(tab, shop, other[0])
    checkout = open_checkout(tab)
    expect(checkout.get_by_text("411-1033 Davie Street")).to_be_visible()
    cart = tab.evaluate(CART)
    assert cart["recognition"] == {"level": "profile", "reason": None}
    assert set(cart["timing"]) == {"cart", "profile", "total"}
    pay(checkout)
    wait_until(tab, "seen.at(-1)[0] === 'order'")
    assert shop.orders == [("browser", "customer-7")]
    # Each comes after a question whether it may.
    assert shop.answers(CART_INFO) == [204, 200]
    assert shop.answers("/zonos/order-hint") == [204, 202]


def test_a_page_of_an_origin_that_is_not_listed_makes_no_cart_and_says_so(
    tab: Page, make_shop: MakeShop, other: tuple[str, dict[str, str]]
) -> None:
    shop = make_shop("https://shop.example")
    open_landing(tab, shop, other[0])
    tab.click(BUTTON)
    expect(tab.get_by_role("alert")).to_contain_text("We couldn’t reach the shop.")
    expect(tab.locator("[data-zonos-fallback]")).to_be_visible()
    expect(tab.locator(CHECKOUT)).to_have_count(0)
    assert tab.evaluate("seen.at(-1)[1].code") == "network"
    assert shop.answers(CART_INFO) == [405]
    assert shop.carts == 0


def test_a_lax_cookie_stays_at_home_when_the_page_is_another_sites(
    tab: Page, make_shop: MakeShop, other: tuple[str, dict[str, str]]
) -> None:
    site = f"http://localhost:{urlsplit(other[0]).port}"
    shop = make_shop(site)
    shop.app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    open_landing(tab, shop, site)
    expect(open_checkout(tab).get_by_label("First name")).to_have_value("")
    guest = {"level": "guest", "reason": "anonymous"}
    assert tab.evaluate(f"{CART}.recognition") == guest
