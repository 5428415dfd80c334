"""Work for calls that needs no upstream, and whether all places are there for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from flask_zonos import APIError
from flask_zonos import Busy
from flask_zonos.calls import Call
from flask_zonos.calls import Calls

from .upstream import PATIENCE

#: Places of the calls in these tests.
LIMIT = 2


class Stop(BaseException):
    """As a server's own time limit for a request."""


class Done:
    """Work that needs a thread, and no connection."""

    operation = "done"
    request_id: str | None = None
    seen_at: float | None = None

    def __init__(self, do: Callable[[], str]) -> None:
        self._do = do

    def send(self) -> bool:
        return False

    def attempt(self, within: float | None = None) -> str | APIError:
        return self._do()

    def pause_before_repeat(self, outcome: str | APIError) -> float | None:
        return None

    def wait(self, within: float, beside: Any = None) -> bool:
        raise AssertionError("there is no answer to wait for")

    def drop(self) -> None:
        raise AssertionError("there is no answer to drop")


class Held:
    """Calls that have begun and last until they are released."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.begun = threading.Semaphore(0)
        self.released = threading.Event()
        self.threads: list[threading.Thread] = []

    def begin(self, wait: float | None = PATIENCE) -> Call[str]:
        return self.calls.begin(Done(self._do), wait=wait)

    def _do(self) -> str:
        self.threads.append(threading.current_thread())
        self.begun.release()
        assert self.released.wait(PATIENCE)
        return "done"

    def all_run_at_once(self, count: int) -> bool:
        return all(self.begun.acquire(timeout=PATIENCE) for _ in range(count))


def assert_all_places_are_there(calls: Calls) -> None:
    """As many calls as allowed run at the same time, and not one more.

    Then half of them are to spare again.
    """
    held = Held(calls)
    begun = [held.begin() for _ in range(LIMIT)]
    for wait in (None, 0, 0.01):
        with pytest.raises(Busy):
            held.begin(wait)
    assert held.all_run_at_once(LIMIT)
    held.released.set()
    assert [call.result(PATIENCE) for call in begun] == ["done"] * LIMIT
    spare = [held.begin(None) for _ in range(LIMIT // 2)]
    assert [call.result(PATIENCE) for call in spare] == ["done"] * (LIMIT // 2)
