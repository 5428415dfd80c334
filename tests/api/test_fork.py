"""Pool and session are made anew after a fork: threads do not come along."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from flask_zonos.state import MAX_NOTIFICATIONS

from ..support.samples import ORDER
from ..support.upstream import answer_well
from ..support.upstream import PATIENCE
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire

PROGRAM = """
import os, signal, sys
from decimal import Decimal
from flask_zonos import Cart, CartItem, ZonosClient

def make(client, sku):
    item = CartItem(amount=Decimal(1), currency_code="EUR", quantity=1, sku=sku)
    return client.create_cart(Cart(items=[item])).id

client = ZonosClient("token", api_url=sys.argv[1])
print(make(client, "parent"), flush=True)
child = os.fork()
if not child:
    signal.alarm(10)  # a pool that came along would hang
    print(make(client, "child"), flush=True)
    os._exit(0)
_, status = os.waitpid(child, 0)
assert status == 0, status
print(make(client, "parent_again"), flush=True)
client.close()
"""


def test_a_client_works_in_a_forked_child_and_on_in_its_parent(
    upstream: Upstream,
) -> None:
    done = subprocess.run(
        # From 3.12 on Python warns of the very thing that is tested here.
        [
            sys.executable,
            "-W",
            "ignore::DeprecationWarning",
            "-c",
            PROGRAM,
            upstream.url,
        ],
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE,
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout.split() == [
        "cart_of_parent",
        "cart_of_child",
        "cart_of_parent_again",
    ]
    first, child, again = (request.connection for request in upstream.received)
    assert first == again != child


def test_an_app_starts_without_importing_gql_or_requests() -> None:
    program = "import flask_zonos, sys; print({'gql', 'requests'} & {*sys.modules})"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "set()\n"


def forking(upstream: Upstream, way: str) -> subprocess.Popen[str]:
    """A shop that forks in one of the ways of :mod:`tests.api.forking`."""
    return subprocess.Popen(
        # From 3.12 on Python warns of the very thing that is tested here.
        [
            *(sys.executable, "-W", "ignore::DeprecationWarning"),
            *("-m", "tests.api.forking", upstream.url, way),
        ],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def told(shop: subprocess.Popen[str], said: str = "") -> list[str]:
    """The output of a shop until it ended by itself."""
    out, errors = shop.communicate(said, timeout=3 * PATIENCE)
    assert shop.returncode == 0, errors
    assert "Traceback" not in errors
    return out.split("\n")[:-1]


def both_of(who: str) -> str:
    return f"cart_of_{who}+otp_of_{who}"


def test_a_fork_while_another_thread_reads_the_settings_is_no_hang(
    upstream: Upstream,
) -> None:
    with forking(upstream, "while_the_settings_are_read") as shop:
        assert told(shop) == [both_of("child"), both_of("parent")]


def test_a_fork_amid_calls_costs_neither_parent_nor_child_an_answer(
    upstream: Upstream,
) -> None:
    released = threading.Event()

    def held(received: Received, wire: Wire) -> None:
        if b'"held' in received.body:
            wire.hold(released)
        answer_well(received, wire)

    upstream.on("*", held)
    with forking(upstream, "amid_calls") as shop:
        upstream.wait_for(8)
        assert shop.stdin is not None and shop.stdout is not None
        shop.stdin.write("calls are held\n")
        shop.stdin.flush()
        lines = [shop.stdout.readline().strip() for _ in range(2)]
        released.set()
        lines += told(shop)

    held_ones = [both_of(f"held{number}") for number in range(4)]
    assert lines == [
        both_of("child"),
        "the child is done",
        *held_ones,
        both_of("parent"),
    ]
    connections = {
        who: {r.connection for r in upstream.received if f'"{who}' in r.body.decode()}
        for who in ("held", "child", "parent")
    }
    assert len(connections["held"]) == 8
    assert connections["child"].isdisjoint(connections["held"] | connections["parent"])


def test_a_fork_amid_hints_leaves_parent_and_child_all_their_places(
    upstream: Upstream,
) -> None:
    upstream.on("order", tell_the_order)
    with forking(upstream, "amid_hints") as shop:
        lines = told(shop)

    followed = ",".join(f"order_{number}" for number in range(MAX_NOTIFICATIONS + 1))
    assert lines == [followed, "{202}", followed]


def test_a_thread_may_fork_and_its_child_fork_again(upstream: Upstream) -> None:
    with forking(upstream, "from_a_thread") as shop:
        lines = told(shop)

    whose = ("grandchild", "child", "parent", "parent_again")
    assert lines == [both_of(who) for who in whose]


def tell_the_order(received: Received, wire: Wire) -> None:
    order_id = received.payload["variables"]["orderId"]
    wire.reply_json({"data": {"order": {**ORDER, "id": order_id}}})
