"""The sandbox's time and its ids, both of which a test can set."""

from __future__ import annotations

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from random import Random
from threading import Lock
from uuid import UUID
from uuid import uuid4


def format_datetime(timestamp: datetime) -> str:
    """The text of a datetime as it travels: UTC, to the millisecond, ending in ``Z``.

    Texts of this form sort as the datetimes they stand for.
    """
    text = timestamp.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


class Clock:
    """The time that expiry, timestamps and the points pool go by.

    It runs with the machine's clock until it is moved or stopped.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._ahead = timedelta()
        self._stopped: datetime | None = None

    def now(self) -> datetime:
        """The sandbox's present, in UTC."""
        with self._lock:
            return self._stopped or datetime.now(UTC) + self._ahead

    def text(self, after: float = 0) -> str:
        """The present as text, or the datetime ``after`` seconds from it."""
        return format_datetime(self.now() + timedelta(seconds=after))

    def advance(self, seconds: float) -> None:
        """Move the present by so many seconds, also when the clock is stopped.

        :raises OverflowError: if that leads beyond what a date can hold
        """
        with self._lock:
            step = timedelta(seconds=seconds)
            datetime.now(UTC) + self._ahead + 2 * step
            if self._stopped is not None:
                self._stopped += step
            self._ahead += step

    def stop(self, at: datetime | None = None) -> None:
        """Stop the clock, at the present or at the datetime given."""
        timestamp = self.now() if at is None else at.astimezone(UTC)
        with self._lock:
            self._stopped = timestamp

    def reset(self) -> None:
        """Go back to the machine's own time."""
        with self._lock:
            self._stopped = None
            self._ahead = timedelta()

    @property
    def state(self) -> dict[str, object]:
        """The clock as the inspector shows it."""
        return {
            "now": self.text(),
            "stopped": self._stopped is not None,
            "ahead": self._ahead.total_seconds(),
        }


class Ids:
    """Generates ids: random, or the same in every run after :meth:`fix`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._random: Random | None = None

    def new(self, prefix: str) -> str:
        """An id in Zonos's form, ``prefix`` and a UUID: ``cart_6c9b...``."""
        with self._lock:
            if self._random is None:
                return f"{prefix}_{uuid4()}"
            return f"{prefix}_{UUID(int=self._random.getrandbits(128), version=4)}"

    def fix(self, seed: int) -> None:
        """From now on give the ids that belong to ``seed``, in their order."""
        with self._lock:
            self._random = Random(seed)

    def reset(self) -> None:
        """Give random ids again."""
        with self._lock:
            self._random = None
