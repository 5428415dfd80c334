"""A run's results: a table for people, JSON, and the file that the sandbox reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from .run import Result


def as_text(results: Sequence[Result]) -> str:
    """Return a block for each probe: its guess, what was assumed, what was seen."""
    lines = []
    for result in results:
        if result.problem is not None:
            seen = f"not seen: {result.problem}"
        elif result.differs:
            seen = f"seen {_shown(result.seen)}  <- otherwise than assumed"
        else:
            seen = f"seen {_shown(result.seen)}, as assumed"
        lines += [
            f"{result.probe.guess} ({result.probe.setting})",
            f"    assumed {_shown(result.probe.assumed)}; {seen}",
        ]
        if result.request_id:
            lines.append(f"    request {result.request_id}")
    differing = sum(result.differs for result in results)
    unseen = sum(result.problem is not None for result in results)
    lines += ["", f"{len(results)} guesses: {differing} otherwise, {unseen} not seen."]
    return "\n".join(lines)


def as_json(results: Sequence[Result]) -> str:
    """Return a list of objects, one a probe."""
    return json.dumps(
        [
            {
                "setting": result.probe.setting,
                "guess": result.probe.guess,
                "assumed": result.probe.assumed,
                "seen": result.seen,
                "problem": result.problem,
                "request_id": result.request_id,
            }
            for result in results
        ],
        indent=2,
    )


def observed(
    results: Sequence[Result], *, at: datetime, schema: str | None
) -> dict[str, Any]:
    """Return what ``Sandbox(observed=...)`` reads: no secret, nobody's data.

    :param at: the time of the run.
    :param schema: the hash of Zonos's schema at that time.
    """
    return {
        "at": at.isoformat(timespec="seconds"),
        "schema": schema,
        "options": {
            result.probe.setting: result.seen
            for result in results
            if result.problem is None
        },
    }


def _shown(value: Any) -> str:
    return json.dumps(value)
