"""A shop's server and a shopper's browser, as the sandbox sees them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import requests
from playwright.sync_api import Page

from flask_zonos.sandbox import Sandbox

from ..support.paying import GUEST_ADDRESS
from ..support.samples import PAGES_EXAMPLE
from ..support.serving import serve
from .host import Host

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

    def error(self, query: str, **variables: Any) -> str:
        """The class of the one error that a call ends with."""
        (error,) = self.post(query, variables).json()["errors"]
        return str(error["extensions"]["errorType"])

    def takes(self, query: str, variables: dict[str, Any]) -> bool:
        """Whether a call ends without an error."""
        return "errors" not in self.post(query, variables).json()

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

    def rows(self, query: str) -> list[Any]:
        """What is in the sandbox's database."""
        return self.sandbox.state.store.all(query)

    def set(self, **options: Any) -> None:
        self.sandbox.state.options.change(options)


@pytest.fixture
def zonos(sandbox: Sandbox) -> Zonos:
    return Zonos(sandbox)


@pytest.fixture
def host(zonos: Zonos, tab: Page) -> Iterator[Host]:
    """A tiny shop's page, under a strict policy, with a recognised shopper's cart."""
    host = Host(zonos.sandbox, tab)
    host.give(zonos.recognised())
    with serve(host.app) as url:
        host.url = f"{url}/"
        yield host
