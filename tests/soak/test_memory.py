"""A process that opens checkouts for weeks grows no larger by it."""

from __future__ import annotations

import gc
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bench import upstream as bench
from bench.authority import make_authority

from ..support.fixtures import MakeShop
from ..support.shops import click
from ..support.threads import call_threads

pytestmark = pytest.mark.soak

# Fewer would tell of caches that fill up; test_fault_memory.py looks at each fault.
CHECKOUTS = 100_000
AT_A_TIME = 8
POOL_SIZE = 6
#: Bytes. The process may hold so much more.
LITTLE = 16 * 1024 * 1024


def measure() -> tuple[int, int]:
    """The blocks that Python has allocated, and the bytes that the process holds."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return sys.getallocatedblocks(), pages * os.sysconf("SC_PAGE_SIZE")


def test_memory_threads_and_connections_stay_as_they_are_over_many_checkouts(
    make_a_shop: MakeShop, tmp_path: Path
) -> None:
    make_authority(tmp_path)
    others = call_threads()  # of a test before that are about to end
    with bench.Upstream(tmp_path) as upstream:
        shop = make_a_shop(
            ZONOS_API_URL=upstream.url,
            ZONOS_CA_BUNDLE=str(tmp_path / "bundle.pem"),
            ZONOS_POOL_SIZE=POOL_SIZE,
        )

        def shop_often(browser: FlaskClient, times: int) -> None:
            for _ in range(times):
                reason = click(browser).json["recognition"]["reason"]
                # More shoppers than slots: some give their profile up.
                assert reason in (None, "busy")

        def check_out(times: int) -> None:
            browsers = [shop.browser("1234567") for _ in range(AT_A_TIME)]
            with ThreadPoolExecutor(AT_A_TIME, "shopper") as pool:
                list(pool.map(shop_often, browsers, [times // AT_A_TIME] * AT_A_TIME))

        check_out(CHECKOUTS // 5)
        blocks, resident = measure()
        check_out(CHECKOUTS)
        after = measure()
        # One object kept by every tenth checkout would already be more.
        assert after[0] - blocks < CHECKOUTS // 10
        assert after[1] - resident < LITTLE
        assert len(call_threads() - others) <= POOL_SIZE
        assert upstream.connections() <= POOL_SIZE
        shop.close()
