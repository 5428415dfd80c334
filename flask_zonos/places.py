"""The places for calls: as many at once as allowed, and carts before profiles."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty
from queue import SimpleQueue

from .errors import Busy


class Places:
    """As many as calls may be under way at once in a process.

    A call has its place until it has ended, however long that is.
    """

    def __init__(self, limit: int) -> None:
        self._waiting = 0
        self._changing = threading.Lock()
        self._free: SimpleQueue[None] = SimpleQueue()
        for _ in range(limit):
            self._free.put(None)
        self._spare = threading.Semaphore(limit // 2)

    def take(self, wait: float) -> Callable[[], None]:
        """A place; what is returned gives it back, and is to be called once.

        :param wait: seconds to wait for one.
        :raises Busy: if there was none.
        """
        try:
            self._free.get_nowait()
        except Empty:
            self._wait(wait)
        return self._give_back

    def take_spare(self) -> Callable[[], None]:
        """A place that nobody waits for; at most half of all are taken so.

        Profiles that hang must leave places to carts.

        :raises Busy: if there was none.
        """
        if self._waiting or not self._spare.acquire(blocking=False):
            raise Busy("half of ZONOS_POOL_SIZE are kept for calls that wait")
        try:
            self._free.get_nowait()
        except Empty:
            self._spare.release()
            raise _busy() from None
        return self._give_spare_back

    def _wait(self, wait: float) -> None:
        with self._changing:
            self._waiting += 1
        try:
            self._free.get(timeout=max(wait, 0))
        except Empty:
            raise _busy() from None
        finally:
            with self._changing:
                self._waiting -= 1

    def _give_back(self) -> None:
        self._free.put(None)

    def _give_spare_back(self) -> None:
        self._free.put(None)
        self._spare.release()


def _busy() -> Busy:
    return Busy("all of ZONOS_POOL_SIZE calls are under way")
