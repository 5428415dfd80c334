"""Orders are received though everything that can go wrong does.

Two gunicorns share one SQLite file. Zonos tells each event three times, late and out of
order, and drops one in five; syncs run meanwhile; one gunicorn is killed and started
again.
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextlib import contextmanager
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from threading import Event

import pytest
import requests

from demo_app.scale.processes import free_port
from demo_app.scale.processes import Process
from flask_zonos.orders.subscriptions import ORDER_TYPES
from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.outbox import Rule

from ..orders.conftest import Placing
from ..orders.conftest import SECRET

pytestmark = pytest.mark.soak

ORDERS, SHOPPERS = 200, 20
STOCK = 100_000
SEED = 20261124
ROOT = Path(__file__).parents[2]

#: The customer's id and the status that the shop has to know in the end, by order.
Expected = dict[str, tuple[str | None, str]]


def make_trouble(sandbox: Sandbox, chance: random.Random) -> None:
    """Have Zonos drop or delay the next event that it sends, or none."""
    if chance.random() < 0.2:
        sandbox.state.outbox.add(Rule("drop"))
    if chance.random() < 0.5:
        sandbox.state.outbox.add(Rule("delay", seconds=chance.uniform(0.1, 2)))


def connect(database: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(database, timeout=60, isolation_level=None))


@contextmanager
def serving_shop(folder: Path, env: dict[str, str], port: int) -> Iterator[Process]:
    """A gunicorn of one worker with some threads, as small shops run it."""

    def answers() -> bool:
        with suppress(requests.ConnectionError):
            return requests.get(f"http://127.0.0.1:{port}/", timeout=30).ok
        return False

    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"]
    command += ["--threads", "8", "--no-control-socket", "demo_app:create_app()"]
    name = f"shop-{port}"
    process = Process(
        name, command, folder=folder, cwd=ROOT, port=port, ready=answers, env=env
    )
    try:
        process.wait()
        yield process
    finally:
        process.kill()


def sync(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    flask = [sys.executable, "-m", "flask", "--app", "demo_app"]
    return subprocess.run(
        [*flask, "zonos", "orders", "sync", "--since", "1h", "--quiet"],
        env=env,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        timeout=300,
    )


def test_every_order_stands_once_at_the_right_account_with_its_last_status(
    tmp_path: Path,
) -> None:
    database = tmp_path / "shop.sqlite3"
    with Sandbox(webhook_retries=(0.2, 0.5, 1, 2, 4)) as sandbox:
        env = {
            **os.environ,
            **{name: str(value) for name, value in sandbox.settings.items()},
            "ZONOS_WEBHOOK_SECRET": SECRET,
            "DATABASE_URL": f"sqlite:///{database}",
            "FLASK_SECRET_KEY": "a key of this test",
        }
        placing = Placing(sandbox)
        for _ in range(2):
            sandbox.state.outbox.add(Rule("repeat", times=None))
        with (
            closing(placing.client),
            serving_shop(tmp_path, env, free_port()) as one,
            serving_shop(tmp_path, env, free_port()) as other,
        ):
            with connect(database) as db:
                db.execute("UPDATE variant SET stock = ?", (STOCK,))
                skus = [row[0] for row in db.execute("SELECT sku FROM variant")]
            secret = {"X-Zonos-Webhook-Secret": SECRET}
            for shop, type in zip(cycle((one, other)), ORDER_TYPES, strict=False):
                url = f"{shop.url}/zonos/webhooks?type={type}"
                placing.client.create_webhook(url, type, headers=secret)

            def order(number: int) -> tuple[str, tuple[str | None, str]]:
                plan = random.Random(SEED + number)
                guest = number % 5 == 4
                customer_id = None if guest else f"customer-{number % SHOPPERS}"
                make_trouble(sandbox, plan)
                order_id = placing.order(customer_id, plan.choice(skus))
                make_trouble(sandbox, plan)
                status = plan.choice(["OPEN", "COMPLETED", "CANCELED"])
                if status != "OPEN":
                    path = f"{sandbox.url}/_sandbox/orders/{order_id}/status"
                    changed = requests.post(path, json={"status": status}, timeout=60)
                    assert changed.status_code == 200
                return order_id, (customer_id, status)

            def sync_until(done: Event) -> None:
                while not done.is_set():
                    sync(env)

            done = Event()
            with ThreadPoolExecutor(6) as pool:
                syncing = pool.submit(sync_until, done)
                expected = dict(pool.map(order, range(ORDERS // 2)))
                other.kill()
                expected |= dict(pool.map(order, range(ORDERS // 2, ORDERS)))
                with serving_shop(tmp_path, env, other.port or 0):
                    done.set()
                    syncing.result()
                    # Deliveries are still under way while the last sync runs.
                    last = sync(env)
                    assert last.returncode == 0, last.stderr
        check(sandbox, database, expected)


def check(sandbox: Sandbox, database: Path, expected: Expected) -> None:
    sold = """SELECT sku, sum(quantity) FROM shop_order_line
        JOIN shop_order ON shop_order.id = order_id
        WHERE status <> 'CANCELED' GROUP BY sku"""
    taken = "SELECT sku, ? - stock FROM variant WHERE stock <> ?"
    with connect(database) as db:
        rows = list(db.execute("SELECT public_id, customer_id, status FROM shop_order"))
        numbers = dict(db.execute("SELECT public_id, id FROM shop_order"))
        ordered = dict(db.execute(sold))
        assert dict(db.execute(taken, (STOCK, STOCK))) == ordered
    assert len(rows) == ORDERS
    assert {order_id: (whose, status) for order_id, whose, status in rows} == expected
    # Two of a thing are ordered each time, and what is cancelled goes back.
    kept = [status for _, status in expected.values() if status != "CANCELED"]
    assert sum(ordered.values()) == 2 * len(kept)
    store = sandbox.state.store
    for order_id, id in numbers.items():
        number = store.body("customer_order", order_id)["accountOrderNumber"]
        assert number == f"V-{10_000 + id}"
    deliveries = store.all("SELECT DISTINCT state FROM delivery")
    assert {"dropped", "delivered"} <= {row["state"] for row in deliveries}
