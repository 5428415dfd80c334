"""Shared by the shops: a cart, a customer, and the upstream's address."""

from __future__ import annotations

import os
from typing import Any

TOKEN = "bench_secret_token"

CART_MUTATION = (
    "mutation cartCreate($input: CartCreateInput!) "
    "{ cartCreate(input: $input) { id expiresAt } }"
)
PROFILE_MUTATION = (
    "mutation checkoutCustomerProfileAuthenticate"
    "($input: CheckoutCustomerProfileAuthenticateInput!) "
    "{ checkoutCustomerProfileAuthenticate(input: $input) { oneTimePassword } }"
)

CUSTOMER_ID = "customer-4711"
EMAIL = "anna@shop.example"


def upstream_url() -> str:
    """The stand-in's address."""
    return os.environ["BENCH_UPSTREAM_URL"]


def ca_bundle() -> str:
    """The CA bundle that trusts the stand-in."""
    return os.environ["BENCH_CA_BUNDLE"]


def cart_variables() -> dict[str, Any]:
    """The cart of two lines, as the hand-written shops send it."""
    items = [
        {
            "amount": 249.5,
            "currencyCode": "DKK",
            "quantity": 1 + number,
            "sku": f"TEAPOT-{number}",
            "productId": f"teapot-{number}",
            "name": "Stoneware teapot",
            "imageUrl": "https://shop.example/static/teapot.jpg",
            "countryOfOrigin": "DK",
            "attributes": [{"key": "color", "value": "blue"}],
        }
        for number in range(2)
    ]
    return {"input": {"items": items, "expiresAt": "2040-01-01T12:00:00Z"}}


def profile_variables() -> dict[str, Any]:
    """The customer with one address, as the hand-written shops send it."""
    location = {
        "name": "Anna Andersen",
        "line1": "Nygade 1",
        "locality": "Ottawa",
        "administrativeArea": "ON",
        "postalCode": "K1A 0B1",
        "countryCode": "CA",
    }
    customer = {"customerId": CUSTOMER_ID, "email": EMAIL, "name": "Anna Andersen"}
    return {"input": {**customer, "locations": [location]}}
