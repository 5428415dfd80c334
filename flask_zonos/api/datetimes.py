"""Datetimes as Zonos writes them: ISO 8601, with a time zone."""

from __future__ import annotations

from datetime import datetime
from datetime import timedelta
from datetime import UTC

from ..errors import InvalidInput


def parse_datetime(text: str) -> datetime:
    """Parse a datetime of Zonos's; one without a zone is taken to be in UTC.

    :raises ValueError: if it is none.
    """
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def format_datetime_up(value: datetime, field: str) -> str:
    """Format the end of a span, rounded up to whole seconds: nothing is cut off.

    :raises InvalidInput: if it has no time zone: its UTC offset would be a guess.
    """
    whole = _to_utc(value, field) + timedelta(microseconds=999_999)
    return _isoformat(whole)


def format_datetime(value: datetime, field: str) -> str:
    """Format a datetime, or the beginning of a span, rounded down to whole seconds.

    :raises InvalidInput: if it has no time zone.
    """
    return _isoformat(_to_utc(value, field))


def _to_utc(value: datetime, field: str) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise InvalidInput(field, "must be a datetime with a time zone, such as UTC")
    return value.astimezone(UTC)


def _isoformat(value: datetime) -> str:
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")
