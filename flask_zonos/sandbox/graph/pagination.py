"""Relay's connections over the rows of a table."""

from __future__ import annotations

import base64
import binascii
import sqlite3
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

from ..control.options import Options
from .problems import BadRequest
from .resolvers import Object


def page(
    rows: Sequence[sqlite3.Row],
    node: Callable[[sqlite3.Row], Any],
    options: Options,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Object:
    """The window of ``rows`` that the four arguments ask for, as a connection.

    :param rows: all rows in their order, each with its ``seq``
    :param node: makes the object of a row; called for the window only
    :param options: they say how long a page is
    :raises BadRequest: for a negative number, both ends at once, or a strange cursor
    """
    if first is not None and last is not None:
        raise BadRequest("Ask for the first or for the last ones, not for both")
    start, end = 0, len(rows)
    if after is not None:
        start = _position(rows, after, "after") + 1
    if before is not None:
        end = _position(rows, before, "before")
    end = max(start, end)
    if last is None:
        end = min(end, start + _size(first, "first", options))
    else:
        start = max(start, end - _size(last, "last", options))
    window = rows[start:end]
    edges = [{"cursor": _cursor(row), "node": node(row)} for row in window]
    return {
        "edges": edges,
        "pageInfo": {
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
            "hasNextPage": end < len(rows),
            "hasPreviousPage": start > 0,
        },
        "totalCount": len(rows),
    }


def _size(number: int | None, name: str, options: Options) -> int:
    if number is None:
        number = options.page_size
    if number < 0:
        raise BadRequest(f"{name!r} must not be negative")
    return min(number, options.page_most)


def _cursor(row: sqlite3.Row) -> str:
    return base64.urlsafe_b64encode(f"seq:{row['seq']}".encode()).decode()


def _position(rows: Sequence[sqlite3.Row], cursor: str, name: str) -> int:
    try:
        kind, _, number = base64.urlsafe_b64decode(cursor).decode().partition(":")
        wanted = int(number) if kind == "seq" else None
    except (binascii.Error, UnicodeError, ValueError):
        wanted = None
    for index, row in enumerate(rows):
        if row["seq"] == wanted:
            return index
    raise BadRequest(f"{name!r} is no cursor of this list")
