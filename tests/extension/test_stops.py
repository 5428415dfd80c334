"""A server stops a request in its midst: its places are there for the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flask_zonos import APIError
from flask_zonos.calls import Calls

from .upstream import PATIENCE
from .work import assert_all_places_are_there
from .work import Done
from .work import LIMIT
from .work import Stop


def stop() -> str:
    raise Stop


class StoppedSend(Done):
    """Work that is stopped while its request is written."""

    def send(self) -> bool:
        raise Stop


class StoppedWait(Done):
    """Work that is sent, and stopped while its answer is waited for."""

    def send(self) -> bool:
        return True

    def wait(self, within: float, beside: Any = None) -> bool:
        raise Stop

    def drop(self) -> None:
        """Nothing is open."""


def test_a_stop_while_a_thread_is_asked_for_costs_no_place_and_gives_none(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = calls.submit

    def stop_before(work: Callable[[], None]) -> bool:
        raise Stop

    def stop_after(work: Callable[[], None]) -> bool:
        submit(work)
        raise Stop

    for stopped in (stop_before, stop_after) * LIMIT:
        monkeypatch.setattr(calls, "submit", stopped)
        with pytest.raises(Stop):
            calls.begin(Done(lambda: "done"), wait=PATIENCE)
    monkeypatch.undo()

    assert_all_places_are_there(calls)


def test_a_stop_while_a_request_is_sent_costs_no_place(calls: Calls) -> None:
    for wait in (PATIENCE, None) * LIMIT:
        with pytest.raises(Stop):
            calls.begin(StoppedSend(stop), wait=wait)

    assert_all_places_are_there(calls)


def test_a_stop_while_an_answer_is_waited_for_costs_no_place(calls: Calls) -> None:
    for wait in (PATIENCE, None) * LIMIT:
        call = calls.begin(StoppedWait(stop), wait=wait)
        with pytest.raises(Stop):
            call.result(PATIENCE)

    assert_all_places_are_there(calls)


def test_a_call_whose_thread_is_stopped_is_an_error_and_costs_no_place(
    calls: Calls,
) -> None:
    for _ in range(LIMIT + 1):
        call = calls.begin(Done(stop), wait=PATIENCE)
        with pytest.raises(APIError, match="its thread was stopped"):
            call.result(PATIENCE)

    assert_all_places_are_there(calls)
