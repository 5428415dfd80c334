"""Slots and threads: neither is lost, and none is there twice, whatever is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar

import pytest
from flask import Flask
from flask import has_request_context

from flask_zonos import APIError
from flask_zonos import Busy
from flask_zonos.api.executor import Call
from flask_zonos.api.executor import CallExecutor
from flask_zonos.api.executor import ConcurrencyLimiter
from flask_zonos.api.executor import Result

from ..support.threads import assert_soon
from ..support.threads import Held
from ..support.threads import no_more_threads
from ..support.upstream import PATIENCE

#: Slots of the executor in these tests.
LIMIT = 2


@pytest.fixture
def executor() -> Iterator[CallExecutor]:
    executor = CallExecutor(LIMIT, lambda call, outcome: None)
    yield executor
    executor.close()


def submit(
    executor: CallExecutor, do: Callable[[], Result], wait: float | None = PATIENCE
) -> Call[Result]:
    return executor.submit("work", lambda call: do(), wait=wait)


def assert_all_slots_are_there(executor: CallExecutor) -> None:
    """As many calls as allowed run at the same time, half of them without a wait."""
    held = Held()
    begun = [submit(executor, held.wait, None) for _ in range(LIMIT // 2)]
    with pytest.raises(Busy):
        submit(executor, held.wait, None)
    begun += [submit(executor, held.wait) for _ in range(LIMIT - LIMIT // 2)]
    for wait in (None, 0, 0.01):
        with pytest.raises(Busy):
            submit(executor, held.wait, wait)
    held.until_reached(LIMIT)
    held.released.set()
    for call in begun:
        call.result(PATIENCE)


def test_calls_that_do_not_wait_leave_half_of_the_slots_to_those_that_do(
    executor: CallExecutor,
) -> None:
    for _ in range(2):
        assert_all_slots_are_there(executor)


def test_a_profile_never_takes_the_slot_of_a_waiting_cart() -> None:
    slots = ConcurrencyLimiter(2)
    release = slots.acquire(0)
    slots.acquire(0)
    with pytest.raises(Busy, match="are under way"):
        slots.try_acquire()
    with ThreadPoolExecutor(1) as cart:
        waiting = cart.submit(slots.acquire, PATIENCE)
        assert_soon(lambda: slots._waiting == 1)
        with pytest.raises(Busy, match="kept for calls that wait"):
            slots.try_acquire()
        release()

        # It has its slot, and the profile that comes meanwhile does not.
        with pytest.raises(Busy):
            slots.try_acquire()
        waiting.result(PATIENCE)()

    slots.try_acquire()


def test_a_call_that_got_no_thread_is_never_made_and_costs_no_slot(
    executor: CallExecutor,
) -> None:
    made = threading.Event()
    held = Held()

    def hold() -> threading.Thread:
        held.wait()
        return threading.current_thread()

    first = submit(executor, hold)
    held.until_reached()
    for _ in range(LIMIT + 1):
        with no_more_threads(), pytest.raises(Busy, match="thread"):
            submit(executor, made.set, None)
    held.released.set()
    # The one thread that could have taken the call later.
    thread = first.result(PATIENCE)
    thread.join(PATIENCE)

    assert not thread.is_alive()
    assert not made.is_set()
    assert_all_slots_are_there(executor)


class Stop(BaseException):
    """As a server's own time limit for a request."""


def stop() -> str:
    raise Stop


def test_a_call_that_is_stopped_costs_no_slot_in_its_callers_thread_or_its_own(
    executor: CallExecutor,
) -> None:
    for _ in range(LIMIT + 1):
        with no_more_threads():
            call = submit(executor, lambda: threading.current_thread().name)
            with pytest.raises(Stop):
                submit(executor, stop)
        assert call.result(0) == threading.current_thread().name
    for _ in range(LIMIT + 1):
        stopped = submit(executor, stop)
        with pytest.raises(APIError, match="its thread was stopped"):
            stopped.result(PATIENCE)
    assert_all_slots_are_there(executor)


def test_after_a_close_calls_are_refused_and_those_under_way_end(
    executor: CallExecutor,
) -> None:
    held = Held()
    first = submit(executor, held.wait)
    executor.close()
    with pytest.raises(Busy):
        submit(executor, held.wait)
    held.released.set()
    first.result(PATIENCE)


def test_a_stop_while_a_thread_is_asked_for_costs_no_slot_and_gives_none(
    executor: CallExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = executor._executor.submit

    def stop_after(task: Callable[[], None]) -> None:
        begin(task)
        raise Stop

    for stopped in (lambda task: stop(), stop_after) * LIMIT:
        monkeypatch.setattr(executor._executor, "submit", stopped)
        with pytest.raises(Stop):
            submit(executor, lambda: "done")
    monkeypatch.undo()

    assert_all_slots_are_there(executor)


shopper = ContextVar[str]("shopper")


def test_a_call_sees_the_variables_of_its_own_caller_and_not_its_request(
    executor: CallExecutor,
) -> None:
    app = Flask(__name__)
    for name in "abc":
        shopper.set(name)
        with app.test_request_context():
            call = submit(executor, lambda: (shopper.get(), has_request_context()))
        # As a tracer does, which needs them to find the span that the call is part of.
        assert call.result(PATIENCE) == (name, False)
