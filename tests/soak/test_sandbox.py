"""Many shoppers at once, then a kill: nothing crosses over and nothing is lost.

``SOAK`` is the part of a whole minute that it runs: a twentieth, unless it is set.
"""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

import requests

from flask_zonos.sandbox import Sandbox

from .processes import running

SECONDS = 60 * float(os.environ.get("SOAK", "0.05"))
SHOPPERS = 50
PAIR = """mutation ($profile: CheckoutCustomerProfileAuthenticateInput!,
    $cart: CartCreateInput!) {
  checkoutCustomerProfileAuthenticate(input: $profile) {
    oneTimePassword customerId locations { line1 } }
  cartCreate(input: $cart) { id } }"""
ORDERS = """query ($after: String) { orders(first: 100, after: $after) {
  edges { node { id references { key value } checkoutSession { cartId } } }
  pageInfo { hasNextPage endCursor } } }"""


def ask(url: str, query: str, variables: dict[str, Any]) -> Any:
    answer = requests.post(
        f"{url}/graphql",
        json={"query": query, "variables": variables},
        headers={"credentialToken": Sandbox.credential_token},
        timeout=60,
    )
    return answer.json()["data"]


@dataclass
class Shopper:
    """One shopper, who checks out again and again."""

    number: int
    #: The cart of each order that was acknowledged.
    orders: dict[str, str] = field(default_factory=dict)

    @property
    def customer_id(self) -> str:
        return f"customer-{self.number}"

    @property
    def line1(self) -> str:
        return f"Street {self.number}"

    def check_out(self, url: str) -> None:
        place = {
            "name": "Shopper",
            "line1": self.line1,
            "locality": "Vancouver",
            "administrativeArea": "BC",
            "postalCode": "V6E1M7",
            "countryCode": "CA",
        }
        profile = {"customerId": self.customer_id, "email": "a@example.com"}
        item = {"amount": 5, "currencyCode": "EUR", "quantity": 1, "sku": "cup"}
        variables = {
            "profile": {**profile, "locations": [place]},
            "cart": {"items": [item]},
        }
        pair = ask(url, PAIR, variables)
        authenticated = pair["checkoutCustomerProfileAuthenticate"]
        assert authenticated["customerId"] == self.customer_id
        assert authenticated["locations"] == [{"line1": self.line1}]
        body = {
            "cartId": pair["cartCreate"]["id"],
            "customerAuthenticationToken": authenticated["oneTimePassword"],
            "zonosApiKey": Sandbox.api_key,
        }
        with ThreadPoolExecutor(2) as pool:
            opened = list(pool.map(self._open, [url] * 2, [body] * 2))
        recognised = [session for session in opened if session["customer"] is not None]
        assert len(recognised) == 1, "a password was redeemed more than once"
        self._pay(url, recognised[0], body["cartId"])

    def _open(self, url: str, body: dict[str, str]) -> Any:
        return requests.post(f"{url}/checkout/sessions", json=body, timeout=60).json()

    def _pay(self, url: str, session: dict[str, Any], cart_id: str) -> None:
        customer = session["customer"]
        assert customer["customerId"] == self.customer_id
        assert [each["line1"] for each in customer["locations"]] == [self.line1]
        placed = requests.post(
            f"{url}/checkout/orders",
            json={
                "locationId": customer["locations"][0]["id"],
                "serviceLevel": "sandbox.economy",
                "payment": {"testCard": "visa"},
                "saveCard": True,
            },
            headers={"Checkout-Session": session["token"]},
            timeout=60,
        )
        order = placed.json()["order"]
        references = {each["key"]: each["value"] for each in order["references"]}
        assert references["customerId"] == self.customer_id
        self.orders[order["id"]] = cart_id


def all_orders(url: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    after, more = None, True
    while more:
        orders = ask(url, ORDERS, {"after": after})["orders"]
        found |= {edge["node"]["id"]: edge["node"] for edge in orders["edges"]}
        after = orders["pageInfo"]["endCursor"]
        more = orders["pageInfo"]["hasNextPage"]
    return found


def test_shoppers_in_parallel_see_only_their_own_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    shoppers = [Shopper(number) for number in range(SHOPPERS)]
    database = tmp_path / "zonos.sqlite3"

    with running(database) as (url, process):
        end = time.monotonic() + SECONDS

        def shop(shopper: Shopper) -> None:
            shopper.check_out(url)
            while time.monotonic() < end:
                shopper.check_out(url)

        with ThreadPoolExecutor(SHOPPERS) as pool:
            list(pool.map(shop, shoppers))
        os.kill(process.pid, signal.SIGKILL)

    with running(database) as (url, _):
        kept = all_orders(url)
    for shopper in shoppers:
        assert shopper.orders
        for id, cart_id in shopper.orders.items():
            references = {e["key"]: e["value"] for e in kept[id]["references"]}
            assert references["customerId"] == shopper.customer_id
            assert kept[id]["checkoutSession"]["cartId"] == cart_id
    assert len(kept) == sum(len(shopper.orders) for shopper in shoppers)
