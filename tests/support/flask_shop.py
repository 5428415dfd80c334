"""The shop of tests in a browser; its Zonos is the sandbox."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from decimal import Decimal
from typing import Any

from flask import Flask
from flask import redirect
from flask import render_template_string
from flask import request
from flask import Response
from flask import send_from_directory
from werkzeug.wrappers import Response as BaseResponse

from flask_zonos import Zonos

from ..browser.npm import package
from .samples import cart
from .samples import item
from .shops import make_app
from .shops import open_shop
from .shops import Shop
from .upstream import PATIENCE

TEE = item(amount=Decimal("420.00"), currency_code="DKK", sku="TEE", name="Tee")
FORM = """<form action="/own-checkout" method="post">
<button id="place-order">Place order</button>
</form>"""
BASKET = """<div id="basket"><h1>Cart</h1>
{{ shop.form|safe }}
{{ zonos_checkout("#place-order", **shop.init) }}
</div>"""
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="htmx-config" content='{"includeIndicatorStyles": false}'>
<title>{{ title }}</title>
<link rel="icon" href="data:,">
{{ shop.head|safe }}
</head>
<body {{ shop.body_attributes|safe }}>
<nav><a href="/cart">To the cart</a> <a href="/about">About us</a></nav>
<main>{{ main|safe }}</main>
</body></html>"""


@dataclass
class FlaskShop(Shop):
    """A shop with its address and the parts of its pages."""

    load_cart: Callable[[dict[str, Any]], Any] = lambda request_data: cart(TEE)
    url: str = ""
    head: str = ""
    body_attributes: str = ""
    form: str = FORM
    init: dict[str, Any] = field(default_factory=dict)
    gate: threading.Event = field(default_factory=threading.Event)
    carts: int = 0
    calls: list[tuple[str, int]] = field(default_factory=list)
    orders: list[tuple[str, str | None]] = field(default_factory=list)

    def answers(self, path: str) -> list[int]:
        """The statuses of all answers from below ``path``."""
        return [status for each, status in self.calls if each.startswith(path)]


def create_shop(settings: dict[str, Any]) -> FlaskShop:
    """A shop with a page beside its cart, and a checkout of its own."""
    app = make_app("", Flask(__name__, static_folder=None), ZONOS_DEMO_PAGE=True)
    app.config.update(settings, ZONOS_PROFILE_GRACE=1)
    shop = open_shop(FlaskShop(app, Zonos()))
    shop.gate.set()
    _add_pages(shop)

    @shop.zonos.cart_loader
    def wait_at_gate(request_data: dict[str, Any]) -> Any:
        shop.carts += 1
        shop.gate.wait(PATIENCE)
        return shop.load_cart(request_data)

    @shop.zonos.order_handler
    def on_order(order: Any, event: Any) -> None:
        shop.orders.append((event.source, order.customer_id))

    @app.after_request
    def note(response: Response) -> Response:
        shop.calls.append((request.path, response.status_code))
        return response

    return shop


def _add_pages(shop: FlaskShop) -> None:
    app = shop.app

    def page(title: str, main: str) -> str:
        return render_template_string(PAGE, shop=shop, title=title, main=main)

    app.view_functions["cart"] = lambda: page("Cart", basket())

    @app.get("/basket")
    def basket() -> str:
        return render_template_string(BASKET, shop=shop)

    @app.get("/about")
    def about() -> str:
        return page("About us", "<h1>About us</h1>")

    @app.post("/own-checkout")
    def take_order() -> BaseResponse:
        return redirect("/own-checkout", 303)

    @app.get("/own-checkout")
    def own_checkout() -> str:
        return page("Own checkout", "<h1>Own checkout</h1>")

    # Not in the views: the first time they come from npm, and no page waits so long.
    htmx_folder = package("htmx.org", "2.0.8")
    turbo_folder = package("@hotwired/turbo", "8.0.20")

    @app.get("/htmx.js")
    def htmx() -> Response:
        return send_from_directory(htmx_folder, "dist/htmx.min.js")

    @app.get("/turbo.js")
    def turbo() -> Response:
        return send_from_directory(turbo_folder, "dist/turbo.es2017-umd.js")
