"""The smallest shop that keeps its orders as it should: SQLite, each order once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from dataclasses import field
from typing import Any

from flask import Flask

from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos import Zonos

SECRET = "a-long-random-value-of-a-test"
SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
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
    database: str
    events: list[OrderEvent] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    before_storing: Callable[[Order], None] = lambda order: None

    def stored(self) -> dict[str, dict[str, Any]]:
        with closing(connect(self.database)) as db:
            return {row["id"]: dict(row) for row in db.execute("SELECT * FROM orders")}


def create_shop(database: str, **settings: Any) -> Shop:
    app = Flask(__name__)
    app.config.update(settings)
    zonos = Zonos(app)
    shop = Shop(app, zonos, database)
    with closing(connect(database)) as db:
        db.execute(SCHEMA)

    @zonos.order_handler
    def on_order(order: Order, event: OrderEvent) -> None:
        shop.events.append(event)
        shop.before_storing(order)
        with closing(connect(database)) as db:
            db.execute(STORE, (order.id, order.status, order.customer_id))

    return shop


def connect(database: str) -> sqlite3.Connection:
    db = sqlite3.connect(database, timeout=60, isolation_level=None)
    db.row_factory = sqlite3.Row
    return db
