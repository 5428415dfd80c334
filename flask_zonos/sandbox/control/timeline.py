"""The latest requests to the sandbox, for the inspector's drawing."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import field
from threading import Lock
from typing import Any

_KEPT = 200


@dataclass
class Entry:
    """One request to the GraphQL endpoint; datetimes in seconds since the epoch."""

    request_id: str
    started: float
    ended: float | None = None
    operations: list[str] = field(default_factory=list)
    status: int | None = None
    cost: int | None = None
    errors: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    cart_id: str | None = None
    customer_id: str | None = None


class Timeline:
    """The latest requests, the oldest first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: deque[Entry] = deque(maxlen=_KEPT)
        self._version = 0

    def begin(self, entry: Entry) -> None:
        """Show a request from its beginning on."""
        with self._lock:
            self._entries.append(entry)
            self._version += 1

    def touch(self) -> None:
        """Say that an entry has changed."""
        with self._lock:
            self._version += 1

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._entries.clear()
            self._version += 1

    @property
    def version(self) -> int:
        """Grows with every change."""
        return self._version

    def as_list(self) -> list[dict[str, Any]]:
        """The entries as the inspector reads them."""
        with self._lock:
            return [asdict(entry) for entry in self._entries]
