"""A shopper who goes from one machine to the other, and what the shop then holds."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from demo_app.scale.machines import Machines

TESTER = "test@zonos.com"
PASSWORD = "demo-shop"
SKU = "MORGEN-WHITE"
ADDRESS = {
    "name": "Ada Guest",
    "email": "ada@example.com",
    "line1": "1 Queen Street",
    "locality": "Toronto",
    "administrativeArea": "ON",
    "postalCode": "M5H 2N2",
    "countryCode": "CA",
}


class FromAddress(HTTPAdapter):
    """Connections that come from one address of loopback's."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, source_address=(self._address, 0), **kwargs)


class Shopper:
    """A browser without a screen; ``at`` is the machine it talks to."""

    def __init__(self, machines: Machines, address: str) -> None:
        self.machines = machines
        self.at = machines.front.url
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.mount("http://", FromAddress(address))

    def get(self, path: str) -> requests.Response:
        return self.http.get(self.at + path, timeout=30, allow_redirects=False)

    def post(self, path: str, **fields: str) -> requests.Response:
        token = re.search(r'csrf-token" content="([^"]+)"', self.get("/").text)
        assert token is not None
        return self.http.post(
            self.at + path,
            data={**fields, "csrf_token": token[1]},
            timeout=30,
            allow_redirects=False,
        )

    def sign_in(self, email: str = TESTER) -> None:
        answer = self.post("/login", email=email, password=PASSWORD)
        assert answer.status_code == 303, answer.text

    def add(self, sku: str = SKU) -> None:
        assert self.post("/cart/lines", sku=sku).status_code == 303

    def identity(self) -> str:
        """The tag that the cart's page carries."""
        found = re.search(r'"identity": ?"([0-9a-f]+)"', self.get("/cart").text)
        assert found is not None
        return found[1]

    def click(self, **headers: str) -> requests.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post(
            f"{self.at}/zonos/cart-info", json={}, headers=sent, timeout=30
        )

    def pay(self, info: dict[str, Any]) -> str:
        """Pay in Zonos's checkout; return the order's id. No hint is sent."""
        known = info["customerProfileAuthenticate"] or {}
        profile = known.get("checkoutCustomerProfileAuthenticate", {})
        checkout = f"{self.machines.sandbox.url}/checkout"
        given = {
            "zonosApiKey": self.machines.env["ZONOS_API_KEY"],
            "cartId": info["cartId"],
            "customerAuthenticationToken": profile.get("oneTimePassword"),
        }
        opened = self.http.post(f"{checkout}/sessions", json=given, timeout=30).json()
        order: dict[str, Any] = {
            "serviceLevel": opened["serviceLevels"][0]["code"],
            "payment": {"testCard": "visa"},
            "address": ADDRESS,
        }
        for location in (opened["customer"] or {}).get("locations", [])[:1]:
            order["locationId"] = location["id"]
        placed = self.http.post(
            f"{checkout}/orders",
            json=order,
            headers={"Checkout-Session": opened["token"]},
            timeout=30,
        )
        assert placed.status_code == 201, placed.text
        return str(placed.json()["order"]["id"])

    def sees(self, order_id: str) -> bool:
        return self.get(f"/orders/{order_id}").status_code == 200


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for what comes in its own time."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.2)
