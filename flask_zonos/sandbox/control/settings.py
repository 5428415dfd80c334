"""One setting: its default, what it means, and which values fit."""

from __future__ import annotations

import dataclasses
from typing import Any

#: A field of :class:`~flask_zonos.sandbox.control.options.Options`.
Setting = dataclasses.Field

_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def setting(default: Any, meaning: str, *choices: Any) -> Any:
    """A field of a dataclass, with what a person needs to know of it.

    :param meaning: one sentence; seconds where it speaks of a time
    :param choices: the values there are; left out, any of the default's type
    """
    return dataclasses.field(
        default=default, metadata={"meaning": meaning, "choices": choices}
    )


def fitting(one: Setting[Any], value: Any) -> Any:
    """A value in a setting's own type.

    :raises ValueError: if it does not fit
    """
    default, choices = one.default, one.metadata["choices"]
    if isinstance(default, bool):
        fits = isinstance(value, bool)
    elif _is_whole(one):
        fits = _is_amount(value) and float(value).is_integer()
        value = int(value) if fits else value
    elif isinstance(default, int | float):
        fits = _is_amount(value)
        value = float(value) if fits else value
    elif isinstance(default, tuple):
        fits = isinstance(value, list | tuple)
        each_fits = choices.__contains__ if choices else _is_amount
        fits = fits and all(map(each_fits, value))
        value = tuple(value if choices else map(float, value)) if fits else value
    else:
        fits = isinstance(value, str) and bool(value or not default)
    if choices and not isinstance(default, tuple):
        fits = fits and value in choices
    if not fits:
        raise ValueError(f"{one.name!r} takes {_kind(one)}")
    return value


def from_text(one: Setting[Any], text: str) -> Any:
    """The value that a text on a command line stands for.

    Truth by word, numbers, lists separated by commas.

    :raises ValueError: if it does not fit
    """
    default, choices = one.default, one.metadata["choices"]
    if isinstance(default, bool):
        return fitting(one, _WORDS.get(text.lower()))
    if isinstance(default, int | float):
        return fitting(one, _number(text))
    if isinstance(default, tuple):
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return fitting(one, parts if choices else [_number(part) for part in parts])
    return fitting(one, text)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _is_whole(one: Setting[Any]) -> bool:
    """True if a number's field says ``int``; a default of ``300`` says nothing."""
    return one.type in (int, "int")


def _is_amount(value: object) -> bool:
    try:
        return (
            not isinstance(value, str | bool) and 0 <= float(value) < 1e9  # type: ignore[arg-type]
        )
    except (TypeError, ValueError):
        return False


def _kind(one: Setting[Any]) -> str:
    choices = one.metadata["choices"]
    if isinstance(one.default, tuple):
        return f"a list of {', '.join(choices)}" if choices else "a list of numbers"
    if choices:
        return f"one of {', '.join(map(str, choices))}"
    if isinstance(one.default, bool):
        return "true or false"
    if isinstance(one.default, str):
        return "a text"
    return "a whole number from 0" if _is_whole(one) else "a number from 0"
