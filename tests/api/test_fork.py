"""Pool and session are made anew after a fork: threads do not come along."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from flask_zonos.state import MAX_NOTIFICATIONS

from ..support.samples import ORDER
from ..support.upstream import answer_well
from ..support.upstream import PATIENCE
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire

pytestmark = pytest.mark.process


def lines_of(
    upstream: Upstream,
    scenario: str,
    meanwhile: Callable[[subprocess.Popen[str]], None] = lambda shop: None,
) -> list[str]:
    """The output of a shop that forks in a scenario of :mod:`tests.api.forking`."""
    # From 3.12 on Python warns of the very thing that is tested here.
    options = ("-W", "ignore::DeprecationWarning", "-m", "tests.api.forking")
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


def test_a_fork_amid_hints_leaves_parent_and_child_all_their_slots(
    upstream: Upstream,
) -> None:
    def tell_the_order(received: Received, wire: Wire) -> None:
        order_id = received.payload["variables"]["orderId"]
        wire.reply_json({"data": {"order": {**ORDER, "id": order_id}}})

    upstream.on("order", tell_the_order)
    lines = lines_of(upstream, "amid_hints")

    followed = ",".join(f"order_{number}" for number in range(MAX_NOTIFICATIONS + 1))
    assert lines == [followed, "{202}", followed]
