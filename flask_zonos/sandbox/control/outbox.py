"""Rules by which webhooks are dropped, delayed, repeated or held."""

from __future__ import annotations

from dataclasses import asdict
from dataclasses import dataclass
from threading import Event
from threading import Lock
from typing import Any

#: What a rule can do to a delivery.
KINDS = ("drop", "delay", "repeat", "hold")


@dataclass
class Rule:
    """A rule for the next ``times`` deliveries; ``None`` is until it is lifted."""

    kind: str
    times: int | None = 1
    seconds: float = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"'kind' is one of {', '.join(KINDS)}")
        check_times(self.times)
        if isinstance(self.seconds, str) or not 0 <= self.seconds < 86_400:
            raise ValueError("'seconds' is a number from 0 to a day")


def check_times(times: object) -> None:
    """Refuse what is neither a count nor ``None``.

    :raises ValueError: if it is not
    """
    counts = isinstance(times, int) and not isinstance(times, bool) and times > 0
    if times is not None and not counts:
        raise ValueError("'times' is a whole number from 1, or null for until lifted")


class Outbox:
    """The rules for deliveries, and the event that wakes the deliverer for new ones."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._rules: list[Rule] = []
        #: Set when there is something to deliver.
        self.bell = Event()

    def add(self, rule: Rule) -> None:
        """Put up a rule; several apply together."""
        with self._lock:
            self._rules.append(rule)

    def take(self) -> list[Rule]:
        """The rules for one delivery, which counts towards their times."""
        with self._lock:
            applying = list(self._rules)
            for rule in applying:
                if rule.times is not None:
                    rule.times -= 1
            self._rules = [rule for rule in self._rules if rule.times != 0]
            return applying

    def clear(self) -> None:
        """Lift all rules."""
        with self._lock:
            self._rules = []

    def as_list(self) -> list[dict[str, Any]]:
        """The rules that stand."""
        with self._lock:
            return [asdict(rule) for rule in self._rules]
