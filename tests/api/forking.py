"""A shop that forks in the middle of its work; its child has to open checkouts too.

Takes the upstream's address and the name of a scenario below, and prints what the child
saw, then what the parent did.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos.state import MAX_NOTIFICATIONS

from ..support.shops import make_shop
from ..support.shops import Shop
from ..support.upstream import PATIENCE


class Held:
    """A point that threads wait at, while others know that they do."""

    def __init__(self) -> None:
        self.reached = threading.Semaphore(0)
        self.released = threading.Event()

    def wait(self) -> None:
        self.reached.release()
        assert self.released.wait(PATIENCE)

    def until_reached(self, count: int = 1) -> None:
        for _ in range(count):
            assert self.reached.acquire(timeout=PATIENCE)


class HeldSetting:
    """A setting that takes its time to be read, in the process that made it."""

    def __init__(self, held: Held) -> None:
        self.held = held
        self.made_in = os.getpid()

    def __str__(self) -> str:
        if os.getpid() == self.made_in:
            self.held.wait()
        return "TEST"


def checkout(shop: Shop, user_id: str) -> str:
    """The shopper's cart and password, in one word."""
    body: Any = shop.click(user_id, json={"sku": user_id}).json
    (password,) = body["customerProfileAuthenticate"].values()
    return f"{body['cartId']}+{password['oneTimePassword']}"


def fork(child: Callable[[], str]) -> None:
    """Let a child do something; a child that hangs is a failure, not a hang."""
    process = os.fork()
    if not process:
        signal.alarm(int(PATIENCE))
        print(child(), flush=True)
        os._exit(0)
    _, status = os.waitpid(process, 0)
    if status:
        print(f"the child ended with {status}", flush=True)


def while_the_settings_are_read(shop: Shop, pool: ThreadPoolExecutor) -> list[str]:
    held = Held()
    # Not sooner: at the start all settings are looked at, and none is kept.
    shop.app.config["ZONOS_MODE"] = HeldSetting(held)
    first = pool.submit(checkout, shop, "parent")
    held.until_reached()
    fork(lambda: checkout(shop, "child"))
    held.released.set()
    return [first.result()]


def amid_calls(shop: Shop, pool: ThreadPoolExecutor) -> list[str]:
    """The upstream holds the calls until those of the first child have come."""
    calls = [pool.submit(checkout, shop, f"held{number}") for number in range(4)]
    assert sys.stdin.readline() == "calls are held\n"
    # A thread that is not the first may fork too.
    pool.submit(fork, lambda: checkout(shop, "child")).result()
    print("the child is done", flush=True)
    for found in sorted(call.result() for call in calls):
        print(found, flush=True)
    fork(lambda: checkout(shop, "second"))
    return [checkout(shop, "parent")]


def amid_hints(shop: Shop, pool: ThreadPoolExecutor) -> list[str]:
    """Every slot for notifications is taken."""
    held = Held()
    handled: list[str] = []

    @shop.zonos.order_handler
    def handle(order: Order, event: OrderEvent) -> None:
        handled.append(order.id)
        if order.id == "order_waits":
            held.wait()

    def follow_more() -> str:
        """More than there are slots, one after the other."""
        handled.clear()
        for number in range(MAX_NOTIFICATIONS + 1):
            hint(f"order_{number}")
        return ",".join(handled)

    def hint(order_id: str) -> int:
        browser = shop.app.test_client()
        return browser.post("/zonos/order-hint", json={"orderId": order_id}).status_code

    waiting = [pool.submit(hint, "order_waits") for _ in range(MAX_NOTIFICATIONS)]
    held.until_reached(MAX_NOTIFICATIONS)
    fork(follow_more)
    held.released.set()
    told = {each.result() for each in waiting}
    return [str(told), follow_more()]


if __name__ == "__main__":
    with ThreadPoolExecutor(8) as pool:
        for line in globals()[sys.argv[2]](make_shop(sys.argv[1]), pool):
            print(line, flush=True)
