"""A shop's server and a shopper's browser, as the sandbox sees them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
import requests
from flask import Flask
from flask import render_template_string
from flask import Response
from playwright.sync_api import FrameLocator
from playwright.sync_api import Page

from flask_zonos.sandbox import Sandbox

from ..support.paying import GUEST_ADDRESS
from ..support.samples import PAGES_EXAMPLE
from ..support.serving import serve

# The mutation of Zonos's page on customer profiles.
AUTHENTICATE = """
mutation checkoutCustomerProfileAuthenticate(
    $input: CheckoutCustomerProfileAuthenticateInput!
  ) {
  checkoutCustomerProfileAuthenticate(input: $input) {
    email customerId organizationId name phone
    locations { administrativeArea countryCode locality line1 line2 postalCode }
    oneTimePassword
  }
}
"""
CART_CREATE = """mutation ($input: CartCreateInput!) {
  cartCreate(input: $input) { id expiresAt metadata { key value } } }"""
CART_UPSERT = """mutation ($input: CartUpsertInput!) {
  cartUpsert(input: $input) { id expiresAt items { sku } metadata { key value } } }"""
CART_UPDATE = """mutation ($input: CartUpdateInput!) {
  cartUpdate(input: $input) { id expiresAt items { sku } adjustments { amount } } }"""
PAGE = """<!doctype html><html lang="en"><title>Shop</title>
<link rel="icon" href="data:,">
<main><form action="/own-checkout">
<button id="place-order">Place order</button></form></main>
<button class="buy" hidden>Buy</button><button class="buy" id="second">Buy</button>
<script src="{{ host.sandbox.script_url }}" nonce="n0nce"></script>
<script nonce="n0nce">
  window.told = [];
  console.error = (...said) => told.push(["error", said.map(String).join(" ")]);
  window.start = () => Zonos.init({
    storeId: 1, zonosApiKey: "{{ host.key }}",
    onCountryChange: (place) => told.push(["country", place]),
    helloSettings: { onInitSuccess: (place) => told.push(["init", place]) },
    checkoutSettings: {
      placeOrderButtonSelector: "#place-order",
      onOrderSuccess: ({ zonosOrder }) => { told.push(["order", zonosOrder]); },
      onClose: () => { told.push(["closed"]); },
      ...{{ host.settings|safe }},
    },
  });
  start()
    .then(() => told.push(["started"]))
    .catch((error) => told.push(["failed", error.message]));
</script>"""
BUTTON = "#place-order"
CHECKOUT = "dialog[data-zonos-checkout]"
#: No page of the shop's: that the browser is there is enough.
OWN_CHECKOUT = "**/own-checkout*"
ITEM = {"amount": 24.9, "currencyCode": "DKK", "quantity": 2, "sku": "cup"}


class Zonos:
    """A client for the sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def post(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        key: str | None = Sandbox.credential_token,
        **more: Any,
    ) -> requests.Response:
        headers = {} if key is None else {"credentialToken": key.encode()}
        body = {"query": query, "variables": variables}
        more = {"json": body, "timeout": 30, **more, "headers": headers}
        return requests.post(self.sandbox.graphql_url, **more)

    def data(self, query: str, variables: dict[str, Any] | None = None) -> Any:
        body = json.loads(self.post(query, variables).text, parse_float=Decimal)
        assert "errors" not in body, body
        return body["data"]

    def call(self, mutation: str, **input: Any) -> Any:
        """The result of a mutation of one field."""
        (result,) = self.data(mutation, {"input": input}).values()
        return result

    def error(self, mutation: str, **input: Any) -> str:
        """The class of the one error that a call ends with."""
        (error,) = self.post(mutation, {"input": input}).json()["errors"]
        return str(error["extensions"]["errorType"])

    def cart(self, **input: Any) -> Any:
        return self.call(CART_CREATE, **{"items": [ITEM], **input})

    def profile(self, customer_id: str = "c-1", **input: Any) -> Any:
        given = {"customerId": customer_id, "email": "anna@example.com", **input}
        return self.call(AUTHENTICATE, **given)

    def password(self, customer_id: str = "c-1") -> str:
        return str(self.profile(customer_id)["oneTimePassword"])

    def recognised(self, **cart: Any) -> dict[str, str]:
        """What ``createCartId`` gives for the shopper of Zonos's example."""
        password = self.call(AUTHENTICATE, **PAGES_EXAMPLE)["oneTimePassword"]
        return {
            "cartId": self.cart(**cart)["id"],
            "customerAuthenticationToken": password,
        }

    def open(
        self, cart_id: str, password: str | None = None, **place: str
    ) -> requests.Response:
        body = {
            "cartId": cart_id,
            "customerAuthenticationToken": password,
            "zonosApiKey": self.sandbox.api_key,
            **place,
        }
        url = f"{self.sandbox.url}/checkout/sessions"
        return requests.post(url, json=body, timeout=30)

    def session(self, password: str | None = None, **place: str) -> Any:
        """The checkout of a new cart."""
        return self.open(self.cart()["id"], password, **place).json()

    def pay(self, session: dict[str, Any], **choices: Any) -> requests.Response:
        body = {
            "address": GUEST_ADDRESS,
            "serviceLevel": "sandbox.economy",
            "payment": {"testCard": "visa"},
            **choices,
        }
        url = f"{self.sandbox.url}/checkout/orders"
        headers = {"Checkout-Session": session["token"]}
        return requests.post(url, json=body, headers=headers, timeout=30)

    def order(self, password: str | None = None, **choices: Any) -> Any:
        return self.pay(self.session(password), **choices).json()["order"]

    def control(self, path: str, body: Any = None) -> requests.Response:
        url = f"{self.sandbox.url}/_sandbox/{path}"
        return requests.post(url, json={} if body is None else body, timeout=30)

    def set(self, **options: Any) -> None:
        self.sandbox.state.options.change(options)


@dataclass
class Host:
    """The shop's page in a browser; ``settings`` are ``checkoutSettings`` in JS."""

    sandbox: Sandbox
    page: Page
    url: str = ""
    key: str = Sandbox.api_key
    settings: str = "{}"
    policy: str = "default-src 'none'; script-src 'nonce-n0nce' 'strict-dynamic'"

    def app(self) -> Flask:
        app = Flask(__name__)

        @app.get("/")
        def shop() -> Response:
            response = Response(render_template_string(PAGE, host=self))
            others = f"frame-src {self.sandbox.url}; connect-src 'self'; img-src data:"
            response.headers["Content-Security-Policy"] = f"{self.policy}; {others}"
            return response

        return app

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
        fields = {"firstName": "Ada", "lastName": "Guest"} | GUEST_ADDRESS
        for name in fields.keys() - {"name", "administrativeArea", "countryCode"}:
            field = self.checkout.locator(f"[data-zonos-address] [name={name}]")
            field.fill(fields[name])

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


@pytest.fixture
def zonos(sandbox: Sandbox) -> Zonos:
    return Zonos(sandbox)


@pytest.fixture
def host(zonos: Zonos, tab: Page) -> Iterator[Host]:
    """A tiny shop's page, under a strict policy, with a recognised shopper's cart."""
    host = Host(zonos.sandbox, tab)
    host.give(zonos.recognised())
    with serve(host.app()) as host.url:
        yield host
