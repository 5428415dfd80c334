"""A shop's page around our half of it, with stand-ins for all behind it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask import render_template_string
from flask import request
from flask import Response
from flask import send_from_directory
from playwright.sync_api import expect
from playwright.sync_api import FrameLocator
from playwright.sync_api import Page

import flask_zonos
from flask_zonos.sandbox import Sandbox

from ..support.browser import wait_until
from ..support.flask_shop import create_shop as create_flask_shop
from ..support.flask_shop import FlaskShop
from ..support.serving import serve

STATIC = Path(flask_zonos.__file__).parent / "static"
BUTTON = "#place-order"
CART_INFO = "/zonos/cart-info"
READY = "seen.some(([name]) => name === 'ready')"
FAILED = "seen.some(([name]) => name === 'error')"
OPENED = "fake.opened.length"
CHECKOUT = "[data-zonos-checkout]"
PASSWORD = "otp_only_for_zonos"
CART: dict[str, Any] = {
    "cartId": "cart_1",
    "customerProfileAuthenticate": {
        "checkoutCustomerProfileAuthenticate": {"oneTimePassword": PASSWORD}
    },
    "recognition": {"level": "profile", "reason": None},
    "shippingData": None,
}
MODULE = """<script type="module" src="/static/zonos-checkout.js"
  data-zonos-script nonce="n0nce"></script>"""
BUSY = ({"code": "busy"}, 503)
PAGE = """<!doctype html>
<html lang="{{ shop.lang }}"><title>Cart</title>
{{ shop.head|safe }}<script nonce="n0nce">{{ shop.js|safe }}</script>
<body>
<main><h1>Cart</h1>
<form action="/own-checkout" method="post">
{{ shop.button|safe }}</form>{{ shop.notice|safe }}</main>
<script type="application/json" id="zonos-settings">{{ shop.data()|tojson }}</script>
{{ shop.module|safe }}
</body></html>"""


@dataclass
class Shop:
    """A shop's pages and routes, as the test in hand wants them."""

    url: str = ""
    lang: str = "en"
    script: str = "/fake-zonos.js"
    module: str = MODULE
    scripts: str = "'nonce-n0nce'"
    button: str = '<button id="place-order">Place order</button>'
    head: str = ""
    js: str = ""
    notice: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    init: dict[str, Any] = field(default_factory=dict)
    answer: Callable[[], Any] = lambda: CART
    inventory: Callable[[], Any] = lambda: {"message": None}
    hint: Callable[[], Any] = lambda: ("", 202)
    gate: threading.Event = field(default_factory=threading.Event)
    script_gate: threading.Event = field(default_factory=threading.Event)
    calls: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)

    def data(self) -> dict[str, Any]:
        checkout = {"mode": "TEST", "placeOrderButtonSelector": BUTTON}
        checkout |= self.init.get("checkoutSettings", {})
        return {
            "cartInfoUrl": "/zonos/cart-info",
            "orderHintUrl": "/zonos/order-hint",
            "identity": "1dea",
            "scriptUrl": self.script,
            "init": {"storeId": 1, **self.init, "checkoutSettings": checkout},
            **self.settings,
        }

    def configure(self, javascript: str) -> None:
        """Let the shop's script do this with the ``detail`` of ``zonos:configure``."""
        self.js = (
            "document.addEventListener('zonos:configure', ({detail}) => {"
            f" const theirs = detail.settings.checkoutSettings; {javascript} }})"
        )


def create_shop(shop: Shop) -> Flask:
    app = Flask(__name__, static_folder=STATIC)

    @app.after_request
    def strict(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src {shop.scripts}; connect-src 'self'; "
            "form-action 'self'; style-src 'none'; base-uri 'none'"
        )
        return response

    @app.get("/cart")
    def cart() -> str:
        return render_template_string(PAGE, shop=shop)

    @app.get("/favicon.ico")
    def icon() -> Response:
        return Response(status=204)

    @app.route("/own-checkout", methods=["GET", "POST"])
    def own_checkout() -> str:
        return "<!doctype html><title>Own checkout</title><h1>Own checkout</h1>"

    @app.get("/fake-zonos.js")
    def script() -> Response:
        return send_from_directory(Path(__file__).parent, "fake-zonos.js")

    @app.get("/slow-zonos.js")
    def slow_script() -> Response:
        shop.script_gate.wait(60)
        return script()

    @app.post("/zonos/<name>")
    def endpoint(name: str) -> Any:
        headers = {name.lower(): value for name, value in request.headers}
        shop.calls.append((request.path, headers, request.get_json()))
        if name == "inventory-check":
            return shop.inventory()
        if name == "order-hint":
            return shop.hint()
        shop.gate.wait(60)
        return shop.answer()

    return app


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    shop.gate.set()
    with serve(create_shop(shop)) as shop.url:
        yield shop
        shop.gate.set()
        shop.script_gate.set()


@pytest.fixture
def flask_shop(sandbox: Sandbox) -> Iterator[FlaskShop]:
    shop = create_flask_shop(sandbox.settings)
    with serve(shop.app) as shop.url:
        yield shop
        shop.gate.set()


def open_cart(
    page: Page, shop: Shop | FlaskShop, query: str = "", until: str = READY
) -> None:
    page.goto(f"{shop.url}/cart{query}")
    wait_until(page, until)


def sign_in(page: Page, shop: FlaskShop, user: str = "customer-7") -> None:
    page.goto(f"{shop.url}/sign-in/{user}")
    wait_until(page, READY)


def in_another_tab(page: Page, shop: FlaskShop, path: str) -> None:
    """Open an address with the same cookies, which the page does not notice."""
    assert page.context.request.get(f"{shop.url}{path}").ok


def open_checkout(page: Page) -> FrameLocator:
    page.click(BUTTON)
    checkout = page.frame_locator(f"{CHECKOUT} iframe")
    expect(checkout.get_by_role("heading", name="Delivery")).to_be_visible()
    return checkout


def pay(checkout: FrameLocator) -> None:
    checkout.get_by_role("button", name="Pay").click()


def expect_state(page: Page, state: str) -> None:
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", state)


def expect_own_checkout(page: Page) -> None:
    expect(page.get_by_role("heading")).to_have_text("Own checkout")


def go_on_to_own_checkout(page: Page) -> None:
    page.get_by_role("button", name="Use this shop’s own checkout").click()
    expect_own_checkout(page)


def errors(page: Page) -> Any:
    return page.evaluate("seen.filter(([name]) => name === 'error').map(e => e[1])")


def codes(page: Page) -> list[str]:
    return [error["code"] for error in errors(page)]
