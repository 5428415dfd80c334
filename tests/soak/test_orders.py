"""Orders are received though everything that can go wrong does.

Two gunicorns share one SQLite file. Zonos tells each event three times, late and out of
order, and drops one in five; syncs run meanwhile; one gunicorn is killed and started
again. 200 orders of 20 shoppers with ``SOAK=1``, else 10 orders of 2.
"""

from __future__ import annotations

import os
import random
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

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

WHOLE = os.environ.get("SOAK") == "1"
ORDERS, SHOPPERS = (200, 20) if WHOLE else (10, 2)
STOCK = 100_000
SEED = 20261124

CANCEL: Operation[InputVariables, object] = Operation(
    "orderCancel",
    "mutation orderCancel($input: OrderCancelInput) {"
    " orderCancel(input: $input) { id } }",
    lambda answer: answer,
)
SHIP: Operation[InputVariables, object] = Operation(
    "orderAddTrackingNumber",
    "mutation orderAddTrackingNumber($input: OrderAddTrackingNumberInput) {"
    " orderAddTrackingNumber(input: $input) { id } }",
    lambda answer: answer,
)


@dataclass(frozen=True)
class Expected:
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


def test_every_order_stands_once_at_the_right_account_with_its_last_status(
    tmp_path: Path,
) -> None:
    database = tmp_path / "shop.sqlite3"
    log = tmp_path / "shop.log"
    chance = random.Random(SEED)
    with Sandbox(webhook_retries=(0.2, 0.5, 1, 2, 4)) as sandbox:
        env = environment(
            **sandbox.settings,
            ZONOS_WEBHOOK_SECRET=SECRET,
            DATABASE_URL=f"sqlite:///{database}",
            FLASK_SECRET_KEY="a key of this test",
        )
        placing = Placing(sandbox)
        try:
            expected = _live(placing, env, database, log, chance)
        finally:
            placing.client.close()
        _check(sandbox, database, expected)


def _live(
    placing: Placing,
    env: dict[str, str],
    database: Path,
    log: Path,
    chance: random.Random,
) -> dict[str, Expected]:
    """A day in the life of a shop."""
    app = "demo_app:create_app()"
    with ShopProcess(app, env, log) as one, ShopProcess(app, env, log) as other:
        one.wait()
        other.wait()
        with closing(_connect(database)) as db:
            db.execute("UPDATE variant SET stock = ?", (STOCK,))
            skus = [row[0] for row in db.execute("SELECT sku FROM variant")]
        secret = {"X-Zonos-Webhook-Secret": SECRET}
        for number, type in enumerate(ORDER_TYPES):
            shop = (one, other)[number % 2]
            url = f"{shop.webhooks}?type={type}"
            placing.client.create_webhook(url, type, headers=secret)

        trouble = Trouble(placing.sandbox, chance)
        plans = [
            (
                None if number % 5 == 4 else f"customer-{number % SHOPPERS}",
                chance.choice(skus),
                chance.choice(["leave", "ship", "cancel"]),
            )
            for number in range(ORDERS)
        ]

        def shop_at(plan: tuple[str | None, str, str]) -> tuple[str, Expected]:
            trouble.stir()
            customer_id, sku, fate = plan
            order_id = placing.order(customer_id, sku)
            trouble.stir()
            status, tracking = "OPEN", "[]"
            if fate == "cancel":
                variables = InputVariables(input={"id": order_id})
                placing.client.execute(CANCEL, variables)
                status = "CANCELED"
            elif fate == "ship":
                numbers = [f"T-{order_id[-6:]}"]
                variables = InputVariables(
                    input={"id": order_id, "trackingNumbers": numbers}
                )
                placing.client.execute(SHIP, variables)
                status, tracking = "COMPLETED", f'["{numbers[0]}"]'
            return order_id, Expected(customer_id, status, tracking)

        done = threading.Event()
        with ThreadPoolExecutor(6) as pool:
            syncing = pool.submit(_sync_meanwhile, env, done)
            first, second = plans[: ORDERS // 2], plans[ORDERS // 2 :]
            expected = dict(pool.map(shop_at, first))
            other.kill()
            expected |= dict(pool.map(shop_at, second))
            with ShopProcess(app, env, log, other.port) as again:
                again.wait()
                done.set()
                syncing.result()
                # Deliveries are still under way while the last sync runs.
                last = _sync(env)
                assert last == 0, log.read_text()
    return expected


def _sync_meanwhile(env: dict[str, str], done: threading.Event) -> None:
    while not done.is_set():
        _sync(env)


def _sync(env: dict[str, str]) -> int:
    words = "zonos", "orders", "sync", "--since", "1h", "--quiet"
    result = run_flask("demo_app:create_app", env, *words)
    if result.returncode:
        print(result.stdout, result.stderr)
    return result.returncode


def _check(sandbox: Sandbox, database: Path, expected: dict[str, Expected]) -> None:
    with closing(_connect(database)) as db:
        rows = db.execute(
            "SELECT public_id, customer_id, status, tracking_numbers, id"
            " FROM shop_order"
        ).fetchall()
        taken = dict(
            db.execute(
                "SELECT sku, ? - stock FROM variant WHERE stock <> ?", (STOCK, STOCK)
            )
        )
        ordered = dict(
            db.execute(
                "SELECT sku, sum(quantity) FROM shop_order_line"
                " JOIN shop_order ON shop_order.id = order_id"
                " WHERE status <> 'CANCELED' GROUP BY sku"
            )
        )
    stored = {row[0]: Expected(*row[1:4]) for row in rows}
    assert len(rows) == ORDERS
    assert stored == expected
    assert taken == ordered
    # Two of a thing are ordered each time, and what is cancelled goes back.
    kept = [order for order in stored.values() if order.status != "CANCELED"]
    assert sum(taken.values()) == 2 * len(kept)
    store = sandbox.state.store
    numbers = {row[0]: f"V-{10_000 + row[4]}" for row in rows}
    assert numbers == {
        order_id: store.body("customer_order", order_id)["accountOrderNumber"]
        for order_id in expected
    }
    deliveries = store.all("SELECT state, count(*) AS n FROM delivery GROUP BY state")
    states = {row["state"]: row["n"] for row in deliveries}
    assert states.get("dropped") and states.get("delivered")


def _connect(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(database, timeout=20, isolation_level=None)
