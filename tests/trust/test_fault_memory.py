"""However often a fault strikes, the process holds no more memory than before."""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
import threading
import tracemalloc
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import trustme
from flask import Flask
from flask import request_finished

from flask_zonos import BadResponse

from ..support.customers_shop import signed_in
from ..support.fault_handlers import CART
from ..support.fault_handlers import REQUEST_ID
from ..support.fault_table import TABLE
from ..support.outcomes import close
from ..support.threads import assert_soon
from ..support.upstream import Handler
from ..support.upstream import server_context
from ..support.upstream import Upstream
from .conftest import MakeShop
from .test_no_connection import not_to_be_trusted
from .test_no_connection import refusing
from .test_no_connection import speaking_no_tls
from .test_no_connection import taking_no_connection

#: Checkouts of one measurement.
TIMES = 5
#: Of one checkout. The smallest thing that is kept of each is a whole block.
FEW_BLOCKS = 0.2
FEW_BYTES = 64
#: Measurements. Caches of Python's and of the libraries fill up now and then, so that
#: only what grows in each of them is kept for good.
ROUNDS = 8
UNKNOWN = "zonos.invalid"
MOST_HURRIED = {"ZONOS_TIMEOUT": (1, 0.05), "ZONOS_DEADLINE": 0.08}

#: Python keeps up to 4096 names that it looked up in types, such as the "utcoffset" of
#: each date that is written.
forget_names: Callable[[], None] = (
    sys._clear_internal_caches  # type: ignore[attr-defined, unused-ignore]
    if sys.version_info >= (3, 13)
    else sys._clear_type_cache  # type: ignore[attr-defined, unused-ignore]
)

Strike = Callable[[], tuple[int, int]]
MakeStrike = Callable[..., Strike]


@pytest.fixture
def without_log() -> Iterator[None]:
    """Nothing is logged: the tests' own handlers keep every record."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def frozen() -> Iterator[None]:
    """Freeze the garbage collector's objects once for all tests."""
    yield
    gc.unfreeze()


@pytest.fixture
def little_to_collect(frozen: None) -> Iterator[None]:
    """Leave older objects out of the many collections here."""
    gc.collect()
    gc.freeze()
    tracemalloc.start()
    yield
    tracemalloc.stop()


@pytest.fixture
def make_strike(
    little_to_collect: None, without_log: None, make_shop: MakeShop
) -> MakeStrike:
    """Makes what opens failing checkouts, and tells the blocks and bytes then held."""

    def make(upstream: Upstream, **config: object) -> Strike:
        app = make_shop(**MOST_HURRIED | config)
        browser = signed_in(app)
        own = set(threading.enumerate())

        def strike() -> tuple[int, int]:
            for _ in range(TIMES):
                browser.post("/zonos/cart-info")
            close(app)
            assert_soon(lambda: not upstream._open)
            assert_soon(lambda: set(threading.enumerate()) <= own)
            upstream._threads[1:] = []
            upstream.received.clear()
            gc.collect()
            forget_names()
            return sys.getallocatedblocks(), tracemalloc.get_traced_memory()[0]

        return strike

    return make


@pytest.fixture
def strike(make_strike: MakeStrike, upstream: Upstream) -> Strike:
    return make_strike(upstream)


def least_growth(strike: Strike) -> tuple[float, float]:
    """The blocks and the bytes that are kept of each checkout, at every measurement."""
    strike()
    blocks = bytes_ = float("inf")
    held = strike()
    for _ in range(ROUNDS):
        before, held = held, strike()
        blocks = min(blocks, (held[0] - before[0]) / TIMES)
        bytes_ = min(bytes_, (held[1] - before[1]) / TIMES)
        if blocks < FEW_BLOCKS and bytes_ < FEW_BYTES:
            break
    return blocks, bytes_


def assert_keeps_nothing(strike: Strike) -> None:
    blocks, bytes_ = least_growth(strike)
    assert blocks < FEW_BLOCKS
    assert bytes_ < FEW_BYTES


#: All with ``SOAK=1``, for each takes a second; else one of four.
FAULTS = list(TABLE) if os.environ.get("SOAK") == "1" else list(TABLE)[::4]


@pytest.mark.parametrize("fault", [TABLE[name].fault for name in FAULTS], ids=FAULTS)
def test_a_fault_of_both_calls_keeps_no_memory(
    strike: Strike, upstream: Upstream, fault: Handler
) -> None:
    upstream.on("*", fault)
    assert_keeps_nothing(strike)


@pytest.mark.parametrize(
    "address",
    [
        refusing,
        lambda: f"https://{UNKNOWN}/graphql",
        lambda: f"https://{'a' * 70}.invalid/graphql",
    ],
    ids=["refuses", "unknown to DNS", "no name at all"],
)
def test_a_connection_that_cannot_be_made_keeps_no_memory(
    make_strike: MakeStrike,
    upstream: Upstream,
    monkeypatch: pytest.MonkeyPatch,
    address: Callable[[], str],
) -> None:
    resolve = socket.getaddrinfo

    def resolve_at_once(host: str, *more: Any, **named: Any) -> Any:
        # The machine's own resolver may take seconds to know nothing.
        if host == UNKNOWN:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve_at_once)
    assert_keeps_nothing(make_strike(upstream, ZONOS_API_URL=address()))


@pytest.mark.parametrize(
    "server",
    [taking_no_connection, speaking_no_tls],
    ids=["takes no connection", "speaks no TLS"],
)
def test_a_server_that_cannot_be_talked_to_keeps_no_memory(
    make_strike: MakeStrike,
    upstream: Upstream,
    server: Callable[[], AbstractContextManager[str]],
) -> None:
    with server() as url:
        hurried = {"ZONOS_API_URL": url, "ZONOS_TIMEOUT": (0.03, 0.05)}
        assert_keeps_nothing(make_strike(upstream, **hurried))


@pytest.mark.parametrize("name", ["127.0.0.1", "elsewhere.example"])
def test_a_certificate_that_is_not_trusted_keeps_no_memory(
    make_strike: MakeStrike, tmp_path: Path, name: str
) -> None:
    with not_to_be_trusted(name, tmp_path) as (upstream, bundle):
        config = {"ZONOS_API_URL": upstream.url, "ZONOS_CA_BUNDLE": str(bundle)}
        assert_keeps_nothing(make_strike(upstream, **config))


def test_a_certificate_of_nobody_we_know_keeps_no_memory(
    make_strike: MakeStrike,
) -> None:
    upstream = Upstream(server_context(trustme.CA()))
    try:
        assert_keeps_nothing(make_strike(upstream, ZONOS_API_URL=upstream.url))
    finally:
        upstream.stop()


def test_one_thing_that_was_kept_of_each_checkout_would_be_seen(strike: Strike) -> None:
    kept: list[object] = []

    def keep(sender: Flask, **told: object) -> None:
        kept.append(object())

    with request_finished.connected_to(keep):
        blocks, _ = least_growth(strike)
    assert blocks > FEW_BLOCKS


def test_an_error_that_was_kept_of_each_checkout_would_be_seen(strike: Strike) -> None:
    kept: list[Exception] = []

    def keep(sender: Flask, **told: object) -> None:
        kept.append(BadResponse("kept", operation=CART, request_id=REQUEST_ID))

    with request_finished.connected_to(keep):
        blocks, bytes_ = least_growth(strike)
    assert blocks > FEW_BLOCKS
    assert bytes_ > FEW_BYTES


def test_a_buffer_that_grew_with_each_checkout_would_be_seen(strike: Strike) -> None:
    kept = [b""]

    def keep(sender: Flask, **told: object) -> None:
        kept[0] += b"x" * 10 * FEW_BYTES

    with request_finished.connected_to(keep):
        _, bytes_ = least_growth(strike)
    assert bytes_ > FEW_BYTES
