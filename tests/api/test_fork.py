"""Pool and session are made anew after a fork: threads do not come along.

The tests start a shop that forks in the middle of its work, by the name of a scenario
below; its child has to open checkouts too. It prints what the child saw, then what the
parent did.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos.state import MAX_NOTIFICATIONS

from ..support.fault_handlers import says
from ..support.samples import ORDER
from ..support.shops import make_shop
from ..support.shops import Shop
from ..support.upstream import answer_well
from ..support.upstream import PATIENCE
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire

pytestmark = pytest.mark.process


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


def amid_locks(shop: Shop, pool: ThreadPoolExecutor) -> list[str]:
    """The settings are being read, and every slot for notifications is taken."""
    handled: list[str] = []

    @shop.zonos.order_handler
    def handle(order: Order, event: OrderEvent) -> None:
        handled.append(order.id)

    def visit(who: str) -> str:
        shop.app.test_client().post("/zonos/order-hint", json={"orderId": "order_1"})
        return f"{checkout(shop, who)}, handled: {handled}"

    state = shop.app.extensions["zonos"]
    for _ in range(MAX_NOTIFICATIONS):
        state.hints.get().acquire()
    with state._settings._lock:
        fork(lambda: visit("child"))
    return [visit("parent")]


def lines_of(
    upstream: Upstream,
    scenario: str,
    meanwhile: Callable[[subprocess.Popen[str]], None] = lambda shop: None,
) -> list[str]:
    """The output of a shop that forks in a scenario."""
    # From 3.12 on Python warns of the very thing that is tested here.
    options = ("-W", "ignore::DeprecationWarning", "-m", "tests.api.test_fork")
    with subprocess.Popen(
        [sys.executable, *options, upstream.url, scenario],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as shop:
        meanwhile(shop)
        out, errors = shop.communicate(timeout=3 * PATIENCE)
    assert shop.returncode == 0, errors
    assert "Traceback" not in errors
    return out.splitlines()


def both_of(who: str) -> str:
    return f"cart_of_{who}+otp_of_{who}"


def connections(upstream: Upstream, who: str) -> set[int]:
    return {r.connection for r in upstream.received if f'"{who}"' in r.body.decode()}


def test_a_fork_amid_calls_or_after_them_costs_neither_parent_nor_child_a_response(
    upstream: Upstream,
) -> None:
    released = threading.Event()

    def held(received: Received, wire: Wire) -> None:
        if b'"held' in received.body:
            wire.hold(released)
        answer_well(received, wire)

    def release_after_the_child(shop: subprocess.Popen[str]) -> None:
        assert shop.stdin is not None and shop.stdout is not None
        upstream.wait_for(8)
        shop.stdin.write("calls are held\n")
        shop.stdin.flush()
        assert shop.stdout.readline().strip() == both_of("child")
        assert shop.stdout.readline() == "the child is done\n"
        released.set()

    upstream.on("*", held)
    lines = lines_of(upstream, "amid_calls", release_after_the_child)

    helds = [f"held{number}" for number in range(4)]
    assert lines == [*map(both_of, [*helds, "second", "parent"])]
    of_held = set().union(*(connections(upstream, held) for held in helds))
    assert len(of_held) == 8
    # A child uses none of its parent's, which the parent goes on with.
    for child in ("child", "second"):
        assert connections(upstream, child).isdisjoint(of_held)
    assert connections(upstream, "parent") <= of_held


def test_a_fork_while_locks_and_slots_are_taken_leaves_the_child_its_own(
    upstream: Upstream,
) -> None:
    upstream.on("order", says({"data": {"order": ORDER}}))
    assert lines_of(upstream, "amid_locks") == [
        f"{both_of('child')}, handled: ['order_1']",
        f"{both_of('parent')}, handled: []",
    ]


if __name__ == "__main__":
    shop = make_shop(
        sys.argv[1], ZONOS_DEADLINE=PATIENCE, ZONOS_TIMEOUT=(PATIENCE, PATIENCE)
    )
    with ThreadPoolExecutor(8) as pool:
        for line in globals()[sys.argv[2]](shop, pool):
            print(line, flush=True)
