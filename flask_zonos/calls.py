"""The calls of one process: a thread for each, and never more at once than allowed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor
from concurrent.futures import Future
from concurrent.futures import ThreadPoolExecutor
from typing import Generic
from typing import TypeVar

from .errors import APIError
from .errors import Busy
from .errors import TimedOut

Answer = TypeVar("Answer")


class Call(Generic[Answer]):
    """A call under way in a thread of its own.

    :ivar duration: seconds that it took, once it has ended.
    """

    duration: float | None = None

    def __init__(
        self,
        operation: str,
        work: Callable[[], Answer | APIError],
        executor: Executor,
        ended: Callable[[], None],
    ) -> None:
        self.operation = operation
        self._future: Future[Answer | APIError] = executor.submit(
            self._run, work, ended
        )

    def result(self, within: float) -> Answer:
        """The answer, waited for at most ``within`` seconds.

        :raises TimedOut: if it has not come by then; the call runs on, at most to its
            own deadline.
        :raises APIError: if the call failed.
        """
        try:
            outcome = self._future.result(timeout=max(within, 0))
        except TimeoutError:
            raise TimedOut("no answer in time", operation=self.operation) from None
        if isinstance(outcome, APIError):
            raise outcome
        return outcome

    def _run(
        self, work: Callable[[], Answer | APIError], ended: Callable[[], None]
    ) -> Answer | APIError:
        began = time.monotonic()
        try:
            return work()
        finally:
            self.duration = time.monotonic() - began
            # Before the answer is there: who has it finds the place free again.
            ended()


class Calls:
    """Runs at most ``limit`` calls at once; threads are made as they are needed."""

    def __init__(self, limit: int) -> None:
        self._executor = ThreadPoolExecutor(limit, thread_name_prefix="zonos")
        self._free = limit
        self._waiting = 0
        self._changed = threading.Condition()

    def begin(
        self,
        operation: str,
        work: Callable[[], Answer | APIError],
        *,
        wait: float,
    ) -> Call[Answer]:
        """A call that has been handed to a thread.

        :param wait: seconds to wait for a place. With 0 a place is taken only if
            nobody is waiting for one.
        :raises Busy: if there was no place, or no thread.
        """
        self._take_place(wait)
        try:
            return Call(operation, work, self._executor, self._give_place_back)
        except RuntimeError:
            # Python starts no more threads: at its limit, or as it ends.
            self._give_place_back()
            raise Busy("no thread could be had for the call") from None

    def close(self) -> None:
        """Take no more calls; those under way end by themselves."""
        self._executor.shutdown(wait=False)

    def _take_place(self, wait: float) -> None:
        with self._changed:
            if self._free and not self._waiting:
                self._free -= 1
                return
            self._waiting += 1
            try:
                if not wait or not self._changed.wait_for(lambda: self._free, wait):
                    raise Busy("all of ZONOS_POOL_SIZE calls are under way")
                self._free -= 1
            finally:
                self._waiting -= 1

    def _give_place_back(self) -> None:
        with self._changed:
            self._free += 1
            self._changed.notify()
