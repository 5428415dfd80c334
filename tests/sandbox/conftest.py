"""A running sandbox, and what the tests ask of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser
from playwright.sync_api import Page

from flask_zonos.sandbox import Sandbox

from .host import hosted
from .host import Shop

AUTHENTICATE = """
mutation checkoutCustomerProfileAuthenticate(
    $input: CheckoutCustomerProfileAuthenticateInput!
  ) {
  checkoutCustomerProfileAuthenticate(input: $input) {
    email
    customerId
    organizationId
    name
    phone
    locations {
      administrativeArea
      countryCode
      locality
      line1
      line2
      postalCode
    }
    oneTimePassword
  }
}
"""
CART_CREATE = """
mutation ($input: CartCreateInput!) {
  cartCreate(input: $input) { id expiresAt metadata { key value } }
}
"""
ITEM = {"amount": 24.9, "currencyCode": "DKK", "quantity": 2, "sku": "cup"}
ADDRESS = {
    "name": "Anna Andersen",
    "email": "anna@example.com",
    "line1": "Robson Street 1",
    "locality": "Vancouver",
    "administrativeArea": "BC",
    "postalCode": "V6E1M7",
    "countryCode": "CA",
}


class Zonos:
    """A client for the sandbox, as a shop's server and a shopper's browser."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def post(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        key: str | None = Sandbox.credential_token,
    ) -> requests.Response:
        headers = {} if key is None else {"credentialToken": key}
        body = {"query": query, "variables": variables}
        url = self.sandbox.graphql_url
        return requests.post(url, json=body, headers=headers, timeout=30)

    def data(self, query: str, variables: dict[str, Any] | None = None) -> Any:
        answer = self.post(query, variables)
        body = json.loads(answer.text, parse_float=Decimal)
        assert "errors" not in body, body
        return body["data"]

    def errors(self, query: str, variables: dict[str, Any] | None = None) -> Any:
        return self.post(query, variables).json()["errors"]

    def cart(self, **input: Any) -> Any:
        input = {"items": [ITEM], **input}
        return self.data(CART_CREATE, {"input": input})["cartCreate"]

    def profile(self, customer_id: str = "c-1", **input: Any) -> Any:
        input = {"customerId": customer_id, "email": "anna@example.com", **input}
        data = self.data(AUTHENTICATE, {"input": input})
        return data["checkoutCustomerProfileAuthenticate"]

    def password(self, customer_id: str = "c-1") -> str:
        return str(self.profile(customer_id)["oneTimePassword"])

    def open(
        self, cart_id: str, password: str | None = None, **place: str
    ) -> requests.Response:
        body = {
            "cartId": cart_id,
            "customerAuthenticationToken": password,
            "zonosApiKey": self.sandbox.api_key,
            **place,
        }
        return requests.post(
            f"{self.sandbox.url}/checkout/sessions", json=body, timeout=30
        )

    def pay(self, session: dict[str, Any], **choices: Any) -> requests.Response:
        body = {
            "address": ADDRESS,
            "serviceLevel": "sandbox.economy",
            "payment": {"testCard": "visa"},
            **choices,
        }
        return requests.post(
            f"{self.sandbox.url}/checkout/orders",
            json=body,
            headers={"Checkout-Session": session["token"]},
            timeout=30,
        )

    def order(self, password: str | None = None, **choices: Any) -> Any:
        session = self.open(self.cart()["id"], password).json()
        return self.pay(session, **choices).json()["order"]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def zonos(sandbox: Sandbox) -> Zonos:
    return Zonos(sandbox)


@pytest.fixture
def shop(sandbox: Sandbox) -> Iterator[Shop]:
    with hosted(sandbox) as shop:
        yield shop


@pytest.fixture
def context_options() -> dict[str, Any]:
    """Options of the shopper's browser; a module may override them."""
    return {}


@pytest.fixture
def page(browser: Browser, context_options: dict[str, Any]) -> Iterator[Page]:
    context = browser.new_context(**context_options)
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()
