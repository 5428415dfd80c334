"""The page on our script: its hooks, in a browser, with the module and a sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from flask_zonos import Cart
from flask_zonos.sandbox import Sandbox

from ..support.flask_shop import create_shop
from ..support.flask_shop import FlaskShop
from ..support.samples import cart
from ..support.serving import serve
from .blocks import blocks
from .blocks import DOCS

#: What the shop of the page has besides: its own two functions, and below a field.
OF_THE_SHOP = """
const called = [];
const showPricesFor = (country) => called.push(["prices", country]);
const askForFeedback = () => called.push(["feedback"]);
document.addEventListener("zonos:ready", () => called.push(["ready"]));
"""
FORM = """<form action="/own-checkout" method="post">
<label>Note <input id="note" value="Ring twice"></label>
<button id="place-order">Place order</button>
</form>"""


@pytest.fixture
def shop(sandbox: Sandbox) -> Iterator[FlaskShop]:
    shop = create_shop(sandbox.settings)
    with serve(shop.app) as shop.url:
        yield shop


def test_the_hooks_of_the_pages_script_are_called(page: Page, shop: FlaskShop) -> None:
    scripts = [b for b in blocks(DOCS / "page-script.md") if b.language == "js"]
    script = "\n".join(block.code for block in scripts)
    hints: list[dict[str, Any]] = []

    def load_cart(request_data: dict[str, Any]) -> Cart:
        hints.append(request_data)
        return cart()

    shop.load_cart = load_cart

    @shop.app.get("/thanks/<order_id>")
    def thanks(order_id: str) -> str:
        return f"<title>Thanks</title><h1>Thanks for {order_id}</h1>"

    shop.head = f"<script>{OF_THE_SHOP}{script}</script>"
    shop.form = FORM
    page.goto(f"{shop.url}/sign-in/customer-7")
    page.wait_for_function("called.length === 1")

    page.evaluate("Zonos.openHelloDialog()")
    hello = page.frame_locator("[data-zonos-hello] iframe")
    expect(hello.get_by_label("Currency")).to_have_value("CAD")
    hello.get_by_role("button", name="Save").click()
    page.wait_for_function("called.length === 2")
    assert page.evaluate("called[1]") == ["prices", "CA"]

    page.get_by_role("button", name="Place order").click()
    checkout = page.frame_locator("[data-zonos-checkout] iframe")
    # Before it is drawn nothing listens to the button.
    expect(checkout.get_by_role("heading", name="Delivery")).to_be_visible()
    checkout.get_by_role("button", name="Close checkout").click()
    page.wait_for_function("called.length === 3")
    assert page.evaluate("called[2]") == ["feedback"]
    assert hints == [{"note": "Ring twice"}]

    page.get_by_role("button", name="Place order").click()
    checkout.get_by_role("button", name="Pay").click()
    expect(page.get_by_role("heading")).to_contain_text("Thanks for order_")
