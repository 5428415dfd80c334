"""A tiny shop's page that loads the sandbox's script, and a shopper on it."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask
from flask import Response
from playwright.sync_api import FrameLocator
from playwright.sync_api import Page

from flask_zonos.sandbox import Sandbox

PAGE = """<!doctype html><html lang="en"><title>Shop</title>
<link rel="icon" href="data:,">
<main><h1>Shop</h1>
<form action="/own-checkout">
<button id="place-order">Place order</button></form></main>
{more}
<script src="{script}" nonce="n0nce"></script>
<script src="/page.js" nonce="n0nce"></script>"""
POLICY = (
    "default-src 'none'; script-src 'nonce-n0nce' 'strict-dynamic';"
    " frame-src {sandbox}; connect-src 'self'; img-src data:"
)
CALL = """
window.told = [];
for (const level of ["warn", "error"]) {{
  console[level] = (...said) => told.push([level, said.map(String).join(" ")]);
}}
window.start = () => Zonos.init({{
  storeId: 1, zonosApiKey: "credential_test_sandbox",
  onCountryChange: (place) => told.push(["country", place]),
  helloSettings: {{ onInitSuccess: (place) => told.push(["init", place]) }},
  ...{init},
  checkoutSettings: {{
    placeOrderButtonSelector: "#place-order",
    onOrderSuccess: ({{ zonosOrder }}) => {{ told.push(["order", zonosOrder]); }},
    onClose: () => {{ told.push(["closed"]); }},
    ...{settings},
  }},
}});
window.started = start()
  .then(() => told.push(["started", Boolean(document.querySelector("iframe"))]))
  .catch((error) => told.push(["failed", error.message]));
"""
GUEST = {
    "firstName": "Anna",
    "lastName": "Andersen",
    "email": "anna@example.com",
    "line1": "Robson Street 1",
    "locality": "Vancouver",
    "postalCode": "V6E 1M7",
}
BUTTON = "#place-order"
CHECKOUT = "dialog[data-zonos-checkout]"
OWN_CHECKOUT = "**/own-checkout*"


class Host:
    """The shop's page in a browser.

    :ivar settings: the ``checkoutSettings``, in JavaScript
    :ivar init: further parameters of ``Zonos.init``, in JavaScript
    :ivar more: further HTML
    """

    def __init__(self, sandbox: Sandbox, page: Page) -> None:
        self.page = page
        self.settings = "{}"
        self.init = "{}"
        self.more = ""
        self.policy = POLICY.format(sandbox=sandbox.url)
        self.url = ""
        self.app = Flask(__name__)

        @self.app.get("/")
        def page_of_the_shop() -> Response:
            html = PAGE.format(script=sandbox.script_url, more=self.more)
            response = Response(html)
            response.headers["Content-Security-Policy"] = self.policy
            return response

        @self.app.get("/page.js")
        def script() -> Response:
            call = CALL.format(settings=self.settings, init=self.init)
            return Response(call, content_type="text/javascript")

        @self.app.get("/own-checkout")
        @self.app.get("/thanks")
        def another_page() -> str:
            return "<!doctype html><title>Another page</title>"

    def give(self, answer: Any, **more: str) -> None:
        """Let ``createCartId`` resolve to an answer; ``more`` is JavaScript."""
        lines = [f"createCartId: async () => ({json.dumps(answer)})"]
        lines += [f"{name}: {value}" for name, value in more.items()]
        self.settings = "{" + ", ".join(lines) + "}"

    @property
    def checkout(self) -> FrameLocator:
        return self.page.frame_locator(f"{CHECKOUT} iframe")

    def arrive(self, query: str = "") -> None:
        """Open the page, and wait until Zonos has begun."""
        self.page.goto(self.url + query)
        self.wait_for("init")

    def press(self, query: str = "") -> FrameLocator:
        """Open the page and place the order; the frame of the checkout."""
        self.arrive(query)
        self.page.click(BUTTON)
        return self.checkout

    def fill(self) -> None:
        """Fill in a guest's address."""
        for name, value in GUEST.items():
            self.checkout.locator(f"[data-zonos-address] [name={name}]").fill(value)

    def go_on(self) -> None:
        self.checkout.get_by_role("button", name="Continue").click()

    def pay(self) -> None:
        self.checkout.locator("[data-zonos-pay]").click()

    def told(self, what: str) -> list[Any]:
        """What the page was told under this name."""
        return [each for each in self.page.evaluate("told") if each[0] == what]

    def wait_for(self, what: str, count: int = 1) -> Any:
        """What the page was told first under this name, once it was told so often."""
        told_so_often = (
            "([what, count]) => told.filter(([name]) => name === what).length >= count"
        )
        self.page.wait_for_function(told_so_often, arg=[what, count])
        return self.told(what)[0]
