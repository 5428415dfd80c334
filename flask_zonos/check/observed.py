"""The file of ``flask zonos probe``: old, or of a schema that has moved on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from pathlib import Path

from ..config import is_loopback
from ..config import Settings
from .documents import live_schema
from .finding import Finding
from .finding import ok
from .finding import warning

OBSERVED = Path("observed.json")
LONGEST_AGE = timedelta(days=90)

_TOPIC = "observed"
_REMEDY = "Run flask zonos probe again, with a key of mode TEST."


def check(settings: Settings, path: Path, *, offline: bool) -> Iterator[Finding]:
    """Compare the file's time and schema with today's; nothing where there is none."""
    try:
        content = json.loads(path.read_bytes())
        at = datetime.fromisoformat(content["at"])
        age = datetime.now(UTC) - at
        schema = content["schema"]
    except FileNotFoundError:
        return
    except (OSError, ValueError, KeyError, TypeError):
        yield warning(_TOPIC, f"{path} is not a file of flask zonos probe.", _REMEDY)
        return
    if age > LONGEST_AGE:
        yield warning(
            _TOPIC,
            f"{path} is {age.days} days old: Zonos may do otherwise by now.",
            _REMEDY,
        )
    elif (
        not offline
        # None where the probe could not read it.
        and schema is not None
        and not is_loopback(settings.api_url)
        and schema_fingerprint(settings) not in (None, schema)
    ):
        yield warning(
            _TOPIC, f"Zonos's schema has changed since {path} was written.", _REMEDY
        )
    else:
        yield ok(_TOPIC, f"{path} is of {at:%Y-%m-%d}.")


def schema_fingerprint(settings: Settings) -> str | None:
    """Return a hash of Zonos's schema, or ``None`` if it cannot be read.

    It does not depend on the order of types and fields.
    """
    from graphql import lexicographic_sort_schema
    from graphql import print_schema

    live = live_schema(settings)
    if isinstance(live, Finding):
        return None
    text = print_schema(lexicographic_sort_schema(live))
    return hashlib.sha256(text.encode()).hexdigest()
