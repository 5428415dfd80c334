"""The storefront over a sandbox, with a client or a browser in front of it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from playwright.sync_api import BrowserContext
from playwright.sync_api import Page
from sqlalchemy import update
from werkzeug.security import generate_password_hash

from demo_app import create_app
from demo_app.models import db
from demo_app.models import Shopper as Account
from flask_zonos.sandbox import Sandbox
from tests.support.paying import GUEST_ADDRESS
from tests.support.paying import pay_for
from tests.support.serving import serve

TESTER = "test@zonos.com"
FREJA = "freja@example.com"
PASSWORD = "demo-shop"
WEBHOOK_SECRET = "a secret of the webhooks"
#: What the shop's own checkout and the address book ask for.
DELIVERY = {
    "email": "ada@example.com",
    "name": "Ada Guest",
    "line1": "Bredgade 1",
    "postal_code": "1260",
    "locality": "København K",
    "country_code": "DK",
}


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    # Shoppers here order the same again and again.
    with Sandbox(duplicate_window=0) as running:
        yield running


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as a new shop has it, with passwords that are quick to check."""
    path = tmp_path_factory.mktemp("seeded") / "shop.sqlite3"
    url = f"sqlite:///{path}"
    shop = create_app({"SECRET_KEY": "none", "SQLALCHEMY_DATABASE_URI": url})
    with shop.app_context():
        quick = generate_password_hash(PASSWORD, "pbkdf2:sha256:1")
        db.session.execute(update(Account).values(password_hash=quick))
        db.session.commit()
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
def app(make_app: Callable[..., Flask], sandbox: Sandbox) -> Iterator[Flask]:
    """The shop, with a Zonos that can tell it of orders."""
    secret = {"ZONOS_WEBHOOK_SECRET": WEBHOOK_SECRET}
    app = make_app(**sandbox.settings, **secret, TESTING=True)
    yield app
    app.extensions["zonos"].client.close()


class Shopper:
    """A browser without a screen: it fills the shop's forms as they come."""

    def __init__(self, app: Flask, sandbox: Sandbox) -> None:
        self.client: FlaskClient = app.test_client()
        self.sandbox = sandbox

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def csrf_token(self) -> str:
        token = re.search(r'csrf-token" content="([^"]+)"', self.get("/").text)
        assert token is not None
        return token[1]

    def post(self, path: str, **fields: str) -> Any:
        return self.client.post(path, data=fields | {"csrf_token": self.csrf_token()})

    def sign_in(self, email: str = TESTER, password: str = PASSWORD) -> Any:
        return self.post("/login", email=email, password=password)

    def register(self, email: str = "ada@example.com", name: str = "Ada") -> None:
        names = {"first_name": name, "last_name": "Larsen"}
        answer = self.post("/register", email=email, password="long enough", **names)
        assert answer.status_code == 303, answer.text

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
        """Pay in the sandbox's checkout; return Zonos's order id. No hint is sent."""
        order = {"address": GUEST_ADDRESS | address} if address else {}
        return pay_for(self.sandbox.url, info or self.cart_info(), **order)

    def hint(self, order_id: str) -> None:
        """The page's order notification after payment."""
        answer = self.client.post("/zonos/order-hint", json={"orderId": order_id})
        assert answer.status_code == 202

    def lend_session(self, context: BrowserContext, url: str) -> None:
        """Let a real browser go on as this shopper."""
        cookie = self.client.get_cookie("vindstille")
        assert cookie is not None
        context.clear_cookies()
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])

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


@pytest.fixture
def live_shop(app: Flask) -> Iterator[str]:
    """The address of the shop on a port of its own."""
    with serve(app) as url:
        yield url


@pytest.fixture
def context(browser: Browser, live_shop: str) -> Iterator[BrowserContext]:
    """A fresh browser profile that counts breaches of the policy as failures."""
    with browser.new_context(
        base_url=live_shop, locale="en-GB", viewport={"width": 1280, "height": 900}
    ) as fresh:
        fresh.set_default_timeout(20_000)
        told: list[str] = []
        fresh.on("console", lambda message: told.append(message.text))
        yield fresh
        assert [text for text in told if "Content Security Policy" in text] == []


OpenCart = Callable[..., Page]


@pytest.fixture
def open_cart(context: BrowserContext, shopper: Shopper, live_shop: str) -> OpenCart:
    """Open a basket with one thing in it, as an account or as a guest.

    Signing in and shopping need no browser; it takes over the session.
    """

    def open(email: str | None = None) -> Page:
        if email is not None:
            shopper.sign_in(email)
        shopper.add()
        shopper.lend_session(context, live_shop)
        page = context.new_page()
        page.goto("/cart")
        return page

    return open
