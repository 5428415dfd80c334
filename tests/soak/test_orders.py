"""Orders are received though everything that can go wrong does.

Two gunicorns share one SQLite file. Zonos tells each event three times, late and out of
order, and drops one in five; syncs run meanwhile; one gunicorn is killed and started
again.
"""

from __future__ import annotations

import os
import random
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import pytest

from flask_zonos.api.operations import InputVariables
from flask_zonos.api.operations import Operation
from flask_zonos.orders.subscriptions import ORDER_TYPES
from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.outbox import Rule
from tests.orders.conftest import Placing
from tests.orders.processes import environment
from tests.orders.processes import run_flask
from tests.orders.processes import ShopProcess
from tests.orders.shop import SECRET

pytestmark = pytest.mark.skipif(
    os.environ.get("SOAK") != "1", reason="takes minutes: SOAK=1"
)

ORDERS, SHOPPERS = 200, 20
STOCK = 100_000
SEED = 20261124
APP = "demo_app:create_app()"


def mutation(name: str, input_type: str) -> Operation[InputVariables, object]:
    text = f"mutation {name}($input: {input_type}) {{ {name}(input: $input) {{ id }} }}"
    return Operation(name, text, lambda result: result)


CANCEL = mutation("orderCancel", "OrderCancelInput")
SHIP = mutation("orderAddTrackingNumber", "OrderAddTrackingNumberInput")


class Expected(NamedTuple):
    """The order that the shop has to know in the end."""

    customer_id: str | None
    status: str
    tracking_numbers: str


class Trouble:
    """A rule for the next event that Zonos sends."""

    def __init__(self, sandbox: Sandbox, chance: random.Random) -> None:
        self._outbox = sandbox.state.outbox
        self._chance = chance
        self._lock = threading.Lock()
        for _ in range(2):
            self._outbox.add(Rule("repeat", times=None))

    def stir(self) -> None:
        with self._lock:
            if self._chance.random() < 0.2:
                self._outbox.add(Rule("drop"))
            if self._chance.random() < 0.5:
                seconds = self._chance.uniform(0.1, 2)
                self._outbox.add(Rule("delay", seconds=seconds))


@contextmanager
def connected(database: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(database, timeout=20, isolation_level=None)
    with closing(connection):
        yield connection


def test_every_order_stands_once_at_the_right_account_with_its_last_status(
    tmp_path: Path,
) -> None:
    database, log = tmp_path / "shop.sqlite3", tmp_path / "shop.log"
    chance = random.Random(SEED)
    with Sandbox(webhook_retries=(0.2, 0.5, 1, 2, 4)) as sandbox:
        env = environment(
            **sandbox.settings,
            ZONOS_WEBHOOK_SECRET=SECRET,
            DATABASE_URL=f"sqlite:///{database}",
            FLASK_SECRET_KEY="a key of this test",
        )
        placing = Placing(sandbox)
        trouble = Trouble(sandbox, chance)
        with (
            closing(placing.client),
            ShopProcess(APP, env, log) as one,
            ShopProcess(APP, env, log) as other,
        ):
            one.wait()
            other.wait()
            with connected(database) as db:
                db.execute("UPDATE variant SET stock = ?", (STOCK,))
                skus = [row[0] for row in db.execute("SELECT sku FROM variant")]
            secret = {"X-Zonos-Webhook-Secret": SECRET}
            for shop, type in zip(cycle((one, other)), ORDER_TYPES, strict=False):
                url = f"{shop.webhooks}?type={type}"
                placing.client.create_webhook(url, type, headers=secret)

            def order(number: int) -> tuple[str, Expected]:
                plan = random.Random(SEED + number)
                guest = number % 5 == 4
                customer_id = None if guest else f"customer-{number % SHOPPERS}"
                trouble.stir()
                order_id = placing.order(customer_id, plan.choice(skus))
                trouble.stir()
                fate = plan.choice([None, SHIP, CANCEL])
                given: dict[str, object] = {"id": order_id}
                status, tracking = "OPEN", "[]"
                if fate is CANCEL:
                    status = "CANCELED"
                elif fate is SHIP:
                    given["trackingNumbers"] = [f"T-{order_id[-6:]}"]
                    status, tracking = "COMPLETED", f'["T-{order_id[-6:]}"]'
                if fate is not None:
                    placing.client.execute(fate, InputVariables(input=given))
                return order_id, Expected(customer_id, status, tracking)

            done = threading.Event()
            with ThreadPoolExecutor(6) as pool:
                syncing = pool.submit(sync_until, done, env)
                expected = dict(pool.map(order, range(ORDERS // 2)))
                other.kill()
                expected |= dict(pool.map(order, range(ORDERS // 2, ORDERS)))
                with ShopProcess(APP, env, log, other.port) as again:
                    again.wait()
                    done.set()
                    syncing.result()
                    # Deliveries are still under way while the last sync runs.
                    assert sync(env) == 0, log.read_text()
        check(sandbox, database, expected)


def sync_until(done: threading.Event, env: dict[str, str]) -> None:
    while not done.is_set():
        sync(env)


def sync(env: dict[str, str]) -> int:
    words = "zonos", "orders", "sync", "--since", "1h", "--quiet"
    return run_flask("demo_app:create_app", env, *words).returncode


def check(sandbox: Sandbox, database: Path, expected: dict[str, Expected]) -> None:
    with connected(database) as db:
        rows = db.execute(
            "SELECT public_id, customer_id, status, tracking_numbers, id"
            " FROM shop_order"
        ).fetchall()
        lines = db.execute(
            "SELECT sku, quantity FROM shop_order_line"
            " JOIN shop_order ON shop_order.id = order_id WHERE status <> 'CANCELED'"
        ).fetchall()
        taken = db.execute(
            "SELECT sku, ? - stock FROM variant WHERE stock <> ?", (STOCK, STOCK)
        ).fetchall()
    assert len(rows) == ORDERS
    assert {row[0]: Expected(*row[1:4]) for row in rows} == expected
    ordered: Counter[str] = Counter()
    for sku, quantity in lines:
        ordered[sku] += quantity
    assert dict(taken) == ordered
    # Two of a thing are ordered each time, and what is cancelled goes back.
    kept = [one for one in expected.values() if one.status != "CANCELED"]
    assert ordered.total() == 2 * len(kept)
    store = sandbox.state.store
    for row in rows:
        body = store.body("customer_order", row[0])
        assert body["accountOrderNumber"] == f"V-{10_000 + row[4]}"
    deliveries = store.all("SELECT state, count(*) AS n FROM delivery GROUP BY state")
    assert {"dropped", "delivered"} <= {row["state"] for row in deliveries}
