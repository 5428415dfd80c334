"""Shared by the commands: the app's state, and errors for a person to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from ..errors import ZonosError
from ..state import current_state
from ..state import State


def count_of(number: int, noun: str) -> str:
    """``1 order``, ``2 orders``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


@contextmanager
def shop_state() -> Iterator[State]:
    """The current app's state; our errors end the command with their one line.

    :raises click.ClickException: if the app has no ``Zonos``, or a call fails.
    """
    try:
        state = current_state()
    except RuntimeError as error:
        raise click.ClickException(str(error)) from None
    try:
        yield state
    except ZonosError as error:
        raise click.ClickException(str(error)) from None
