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
from ..support.threads import Held
from ..support.upstream import answer_well
from ..support.upstream import PATIENCE
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire

pytestmark = pytest.mark.process


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
    handled: list[str] = []

    @shop.zonos.order_handler
    def handle(order: Order, event: OrderEvent) -> None:
        handled.append(order.id)

    def hint() -> str:
        shop.app.test_client().post("/zonos/order-hint", json={"orderId": "order_1"})
        return f"handled: {handled}"

    slots = shop.app.extensions["zonos"].hints.get()
    for _ in range(MAX_NOTIFICATIONS):
        slots.acquire()
    fork(hint)
    return [hint()]


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


def test_an_app_starts_without_importing_gql_or_requests() -> None:
    program = "import flask_zonos, sys; print({'gql', 'requests'} & {*sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_a_fork_while_another_thread_reads_the_settings_is_no_hang(
    upstream: Upstream,
) -> None:
    lines = lines_of(upstream, "while_the_settings_are_read")
    assert lines == [both_of("child"), both_of("parent")]


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


def test_a_fork_while_all_slots_for_hints_are_taken_leaves_the_child_its_own(
    upstream: Upstream,
) -> None:
    upstream.on("order", says({"data": {"order": ORDER}}))
    lines = lines_of(upstream, "amid_hints")
    assert lines == ["handled: ['order_1']", "handled: []"]


if __name__ == "__main__":
    with ThreadPoolExecutor(8) as pool:
        for line in globals()[sys.argv[2]](make_shop(sys.argv[1]), pool):
            print(line, flush=True)
