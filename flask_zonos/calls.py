"""The calls of one process: sent at once where a connection is open, else in threads.

A call on an open connection needs no thread. Its request is written by who begins it,
its answer read by who asks for that; of two calls begun both are under way, and a
thread less is woken for each. Where a connection has to be opened a thread does it, for
nothing can interrupt the look-up of a host's name.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from typing import Generic
from typing import Protocol
from typing import TypeVar

from .errors import APIError
from .errors import Busy
from .errors import TimedOut
from .errors import ZonosError
from .places import Places

Answer = TypeVar("Answer")

#: Seconds. An answer that is there may be in more pieces than one.
TIME_TO_READ = 0.02


class Work(Protocol[Answer]):
    """What a call does: an attempt, and perhaps another.

    :ivar operation: the operation's name.
    :ivar request_id: Zonos's own id of the request, where an answer told one.
    :ivar seen_at: the moment when an answer was seen by who waited for another.
    """

    operation: str
    request_id: str | None
    seen_at: float | None

    def send(self) -> bool:
        """Whether a connection was open, so that the request is under way."""

    def wait(self, within: float, beside: Any = None) -> bool:
        """Whether there is something to tell of what was sent, within so many seconds.

        :param beside: other work. When its answer is there first, that is noted.
        """

    def attempt(self, within: float | None = None) -> Answer | APIError:
        """The answer to what was sent, or to a new request where nothing was.

        An error is an outcome and not raised, for its frames would hold the variables.

        :param within: seconds that it may take; else till the deadline.
        """

    def pause_before_repeat(self, outcome: Answer | APIError) -> float | None:
        """Seconds to wait before a repeat, or ``None`` if there is to be none."""

    def drop(self) -> None:
        """Do without the answer to what was sent."""


class Call(Generic[Answer]):
    """A call that is under way, or has ended.

    :ivar duration: seconds that it took, once it has ended.
    """

    duration: float | None = None
    _future: Future[Answer | ZonosError] | None = None
    _outcome: Answer | ZonosError

    def __init__(
        self, work: Work[Answer], calls: Calls, give_place_back: Callable[[], None]
    ) -> None:
        self._work = work
        self._calls = calls
        self._give_place_back: Callable[[], None] | None = give_place_back
        self._is_unread = False
        self._is_wanted = True
        self._began = time.monotonic()

    @property
    def request_id(self) -> str | None:
        """Zonos's own id of the request, where its answer told one."""
        return self._work.request_id

    def begin(self, *, wait: bool) -> None:
        """Send the request, or hand the call to a thread.

        :param wait: whether it is to be made here where there is no thread.
        :raises Busy: if there is none.
        """
        try:
            self._is_unread = self._work.send()
            if self._is_unread or self._hand_over(self._run):
                return
        except BaseException:
            self._end()
            raise
        if not wait:
            self._end()
            raise Busy("no thread could be had for the call")
        try:
            self._outcome = self._run()
        finally:
            self._end()

    def result(self, within: float, *, beside: Call[Any] | None = None) -> Answer:
        """The answer, waited for at most ``within`` seconds.

        :param beside: another call. When its answer comes first, that is noted, unless
            this one is waited for in a thread.
        :raises TimedOut: if it has not come by then. A call in a thread runs on, at
            most to its own deadline, or to the end of a look-up of the host's name.
        :raises APIError: if the call failed.
        """
        end = time.monotonic() + within
        if self._is_unread:
            self._read(within, beside)
        if self._future is not None:
            try:
                self._outcome = self._future.result(max(end - time.monotonic(), 0))
            except TimeoutError:
                self._is_wanted = False
                raise self._timed_out() from None
        if isinstance(self._outcome, ZonosError):
            raise self._outcome
        return self._outcome

    def cancel(self) -> None:
        """Wait for it no more: what was sent is given up, and nothing is repeated."""
        self._is_wanted = False
        if self._is_unread:
            self._is_unread = False
            self._work.drop()
            self._end()

    def _read(self, within: float, beside: Call[Any] | None) -> None:
        """Read the answer here, and leave to a thread what may take longer.

        That is an answer that has not come, and a repeat, which may open a connection.
        """
        end = time.monotonic() + within
        self._is_unread = False
        has_thread = False
        try:
            if self._work.wait(within, beside and beside._work):
                # It is there: the time to take it in is given in any case.
                left = max(end - time.monotonic(), TIME_TO_READ)
                self._outcome = outcome = self._work.attempt(left)
                pause = self._work.pause_before_repeat(outcome)
                if pause is not None:
                    has_thread = self._hand_over(partial(self._again, outcome, pause))
            else:
                self._outcome = self._timed_out()
                has_thread = self._hand_over(self._run)
        finally:
            if not has_thread:
                self._work.drop()
                self._end()

    def _hand_over(self, work: Callable[[], Answer | APIError]) -> bool:
        """Whether a thread goes on with it; if not, none ever will."""
        future: Future[Answer | ZonosError] = Future()
        # A thread may find it although none was to be had.
        if self._calls.submit(partial(self._settle, future, work)) or (
            not future.cancel()
        ):
            self._future = future
        return self._future is not None

    def _settle(
        self,
        future: Future[Answer | ZonosError],
        work: Callable[[], Answer | APIError],
    ) -> None:
        if not future.set_running_or_notify_cancel():
            return
        outcome: Answer | APIError = APIError(
            "its thread was stopped", operation=self._work.operation
        )
        try:
            outcome = work()
        finally:
            # Before the answer is there: who has it finds the place free again.
            self._end()
            future.set_result(outcome)

    def _run(self) -> Answer | APIError:
        """What the call comes to in the end."""
        outcome = self._work.attempt()
        pause = self._work.pause_before_repeat(outcome)
        return outcome if pause is None else self._again(outcome, pause)

    def _again(self, first: Answer | APIError, pause: float) -> Answer | APIError:
        """What a repeat comes to, if anybody still waits for it then."""
        time.sleep(pause)
        # A late profile would be written for nobody.
        return self._work.attempt() if self._is_wanted else first

    def _timed_out(self) -> TimedOut:
        return TimedOut("no answer in time", operation=self._work.operation)

    def _end(self) -> None:
        # Once: a thread may have taken it on although handing it over failed.
        give_place_back, self._give_place_back = self._give_place_back, None
        if give_place_back is not None:
            self.duration = (self._work.seen_at or time.monotonic()) - self._began
            give_place_back()


class Calls:
    """Runs at most ``limit`` calls at once; threads are made as they are needed.

    Every step of a call is held to the call's deadline but the look-up of the host's
    name: while a name server is silent, places are taken for as long as the system's
    resolver waits for it (``timeout`` and ``attempts`` in ``resolv.conf``). The shopper
    is answered at the deadline all the same, unless there was no thread either.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._places = Places(limit)
        self._executor = self._new_executor()
        self._closed = False
        self._changing = threading.Lock()

    def begin(self, work: Work[Answer], *, wait: float | None) -> Call[Answer]:
        """The call, under way.

        :param wait: seconds to wait for a place; with ``None`` it takes one to spare.
        :raises Busy: if there was no place; or no thread, for a call that does not
            wait. Another is then made in the caller's own thread.
        """
        if wait is None:
            give_place_back = self._places.take_spare()
        else:
            give_place_back = self._places.take(wait)
        call = Call(work, self, give_place_back)
        call.begin(wait=wait is not None and not self._closed)
        return call

    def submit(self, work: Callable[[], None]) -> bool:
        """Whether there is a thread for a work.

        If not it may be done all the same: the executor has queued it before it was
        refused a thread, and any that it has may find it.
        """
        executor = self._executor
        try:
            executor.submit(work)
        except RuntimeError:
            # Python starts no more threads: at its limit, or as it ends.
            self._replace(executor)
            return False
        return True

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
