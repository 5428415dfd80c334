"""Zonos's rate limit: a pool of points that fills by the second."""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from ..control.options import Options


class PointsPool:
    """The points that are left: filled by the second, up to a most."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._lock = Lock()
        self._left: float | None = None
        self._at: datetime | None = None

    def take(self, points: int, now: datetime) -> bool:
        """Take so many points; return whether there were enough."""
        options = self._options
        with self._lock:
            left = float(options.points_most if self._left is None else self._left)
            if self._at is not None:
                passed = max((now - self._at).total_seconds(), 0)
                left += passed * options.points_per_second
            left = min(left, options.points_most)
            self._at = now
            enough = points <= left
            self._left = left - points if enough else left
            return enough

    def reset(self) -> None:
        """Fill the pool."""
        with self._lock:
            self._left = self._at = None
