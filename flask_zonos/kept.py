"""Something made at first use and kept, by each process for itself or through forks."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from typing import Any
from typing import Generic
from typing import TypeVar

Thing = TypeVar("Thing")


class Kept(Generic[Thing]):
    """One thing for each process; safe to share between threads.

    :param through_forks: a child goes on with its parent's: right for plain values, and
        for what looks after itself.
    """

    def __init__(
        self, make: Callable[[], Thing], *, through_forks: bool = False
    ) -> None:
        self._make = make
        self._through_forks = through_forks
        self._lock = threading.Lock()
        self._thing: Thing | None = None
        _all.add(self)

    def get(self) -> Thing:
        """The thing, made if there is none."""
        thing = self._thing
        if thing is not None:
            return thing
        with self._lock:
            if self._thing is None:
                self._thing = self._make()
            return self._thing

    def give_up(self) -> Thing | None:
        """The thing, no longer kept; ``None`` if there was none."""
        with self._lock:
            thing, self._thing = self._thing, None
        return thing

    def _fork(self) -> None:
        # A thread that has not come along may hold the other one for ever.
        self._lock = threading.Lock()
        if not self._through_forks:
            self._thing = None


_all: weakref.WeakSet[Kept[Any]] = weakref.WeakSet()


def _fork_all() -> None:
    """After a fork: threads are gone, sockets are shared with the parent."""
    for kept in list(_all):
        kept._fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_fork_all)
