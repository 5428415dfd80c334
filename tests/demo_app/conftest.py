"""The storefront over a sandbox, with a client or a browser in front of it."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from playwright.sync_api import BrowserContext
from playwright.sync_api import ConsoleMessage
from werkzeug.serving import make_server
from werkzeug.serving import WSGIRequestHandler

from demo_app import create_app
from demo_app.models import db
from flask_zonos.sandbox import Sandbox
from tests.support.serving import whole

TESTER = "test@zonos.com"
FREJA = "freja@example.com"
PASSWORD = "demo-shop"
GUEST_ADDRESS = {
    "name": "Ada Guest",
    "email": "ada@example.com",
    "line1": "1 Queen Street",
    "locality": "Toronto",
    "administrativeArea": "ON",
    "postalCode": "M5H 2N2",
    "countryCode": "CA",
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    # Shoppers here order the same again and again.
    with Sandbox(duplicate_window=0) as running:
        yield running


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as a new shop has it: hashing its passwords takes a while."""
    path = tmp_path_factory.mktemp("seeded") / "shop.sqlite3"
    url = f"sqlite:///{path}"
    shop = create_app({"SECRET_KEY": "none", "SQLALCHEMY_DATABASE_URI": url})
    with shop.app_context():
        db.engine.dispose()
    return path


@pytest.fixture
def make_app(seeded: Path, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Make shops over one database file; their connections are closed in the end."""
    made: list[Flask] = []
    path = tmp_path / "shop.sqlite3"
    shutil.copy(seeded, path)

    def make(**config: Any) -> Flask:
        config.setdefault("SECRET_KEY", "of the tests")
        url = f"sqlite:///{path}"
        made.append(create_app({"SQLALCHEMY_DATABASE_URI": url, **config}))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(sandbox: Sandbox, make_app: Callable[..., Flask]) -> Flask:
    return make_app(**sandbox.settings, TESTING=True)


class Shopper:
    """A browser without a screen: it fills the shop's forms as they come."""

    def __init__(self, app: Flask, sandbox: Sandbox) -> None:
        self.client: FlaskClient = app.test_client()
        self.sandbox = sandbox

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, **fields: str) -> Any:
        token = re.search(r'csrf-token" content="([^"]+)"', self.get("/").text)
        assert token is not None
        fields["csrf_token"] = token[1]
        return self.client.post(path, data=fields)

    def sign_in(self, email: str = TESTER, password: str = PASSWORD) -> Any:
        return self.post("/login", email=email, password=password)

    def sign_out(self) -> None:
        self.post("/logout")

    def add(self, sku: str = "MORGEN-WHITE") -> None:
        assert self.post("/cart/lines", sku=sku).status_code == 303

    def cart_info(self) -> dict[str, Any]:
        answer = self.client.post("/zonos/cart-info", json={})
        assert answer.status_code == 200, answer.text
        assert isinstance(answer.json, dict)
        return answer.json

    def pay(self, info: dict[str, Any] | None = None, **address: str) -> str:
        """Pay in the sandbox's checkout; return Zonos's order id. No hint is sent.

        A guest's address may differ from ``GUEST_ADDRESS``.
        """
        info = info or self.cart_info()
        known = info["customerProfileAuthenticate"] or {}
        password = known.get("checkoutCustomerProfileAuthenticate", {}).get(
            "oneTimePassword"
        )
        url = f"{self.sandbox.url}/checkout"
        given = {
            "zonosApiKey": self.sandbox.api_key,
            "cartId": info["cartId"],
            "customerAuthenticationToken": password,
        }
        session = requests.post(f"{url}/sessions", json=given, timeout=5).json()
        order: dict[str, Any] = {
            "serviceLevel": session["serviceLevels"][0]["code"],
            "payment": {"testCard": "visa"},
            "address": GUEST_ADDRESS | address,
        }
        for location in (session["customer"] or {}).get("locations", [])[:1]:
            order["locationId"] = location["id"]
        placed = requests.post(
            f"{url}/orders",
            json=order,
            headers={"Checkout-Session": session["token"]},
            timeout=5,
        )
        assert placed.status_code == 201, placed.text
        return str(placed.json()["order"]["id"])

    def hint(self, order_id: str) -> None:
        """The page's order notification after payment."""
        answer = self.client.post("/zonos/order-hint", json={"orderId": order_id})
        assert answer.status_code == 202

    def order(self) -> str:
        """Pay for what is in the basket and come back to the shop."""
        order_id = self.pay()
        self.hint(order_id)
        return order_id


NewShopper = Callable[[], Shopper]


@pytest.fixture
def new_shopper(app: Flask, sandbox: Sandbox) -> Callable[[], Shopper]:
    return lambda: Shopper(app, sandbox)


@pytest.fixture
def shopper(new_shopper: Callable[[], Shopper]) -> Shopper:
    return new_shopper()


class QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Leave the log to what goes wrong."""


@pytest.fixture
def live_shop(app: Flask) -> Iterator[str]:
    """The address of the shop on a port of its own."""
    server = make_server(
        "127.0.0.1", 0, whole(app), threaded=True, request_handler=QuietHandler
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def context(browser: Browser, live_shop: str) -> Iterator[BrowserContext]:
    """A fresh browser profile that counts breaches of the policy as failures."""
    with browser.new_context(
        base_url=live_shop, locale="en-GB", viewport={"width": 1280, "height": 900}
    ) as fresh:
        fresh.set_default_timeout(20_000)
        breaches: list[str] = []

        def note(message: ConsoleMessage) -> None:
            if "Content Security Policy" in message.text:
                breaches.append(message.text)

        fresh.on("console", note)
        yield fresh
        assert breaches == []
