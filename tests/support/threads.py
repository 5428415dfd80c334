"""What calls hold of a process: threads, slots, descriptors; and a limit of threads."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager

from flask_zonos import ZonosClient

from .upstream import PATIENCE

#: Bytes. No machine has so much for one thread's stack.
_TOO_LARGE = 1 << 46


class Held:
    """A point that threads wait at, while others know that they do."""

    def __init__(self) -> None:
        self.reached = threading.Semaphore(0)
        self.released = threading.Event()

    def wait(self, *_: object) -> None:
        self.reached.release()
        assert self.released.wait(PATIENCE)

    def until_reached(self, count: int = 1) -> None:
        for _ in range(count):
            assert self.reached.acquire(timeout=PATIENCE)


def open_files() -> int:
    """Count the open descriptors, without those that wait for the garbage collector.

    urllib3 closes a pool when it is collected, and the error of a timeout refers to it.
    """
    gc.collect()
    return len(os.listdir("/proc/self/fd"))


def assert_soon(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Assert that other threads soon make a condition true."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def is_idle(client: ZonosClient) -> bool:
    """Return whether no call is under way."""
    free = client._session.get()._executor._slots._free
    return free._value == client.pool_size


def assert_idle(client: ZonosClient) -> None:
    """Assert that soon no call is under way: every slot is free, and so every thread.

    :raises AssertionError: after 30 seconds, less than a fault of a test lasts.
    """
    assert_soon(lambda: is_idle(client), 30)


@contextmanager
def no_more_threads() -> Iterator[None]:
    """Starting a thread fails inside, for want of memory; those that run go on."""
    before = threading.stack_size(_TOO_LARGE)
    try:
        yield
    finally:
        threading.stack_size(before)
