"""Something made at first use and kept, and made anew after a fork."""

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
    """One thing for each process; safe to share between threads."""

    def __init__(self, make: Callable[[], Thing]) -> None:
        self._make = make
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

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._thing = None


_all: weakref.WeakSet[Kept[Any]] = weakref.WeakSet()


def _forget_all() -> None:
    """After a fork: threads are gone, sockets are shared with the parent."""
    for kept in list(_all):
        kept._forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
