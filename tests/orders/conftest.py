from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import closing
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask import got_request_exception
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from flask_zonos import ConfigurationError
from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos import Zonos
from flask_zonos import ZonosClient
from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.checkout.checkout_sessions import open_session
from flask_zonos.sandbox.checkout.checkout_sessions import place_order
from flask_zonos.sandbox.checkout.pricing import SERVICE_LEVELS
from flask_zonos.sandbox.encoding import dumps
from flask_zonos.signals import webhook_rejected

from ..support.paying import GUEST_ADDRESS
from ..support.samples import cart
from ..support.samples import item
from ..support.samples import profile
from ..support.upstream import PATIENCE

SECRET = "a-long-random-value-of-a-test"
SCHEMA = """
CREATE TABLE orders (
    id TEXT PRIMARY KEY, status TEXT, customer_id TEXT, told INTEGER DEFAULT 1)
"""
STORE = """
INSERT INTO orders (id, status, customer_id) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET status = excluded.status, told = told + 1
"""


@dataclass
class Shop:
    """The app, where it keeps orders, and what its order handler does besides."""

    app: Flask
    zonos: Zonos
    database: Path
    events: list[OrderEvent] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    before_storing: Callable[[Order], None] = lambda order: None

    def connect(self) -> closing[sqlite3.Connection]:
        db = sqlite3.connect(self.database, timeout=60, isolation_level=None)
        db.row_factory = sqlite3.Row
        return closing(db)

    def stored(self) -> dict[str, dict[str, Any]]:
        with self.connect() as db:
            return {row["id"]: dict(row) for row in db.execute("SELECT * FROM orders")}


class Placing:
    """Shoppers at the sandbox, and whoever posts webhooks to the shop.

    :ivar http: a client of the shop's.
    """

    def __init__(self, sandbox: Sandbox, http: FlaskClient | None = None) -> None:
        self.sandbox = sandbox
        self.http = http
        self.client = ZonosClient(sandbox.credential_token, api_url=sandbox.graphql_url)

    def order(self, customer_id: str | None = None, sku: str = "cup") -> str:
        """The id of an order of two, which somebody has just paid."""
        created = self.client.create_cart(cart(item(sku=sku, currency_code="DKK")))
        password = None
        if customer_id is not None:
            shopper = profile(customer_id=customer_id)
            found = self.client.authenticate_customer(shopper).one_time_password
            assert found is not None
            password = found.reveal()
        return str(self.pay(created.id, password)[1]["id"])

    def pay(self, cart_id: str, password: str | None = None) -> tuple[Any, Any]:
        """The checkout session of a cart and its order, which is paid."""
        state, level = self.sandbox.state, SERVICE_LEVELS[0].code
        session = open_session(state, cart_id, password)
        return session, place_order(state, session, GUEST_ADDRESS, level)

    def change(self, order_id: str, **fields: Any) -> None:
        """Give an order at Zonos what no shopper could."""
        store = self.sandbox.state.store
        body = store.body("customer_order", order_id)
        store.change(
            "UPDATE customer_order SET body = ?, created_at = ? WHERE id = ?",
            dumps({**body, **fields}),
            fields.get("createdAt", body["createdAt"]),
            order_id,
        )

    def calls(self) -> list[str]:
        """The operations that Zonos has been asked for since the last look."""
        timeline = self.sandbox.state.timeline
        found = [name for entry in timeline.as_list() for name in entry["operations"]]
        timeline.clear()
        return found

    def post(
        self,
        body: Any,
        *,
        type: str | None = "ORDER_CREATED",
        secret: str | None = SECRET,
        headers: dict[str, str] | None = None,
    ) -> TestResponse:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        if secret is not None:
            sent["X-Zonos-Webhook-Secret"] = secret
        query = "" if type is None else f"?type={type}"
        assert self.http is not None
        return self.http.post(f"/zonos/webhooks{query}", data=data, headers=sent)

    def tell_of(
        self, order_id: str, type: str | None = "ORDER_CREATED"
    ) -> TestResponse:
        return self.post({"data": {"order": {"id": order_id}}}, type=type)


@pytest.fixture
def placing(sandbox: Sandbox, shop: Shop) -> Iterator[Placing]:
    placing = Placing(sandbox, shop.app.test_client())
    yield placing
    placing.client.close()


@pytest.fixture
def shop(sandbox: Sandbox, tmp_path: Path) -> Iterator[Shop]:
    """A shop that stores each order once; what its handler raises is an answer."""
    app = Flask(__name__)
    app.config.update(sandbox.settings, ZONOS_WEBHOOK_SECRET=SECRET)
    app.config.update(ZONOS_DEADLINE=PATIENCE, ZONOS_TIMEOUT=(PATIENCE, PATIENCE))
    shop = Shop(app, Zonos(app), tmp_path / "shop.sqlite3")
    with shop.connect() as db:
        db.execute(SCHEMA)

    @shop.zonos.order_handler
    def on_order(order: Order, event: OrderEvent) -> None:
        shop.events.append(event)
        shop.before_storing(order)
        with shop.connect() as db:
            db.execute(STORE, (order.id, order.status, order.customer_id))

    def note(sender: Any, **told: Any) -> None:
        shop.rejected.append(told)

    with webhook_rejected.connected_to(note, sender=app):
        yield shop
    with app.app_context(), suppress(ConfigurationError):
        shop.zonos.client.close()


@pytest.fixture
def heard(shop: Shop) -> Iterator[list[Exception]]:
    """The errors that listeners such as Sentry's are told of."""
    errors: list[Exception] = []

    def listen(app: Flask, exception: Exception) -> None:
        errors.append(exception)

    with got_request_exception.connected_to(listen, sender=shop.app):
        yield errors
