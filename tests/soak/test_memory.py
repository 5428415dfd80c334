"""A process that opens checkouts for weeks grows no larger by it."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
import trustme
from flask.testing import FlaskClient

from bench import upstream as bench
from bench.authority import make_authority

from ..support.faults import TABLE
from ..support.shops import click
from ..support.shops import make_shop
from ..support.shops import Shop
from ..support.threads import call_threads
from ..support.upstream import Received
from ..support.upstream import server_context
from ..support.upstream import Upstream
from ..support.upstream import Wire

# Less would tell of caches that fill up; test_fault_memory.py looks at each fault.
pytestmark = pytest.mark.skipif(
    os.environ.get("SOAK") != "1", reason="takes minutes: SOAK=1"
)

CHECKOUTS = 100_000
FAILING = 20_000
AT_A_TIME = 8
POOL_SIZE = 6
#: Bytes. The process may hold so much more.
LITTLE = 16 * 1024 * 1024
#: Those that take no time, each of both calls in its turn.
QUICK = [row.handler for row in TABLE.values() if not row.lasts and row.times == 1]


def shop_at(url: str, folder: Path) -> Shop:
    bundle = str(folder / "bundle.pem")
    return make_shop(url, ZONOS_CA_BUNDLE=bundle, ZONOS_POOL_SIZE=POOL_SIZE)


def measure() -> tuple[int, int]:
    """The blocks that Python has allocated, and the bytes that the process holds."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return sys.getallocatedblocks(), pages * os.sysconf("SC_PAGE_SIZE")


def assert_no_larger(before: tuple[int, int], times: int) -> None:
    """One object kept by every tenth checkout would already be more."""
    blocks, resident = measure()
    assert blocks - before[0] < times // 10
    assert resident - before[1] < LITTLE


def test_memory_threads_and_connections_stay_as_they_are_over_many_checkouts(
    tmp_path: Path,
) -> None:
    make_authority(tmp_path)
    others = call_threads()  # of a test before that are about to end
    with bench.Upstream(tmp_path) as upstream:
        shop = shop_at(upstream.url, tmp_path)

        def check_out(times: int) -> None:
            def shop_often(browser: FlaskClient) -> None:
                for _ in range(times // AT_A_TIME):
                    reason = click(browser).json["recognition"]["reason"]
                    # More shoppers than slots: some give their profile up.
                    assert reason in (None, "busy")

            browsers = [shop.browser("1234567") for _ in range(AT_A_TIME)]
            with ThreadPoolExecutor(AT_A_TIME, "shopper") as executor:
                list(executor.map(shop_often, browsers))

        check_out(CHECKOUTS // 5)
        before = measure()
        check_out(CHECKOUTS)
        assert_no_larger(before, CHECKOUTS)
        assert len(call_threads() - others) <= POOL_SIZE
        assert upstream.connections() <= POOL_SIZE
        shop.close()


class Forgetful(Upstream):
    """An upstream in this process that keeps nothing of what came."""

    def forget(self) -> None:
        self.received.clear()
        self._threads[1:] = [each for each in self._threads[1:] if each.is_alive()]


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[Forgetful]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "bundle.pem"))
    upstream = Forgetful(server_context(authority))
    numbers = count()

    def fail(received: Received, wire: Wire) -> None:
        # Two calls a checkout: over time each has every fault beside every other.
        number = next(numbers)
        QUICK[(number + number // len(QUICK)) % len(QUICK)](received, wire)

    upstream.on("*", fail)
    yield upstream
    upstream.stop()


def test_memory_threads_and_descriptors_stay_as_they_are_over_many_failing_checkouts(
    failing: Forgetful, tmp_path: Path
) -> None:
    shop = shop_at(failing.url, tmp_path)
    browser = shop.browser("1234567")

    def fail(times: int) -> None:
        # One by one: the upstream's many threads would scatter C's memory.
        for _ in range(times):
            assert click(browser).status_code in (200, 502, 503)
        failing.forget()

    logging.disable()
    try:
        fail(FAILING // 4)
        before, files = measure(), len(os.listdir("/proc/self/fd"))
        fail(FAILING)
        assert_no_larger(before, FAILING)
        # Ours and the upstream's ends of the connections that are kept.
        assert len(os.listdir("/proc/self/fd")) - files <= 2 * POOL_SIZE
    finally:
        logging.disable(logging.NOTSET)
        shop.close()
