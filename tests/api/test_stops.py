"""A server stops a request in its midst: its slots are there for the next."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flask_zonos import APIError
from flask_zonos.api.executor import CallExecutor

from ..support.threads import no_more_threads
from ..support.upstream import PATIENCE
from .work import assert_all_slots_are_there
from .work import LIMIT
from .work import Stop
from .work import submit


def stop() -> str:
    raise Stop


def test_a_stop_while_a_thread_is_asked_for_costs_no_slot_and_gives_none(
    executor: CallExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = executor._executor.submit

    def stop_before(task: Callable[[], None]) -> None:
        raise Stop

    def stop_after(task: Callable[[], None]) -> None:
        begin(task)
        raise Stop

    for stopped in (stop_before, stop_after) * LIMIT:
        monkeypatch.setattr(executor._executor, "submit", stopped)
        with pytest.raises(Stop):
            submit(executor, lambda: "done")
    monkeypatch.undo()

    assert_all_slots_are_there(executor)


def test_a_call_whose_thread_is_stopped_is_an_error_and_costs_no_slot(
    executor: CallExecutor,
) -> None:
    for _ in range(LIMIT + 1):
        call = submit(executor, stop)
        with pytest.raises(APIError, match="its thread was stopped"):
            call.result(PATIENCE)

    assert_all_slots_are_there(executor)


def test_a_stop_of_a_call_in_the_callers_own_thread_reaches_it_and_costs_no_slot(
    executor: CallExecutor,
) -> None:
    for _ in range(LIMIT + 1):
        with no_more_threads(), pytest.raises(Stop):
            submit(executor, stop)

    assert_all_slots_are_there(executor)
