"""The handler of the guide on orders, in a server that has threads."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos.sandbox import Sandbox

from .blocks import DOCS
from .blocks import run
from .till import place_order

THREADS = 8
ORDERS = 80


def test_of_orders_that_come_home_at_once_none_is_lost(
    sandbox: Sandbox, small_switch_interval: None
) -> None:
    page = run(DOCS / "guides" / "orders.md")
    with page["app"].app_context():
        order = page["zonos"].client.get_order(place_order(sandbox))

    def receive(number: int) -> None:
        one: Order = replace(order, id=f"order_{number}")
        page["on_order"](one, OrderEvent("ORDER_CREATED", "webhook"))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(receive, range(ORDERS)))

    with closing(sqlite3.connect("shop.sqlite3")) as database:
        stored = {each for (each,) in database.execute("SELECT id FROM orders")}
    assert stored == {f"order_{number}" for number in range(ORDERS)}
