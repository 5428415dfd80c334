"""One thing found, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "note", "warning", "error"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one look has shown.

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
    """Nothing to mend."""
    return Finding(level="ok", topic=topic, message=message)


def note(topic: str, message: str, remedy: str) -> Finding:
    """Something to know, or to look at where this command cannot."""
    return Finding(level="note", topic=topic, message=message, remedy=remedy)


def warning(topic: str, message: str, remedy: str) -> Finding:
    """It works, with less than it could or at a risk."""
    return Finding(level="warning", topic=topic, message=message, remedy=remedy)


def error(topic: str, message: str, remedy: str) -> Finding:
    """It does not work, or must not go on like this."""
    return Finding(level="error", topic=topic, message=message, remedy=remedy)
