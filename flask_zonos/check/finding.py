"""A finding, and its remedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "note", "warning", "error"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One result of the check.

    :ivar level: ``error`` where no checkout can work or somebody is at risk; ``note``
        where it cannot be seen from here whether all is well.
    :ivar topic: what was looked at, in one to three words.
    :ivar message: what is so; never a secret.
    :ivar remedy: what to do; ``None`` with ``ok``.
    """

    level: Level
    topic: str
    message: str
    remedy: str | None = None


def ok(topic: str, message: str) -> Finding:
    """A finding without a problem."""
    return Finding(level="ok", topic=topic, message=message)


def note(topic: str, message: str, remedy: str) -> Finding:
    """A note: something to know, or to look at where this command cannot."""
    return Finding(level="note", topic=topic, message=message, remedy=remedy)


def warning(topic: str, message: str, remedy: str) -> Finding:
    """A warning: it works, with less than it could or at a risk."""
    return Finding(level="warning", topic=topic, message=message, remedy=remedy)


def error(topic: str, message: str, remedy: str) -> Finding:
    """An error: it does not work, or must not go on like this."""
    return Finding(level="error", topic=topic, message=message, remedy=remedy)
