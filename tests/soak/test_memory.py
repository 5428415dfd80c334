"""However often shoppers check out, the process holds no more memory than before."""

from __future__ import annotations

import gc
import logging
import sys
import threading
import tracemalloc
from collections.abc import Iterator

import pytest

from ..support.faults import TABLE
from ..support.fixtures import MakeShop
from ..support.threads import assert_soon
from ..support.upstream import Upstream

pytestmark = pytest.mark.soak

#: Checkouts of one measurement.
TIMES = 5
#: Of one checkout. The smallest thing that is kept of each is a whole block.
FEW_BLOCKS = 0.2
FEW_BYTES = 64
#: Measurements. Caches of Python's and of the libraries fill up now and then, so that
#: only what grows in each of them is kept for good.
ROUNDS = 8


@pytest.fixture(autouse=True)
def measured() -> Iterator[None]:
    """Nothing is logged, for pytest keeps every record; older objects are left out."""
    logging.disable()
    gc.collect()
    gc.freeze()
    tracemalloc.start()
    yield
    tracemalloc.stop()
    gc.unfreeze()
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("case", ["all is well", *TABLE])
def test_no_response_keeps_memory(
    make_a_shop: MakeShop, secure: Upstream, case: str
) -> None:
    """In one measurement at least, no block and few bytes are kept of a checkout."""
    settings = {}
    if case in TABLE:
        secure.on("*", TABLE[case].handler)
        settings = {"ZONOS_TIMEOUT": (1, 0.2), "ZONOS_DEADLINE": 0.3}
    shop = make_a_shop(ZONOS_API_URL=secure.url, **settings)
    browser, own = shop.browser("1234567"), set(threading.enumerate())

    def strike() -> tuple[int, int]:
        for _ in range(TIMES):
            browser.post("/zonos/cart-info")
        shop.close()
        assert_soon(lambda: not secure._open)
        assert_soon(lambda: set(threading.enumerate()) <= own)
        secure._threads[1:] = []
        secure.received.clear()
        gc.collect()
        # Python keeps up to 4096 names that it looked up in types, such as the
        # "utcoffset" of each date that is written.
        is_new = sys.version_info >= (3, 13)
        getattr(sys, "_clear_internal_caches" if is_new else "_clear_type_cache")()
        return sys.getallocatedblocks(), tracemalloc.get_traced_memory()[0]

    strike()
    blocks = bytes_ = float("inf")
    held = strike()
    for _ in range(ROUNDS):
        before, held = held, strike()
        blocks = min(blocks, (held[0] - before[0]) / TIMES)
        bytes_ = min(bytes_, (held[1] - before[1]) / TIMES)
        if blocks < FEW_BLOCKS and bytes_ < FEW_BYTES:
            return
    pytest.fail(f"{blocks} blocks and {bytes_} bytes are kept of each checkout")
