"""A shopper who goes from one machine to the other, and what the shop then holds."""

from __future__ import annotations

import re
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from demo_app.scale.machines import Machines

from ..demo_app.conftest import PASSWORD
from ..demo_app.conftest import TESTER
from ..support.paying import pay_for

#: Loopback has millions: one for each shopper, as in the world.
ADDRESSES = (f"127.7.{n // 250}.{n % 250 + 1}" for n in range(60_000))


class FromAddress(HTTPAdapter):
    """Connections that come from one address of loopback's."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, source_address=(self._address, 0), **kwargs)


class Shopper:
    """A browser without a screen; ``at`` is the machine it talks to."""

    def __init__(self, machines: Machines, http: requests.Session) -> None:
        self.machines = machines
        self.at = machines.front.url
        self.http = http
        self.http.trust_env = False
        self.http.mount("http://", FromAddress(next(ADDRESSES)))

    def get(self, path: str) -> requests.Response:
        return self.http.get(self.at + path, timeout=30, allow_redirects=False)

    def post(self, path: str, **fields: str) -> None:
        token = re.search(r'csrf-token" content="([^"]+)"', self.get("/").text)
        assert token is not None
        answer = self.http.post(
            self.at + path,
            data={**fields, "csrf_token": token[1]},
            timeout=30,
            allow_redirects=False,
        )
        assert answer.status_code == 303, answer.text

    def sign_in(self) -> None:
        self.post("/login", email=TESTER, password=PASSWORD)

    def add(self) -> None:
        self.post("/cart/lines", sku="MORGEN-WHITE")

    def identity(self) -> str:
        """The tag that the cart's page carries."""
        found = re.search(r'"identity": ?"([0-9a-f]+)"', self.get("/cart").text)
        assert found is not None
        return found[1]

    def click(self, **headers: str) -> requests.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"{self.at}/zonos/cart-info"
        return self.http.post(url, json={}, headers=sent, timeout=30)

    def pay(self, info: dict[str, Any]) -> str:
        """Pay in Zonos's checkout; return the order's id. No hint is sent."""
        return pay_for(self.machines.sandbox.url, info)

    def sees(self, order_id: str) -> bool:
        return self.get(f"/orders/{order_id}").status_code == 200
