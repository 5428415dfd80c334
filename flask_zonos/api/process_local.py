"""A value made at first use, by each process for itself or kept through forks."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from typing import Any
from typing import Generic
from typing import TypeVar

Value = TypeVar("Value")


class ProcessLocal(Generic[Value]):
    """One value for each process; safe to share between threads.

    :param inherit: a child keeps its parent's: right for plain values, and for what
        looks after itself.
    """

    def __init__(self, make: Callable[[], Value], *, inherit: bool = False) -> None:
        self._make = make
        self._inherit = inherit
        self._lock = threading.Lock()
        self._value: Value | None = None
        _all.add(self)

    def get(self) -> Value:
        """Return the value, made if there is none."""
        value = self._value
        if value is not None:
            return value
        with self._lock:
            if self._value is None:
                self._value = self._make()
            return self._value

    def reset(self) -> Value | None:
        """Return the value and keep it no longer; ``None`` if there was none."""
        with self._lock:
            value, self._value = self._value, None
        return value

    def _fork(self) -> None:
        # A thread that has not come along may hold the other one for ever.
        self._lock = threading.Lock()
        if not self._inherit:
            self._value = None


_all: weakref.WeakSet[ProcessLocal[Any]] = weakref.WeakSet()


def _fork_all() -> None:
    """After a fork: threads are gone, sockets are shared with the parent."""
    for each in list(_all):
        each._fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_fork_all)
