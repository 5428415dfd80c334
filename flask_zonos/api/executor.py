"""The calls of one process: futures of a ThreadPoolExecutor, and how many at once."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from typing import TypeVar

from ..errors import APIError
from ..errors import Busy
from ..errors import TimedOut

Result = TypeVar("Result")


class Call(Future[Result]):
    """The future of a call.

    :ivar seconds: from its start to its end, or until it was abandoned.
    :ivar status: the HTTP status of the last response, if there was one.
    :ivar request_id: Zonos's own id of the request, where a response told one.
    :ivar retries: 0 or 1.
    :ivar may_have_arrived: whether Zonos may have carried it out, or may yet; false
        once the last attempt certainly was not sent, or was refused unseen.
    :ivar is_abandoned: whether nobody waits for it; then nothing is retried.
    """

    seconds: float | None = None
    status: int | None = None
    request_id: str | None = None
    retries = 0
    may_have_arrived = True
    is_abandoned = False

    def __init__(self, operation: str, report: Report) -> None:
        super().__init__()
        self.operation = operation
        self._report: Report | None = report
        self._began = time.monotonic()

    def result(self, timeout: float | None = None) -> Result:
        """Return the result within ``timeout`` seconds, and report the call.

        :raises TimedOut: if it has not come by then. The thread runs on, at most to the
            call's own deadline, or to the end of a look-up of the host's name.
        :raises APIError: if the call failed.
        """
        outcome = "abandoned"
        try:
            found = super().result(None if timeout is None else max(timeout, 0))
            outcome = "ok"
            return found
        except TimeoutError:
            outcome = TimedOut.outcome
            raise TimedOut("no response in time", operation=self.operation) from None
        except APIError as error:
            outcome = error.outcome
            raise
        finally:
            self.abandon(outcome)
            # The error's frames would hold what holds the error.
            del self

    def abandon(self, outcome: str = "abandoned") -> None:
        """Wait for it no more, and report it, once."""
        if not self.done():
            self.is_abandoned = True
            self.stop_clock()
        report, self._report = self._report, None
        if report is not None:
            report(self, outcome)

    def stop_clock(self) -> None:
        """Note the seconds that the call took, once."""
        self.seconds = self.seconds or time.monotonic() - self._began


Report = Callable[[Call[Any], str], None]
Work = Callable[[Call[Result]], Result]


class ConcurrencyLimiter:
    """Slots for as many calls as may run at once; a call holds one until it ends."""

    def __init__(self, limit: int) -> None:
        self._free = threading.Semaphore(limit)
        self._spare = threading.Semaphore(limit // 2)
        self._waiting = 0
        self._changing = threading.Lock()

    def acquire(self, wait: float) -> Callable[[], None]:
        """Take a slot; what is returned frees it, and is to be called once.

        :param wait: seconds to wait for one.
        :raises Busy: if there was none.
        """
        if self._free.acquire(blocking=False):
            return self._free.release
        self._wait(1)
        try:
            if not self._free.acquire(timeout=max(wait, 0)):
                raise Busy("all of ZONOS_POOL_SIZE calls are under way")
        finally:
            self._wait(-1)
        return self._free.release

    def try_acquire(self) -> Callable[[], None]:
        """Take a slot that nobody waits for; at most half of all are taken so.

        Profiles that hang must leave slots to carts.

        :raises Busy: if there was none.
        """
        if self._waiting or not self._spare.acquire(blocking=False):
            raise Busy("half of ZONOS_POOL_SIZE are kept for calls that wait")
        if not self._free.acquire(blocking=False):
            self._spare.release()
            raise Busy("all of ZONOS_POOL_SIZE calls are under way")
        return self._release_spare

    def _wait(self, change: int) -> None:
        with self._changing:
            self._waiting += change

    def _release_spare(self) -> None:
        self._free.release()
        self._spare.release()


class CallExecutor:
    """Run at most ``limit`` calls at once; threads are started as they are needed.

    While a name server is silent, its calls' slots are taken beyond their deadline.

    :param report: told of each call once it is waited for no more, with its outcome.
    """

    def __init__(self, limit: int, report: Report) -> None:
        self._make = partial(ThreadPoolExecutor, limit, thread_name_prefix="zonos")
        self._report = report
        self._slots = ConcurrencyLimiter(limit)
        self._executor = self._make()
        self._closed = False

    def submit(
        self, operation: str, work: Work[Result], *, wait: float | None
    ) -> Call[Result]:
        """Return a call that is under way, or has ended.

        :param wait: seconds to wait for a slot; ``None`` waits for none, and takes one
            of the half that profiles and notifications may have.
        :raises Busy: if there was no slot; or no thread, for a call that does not wait.
            Another is then made in the caller's own thread.
        """
        slots = self._slots
        release = slots.try_acquire() if wait is None else slots.acquire(wait)
        call: Call[Result] = Call(operation, self._report)
        run = partial(context_without_flask().run, _run, call, work, release)
        try:
            if self._start(run) or not call.cancel():
                return call
        except BaseException:
            if call.cancel():
                release()
            raise
        if wait is None or self._closed:
            release()
            raise Busy("no thread could be had for the call")
        call = Call(operation, self._report)
        context_without_flask().run(_run, call, work, release)
        return call

    def close(self) -> None:
        """Take no more calls; those under way end by themselves."""
        self._closed = True
        self._executor.shutdown(wait=False)

    def _start(self, run: Callable[[], None]) -> bool:
        """Return whether there is a thread; if not, the task may still run."""
        executor = self._executor
        try:
            executor.submit(run)
        except RuntimeError:
            # Python starts no more threads: at its limit, or as it ends. From now on
            # this executor counts an idle one too many, and would let a call wait.
            if not self._closed:
                self._executor = self._make()
                executor.shutdown(wait=False)
            return False
        return True


def _run(call: Call[Result], work: Work[Result], release: Callable[[], None]) -> None:
    if not call.set_running_or_notify_cancel():
        return
    stopped = "its thread was stopped"
    failure: Exception | None = APIError(stopped, operation=call.operation)
    try:
        found = work(call)
        failure = None
    except Exception as error:
        # Frames with locals would show the variables.
        error.__cause__ = error.__context__ = None
        failure = error.with_traceback(None)
    finally:
        # Before the result is there: whoever has it finds the slot free.
        call.stop_clock()
        release()
        if failure is None:
            call.set_result(found)
        else:
            call.set_exception(failure)


def context_without_flask() -> contextvars.Context:
    """Return a context with the caller's variables, as a tracer's, but not Flask's."""
    context = contextvars.Context()
    for variable, value in contextvars.copy_context().items():
        if not variable.name.startswith("flask."):
            context.run(variable.set, value)
    return context
