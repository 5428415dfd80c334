"""JSON in which a number keeps every digit that was written."""

from __future__ import annotations

import json
import re
import secrets
from decimal import Decimal
from typing import Any

# Random for each process, so that no text from outside can pass for a number.
_MARK = secrets.token_hex(8)
_MARKED = re.compile(rf'"{_MARK}:([^"]*)"')


def _number(value: object) -> str:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} cannot be JSON")
    return f"{_MARK}:{plain(value)}"


def plain(value: Decimal) -> str:
    """A decimal written out without exponent and without needless zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def dumps(value: object, *, indent: int | None = None) -> str:
    """JSON text of a value, its decimals as plain JSON numbers."""
    text = json.dumps(value, default=_number, ensure_ascii=False, indent=indent)
    return _MARKED.sub(r"\1", text)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")


def loads(text: str | bytes) -> Any:
    """The value of a JSON text, its fractions read as :class:`~decimal.Decimal`.

    :raises ValueError: if the text is no JSON, is nested beyond reason, or holds half
        of a surrogate pair, which no database can store
    """
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
        json.dumps(value, default=str, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("The JSON text is nested too deeply") from None
    return value
