"""Work for an executor without an upstream, and whether all slots are there."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from flask_zonos import Busy
from flask_zonos.api.executor import Call
from flask_zonos.api.executor import CallExecutor

from ..support.upstream import PATIENCE

#: Slots of the executor in these tests.
LIMIT = 2


class Stop(BaseException):
    """As a server's own time limit for a request."""


def submit(
    executor: CallExecutor, do: Callable[[], str], wait: float | None = PATIENCE
) -> Call[str]:
    return executor.submit("work", lambda call: do(), wait=wait)


class Held:
    """Calls that have begun and last until they are released."""

    def __init__(self, executor: CallExecutor) -> None:
        self.executor = executor
        self.begun = threading.Semaphore(0)
        self.released = threading.Event()
        self.threads: list[threading.Thread] = []

    def begin(self, wait: float | None = PATIENCE) -> Call[str]:
        return submit(self.executor, self._do, wait)

    def _do(self) -> str:
        self.threads.append(threading.current_thread())
        self.begun.release()
        assert self.released.wait(PATIENCE)
        return "done"

    def all_run_at_once(self, count: int) -> bool:
        return all(self.begun.acquire(timeout=PATIENCE) for _ in range(count))


def assert_all_slots_are_there(executor: CallExecutor) -> None:
    """As many calls as allowed run at the same time, and not one more.

    Then half of them are to spare again.
    """
    held = Held(executor)
    begun = [held.begin() for _ in range(LIMIT)]
    for wait in (None, 0, 0.01):
        with pytest.raises(Busy):
            held.begin(wait)
    assert held.all_run_at_once(LIMIT)
    held.released.set()
    assert [call.result(PATIENCE) for call in begun] == ["done"] * LIMIT
    spare = [held.begin(None) for _ in range(LIMIT // 2)]
    assert [call.result(PATIENCE) for call in spare] == ["done"] * (LIMIT // 2)
