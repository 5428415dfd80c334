"""The threads of calls, and a Python that starts no more, as at a container's limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager

from .upstream import PATIENCE

#: Bytes. No machine has so much for one thread's stack.
_TOO_LARGE = 1 << 46


def call_threads() -> set[threading.Thread]:
    """The threads that open connections, and make calls on them."""
    return {t for t in threading.enumerate() if t.name.startswith("zonos_")}


def assert_soon(true: Callable[[], bool]) -> None:
    """Assert that other threads soon make a condition true."""
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


@contextmanager
def no_more_threads() -> Iterator[None]:
    """Starting a thread fails inside, for want of memory; those that run go on."""
    before = threading.stack_size(_TOO_LARGE)
    try:
        yield
    finally:
        threading.stack_size(before)
