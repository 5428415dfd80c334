"""The calls of one process: in threads, and never more at once than allowed.

A cart's call waits for its place, and may be made in the thread that asks for it. A
profile's does not wait: it is given up where there is no place to spare.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import ThreadPoolExecutor
from queue import Empty
from queue import SimpleQueue
from typing import Generic
from typing import TypeVar

from .errors import APIError
from .errors import Busy
from .errors import TimedOut
from .errors import ZonosError

Answer = TypeVar("Answer")

_ALL_TAKEN = "all of ZONOS_POOL_SIZE calls are under way"


class Call(Generic[Answer]):
    """A call that is under way in a thread, or has ended.

    :ivar duration: seconds that it took, once it has ended.
    :ivar request_id: Zonos's own id of the request, where its answer told one.
    :ivar is_wanted: whether anybody still waits for it; if not, it need not try again.
    """

    duration: float | None = None
    request_id: str | None = None
    is_wanted = True
    _future: Future[Answer | ZonosError]

    def __init__(self, operation: str, work: Work[Answer]) -> None:
        self.operation = operation
        self._work = work
        self._taken = threading.Lock()

    def begin(self, executor: ThreadPoolExecutor, ended: Callable[[], None]) -> None:
        """Hand it to a thread.

        :raises RuntimeError: if there is none.
        """
        self._future = executor.submit(self._run, ended)

    def run_here(self, ended: Callable[[], None]) -> None:
        """Do it in the caller's own thread."""
        self._future = Future()
        self._future.set_result(self._do(ended))

    def withdraw(self) -> bool:
        """Whether no thread will do it: none has begun, and now none can."""
        return self._taken.acquire(blocking=False)

    def result(self, within: float) -> Answer:
        """The answer, waited for at most ``within`` seconds.

        :raises TimedOut: if it has not come by then; the call runs on, at most to its
            own deadline, or to the end of a look-up of the host's name.
        :raises APIError: if the call failed.
        """
        try:
            outcome = self._future.result(timeout=max(within, 0))
        except TimeoutError:
            self.is_wanted = False
            raise TimedOut("no answer in time", operation=self.operation) from None
        if isinstance(outcome, ZonosError):
            raise outcome
        return outcome

    def _run(self, ended: Callable[[], None]) -> Answer | ZonosError:
        if self.withdraw():
            return self._do(ended)
        return Busy("the call was withdrawn")

    def _do(self, ended: Callable[[], None]) -> Answer | ZonosError:
        began = time.monotonic()
        try:
            return self._work(self)
        finally:
            self.duration = time.monotonic() - began
            # Before the answer is there: who has it finds the place free again.
            ended()


#: What a call does; the error it comes to is not raised, for frames hold variables.
Work = Callable[[Call[Answer]], Answer | APIError]


class Calls:
    """Runs at most ``limit`` calls at once; threads are made as they are needed.

    A call has its place until its thread is free again. Every step of one is held to
    the call's deadline but the look-up of the host's name, which nothing can interrupt:
    while a name server is silent, places are taken for as long as the system's resolver
    waits for it (``timeout`` and ``attempts`` in ``resolv.conf``). The shopper is
    answered at the deadline all the same, and calls on open connections look up
    nothing.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._executor = self._new_executor()
        self._closed = False
        self._waiting = 0
        self._changing = threading.Lock()
        self._places: SimpleQueue[None] = SimpleQueue()
        for _ in range(limit):
            self._give_place_back()
        self._spare_places = threading.Semaphore(limit // 2)

    def begin(
        self,
        operation: str,
        work: Work[Answer],
        *,
        wait: float,
        here: Callable[[], bool] | None = None,
    ) -> Call[Answer]:
        """A call that has been handed to a thread, or was made in the caller's own.

        :param wait: seconds to wait for a place. With 0 a place is taken only if
            nobody is waiting for one, and at most half of the places are taken so:
            profiles that hang must leave places to carts.
        :param here: whether to make it in the caller's own thread, asked once there is
            a place.
        :raises Busy: if there was no place; or no thread, for a call that does not
            wait. Another is then made in the caller's own thread.
        """
        give_place_back = self._take_place(wait) if wait else self._take_spare_place()
        call = Call(operation, work)
        if here is not None and here():
            call.run_here(give_place_back)
            return call
        executor = self._executor
        try:
            call.begin(executor, give_place_back)
        except RuntimeError:
            # Python starts no more threads: at its limit, or as it ends. The executor
            # has queued the call all the same, for any thread that it has.
            self._replace(executor)
            if call.withdraw():
                if wait and not self._closed:
                    call.run_here(give_place_back)
                else:
                    give_place_back()
                    raise Busy("no thread could be had for the call") from None
        return call

    def close(self) -> None:
        """Take no more calls; those under way end by themselves."""
        with self._changing:
            self._closed = True
        self._executor.shutdown(wait=False)

    def _new_executor(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._limit, thread_name_prefix="zonos")

    def _replace(self, executor: ThreadPoolExecutor) -> None:
        """Go on with another executor.

        One that was refused a thread counts an idle one too many from then on, and
        would let a call wait behind another.
        """
        with self._changing:
            if self._closed or self._executor is not executor:
                return
            self._executor = self._new_executor()
        executor.shutdown(wait=False)

    def _take_place(self, wait: float) -> Callable[[], None]:
        try:
            self._places.get_nowait()
        except Empty:
            self._wait_for_place(wait)
        return self._give_place_back

    def _wait_for_place(self, wait: float) -> None:
        with self._changing:
            self._waiting += 1
        try:
            self._places.get(timeout=wait)
        except Empty:
            raise Busy(_ALL_TAKEN) from None
        finally:
            with self._changing:
                self._waiting -= 1

    def _give_place_back(self) -> None:
        self._places.put(None)

    def _take_spare_place(self) -> Callable[[], None]:
        if self._waiting or not self._spare_places.acquire(blocking=False):
            raise Busy(_ALL_TAKEN)
        try:
            self._places.get_nowait()
        except Empty:
            self._spare_places.release()
            raise Busy(_ALL_TAKEN) from None
        return self._give_spare_place_back

    def _give_spare_place_back(self) -> None:
        self._give_place_back()
        self._spare_places.release()
