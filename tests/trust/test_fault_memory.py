"""However often a fault strikes, the process holds no more memory than before."""

from __future__ import annotations

import gc
import logging
import ssl
import sys
import threading
from collections.abc import Callable
from collections.abc import Iterator

import pytest
import trustme
from flask import Flask
from flask import request_finished

from flask_zonos import BadResponse

from ..extension.upstream import Handler
from ..extension.upstream import Upstream
from .conftest import MakeShop
from .faults import CART
from .faults import REQUEST_ID
from .shop import signed_in
from .test_fault_table import assert_soon
from .test_fault_table import close
from .test_fault_table import refusing
from .test_fault_table import TABLE

#: Checkouts of one measurement.
TIMES = 10
#: Blocks. One error or answer that is kept of each checkout is more; caches of Python's
#: and of the libraries that fill up slowly are less.
FEW = 2 * TIMES
MOST_HURRIED = {"ZONOS_TIMEOUT": (1, 0.05), "ZONOS_DEADLINE": 0.08}

Strike = Callable[[], int]
MakeStrike = Callable[..., Strike]


@pytest.fixture
def without_log() -> Iterator[None]:
    """Nothing is logged: the tests' own handlers keep every record."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def little_to_collect() -> Iterator[None]:
    """What was there before is left out of collections, which are many here."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def make_strike(
    little_to_collect: None, without_log: None, make_shop: MakeShop
) -> MakeStrike:
    """Makes what opens failing checkouts, and tells the blocks held afterwards."""

    def make(upstream: Upstream, **config: object) -> Strike:
        app = make_shop(**MOST_HURRIED, **config)
        browser = signed_in(app)
        own = set(threading.enumerate())

        def strike() -> int:
            for _ in range(TIMES):
                browser.post("/zonos/cart-info")
            close(app)
            assert_soon(lambda: not upstream._open)
            assert_soon(lambda: set(threading.enumerate()) <= own)
            upstream._threads[1:] = []
            upstream.received.clear()
            gc.collect()
            return sys.getallocatedblocks()

        return strike

    return make


@pytest.fixture
def strike(make_strike: MakeStrike, upstream: Upstream) -> Strike:
    return make_strike(upstream)


def least_growth(strike: Strike) -> int:
    """The blocks that are kept each time; what grows only now and then is no leak."""
    strike()
    held, growths = strike(), []
    for _ in range(4):
        before, held = held, strike()
        growths.append(held - before)
        if growths[-1] < FEW:
            break
    return min(growths)


@pytest.mark.parametrize(
    "fault", [row.fault for row in TABLE.values()], ids=list(TABLE)
)
def test_a_fault_of_both_calls_keeps_no_memory(
    strike: Strike, upstream: Upstream, fault: Handler
) -> None:
    upstream.on("*", fault)
    assert least_growth(strike) < FEW


@pytest.mark.parametrize(
    "address",
    [refusing, lambda: f"https://{'a' * 70}.invalid/graphql"],
    ids=["refuses", "no name at all"],
)
def test_a_connection_that_cannot_be_made_keeps_no_memory(
    make_strike: MakeStrike, upstream: Upstream, address: Callable[[], str]
) -> None:
    assert least_growth(make_strike(upstream, ZONOS_API_URL=address())) < FEW


def test_a_certificate_that_is_not_trusted_keeps_no_memory(
    make_strike: MakeStrike,
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    upstream = Upstream(context)
    try:
        strike = make_strike(upstream, ZONOS_API_URL=upstream.url)
        assert least_growth(strike) < FEW
    finally:
        upstream.stop()


def test_an_error_that_was_kept_of_each_checkout_would_be_seen(strike: Strike) -> None:
    kept: list[Exception] = []

    def keep(sender: Flask, **told: object) -> None:
        kept.append(BadResponse("kept", operation=CART, request_id=REQUEST_ID))

    with request_finished.connected_to(keep):
        assert least_growth(strike) >= FEW
