from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from flask_zonos.sandbox import Sandbox

from .probing import MakePerson
from .probing import Person


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def make_person(monkeypatch: pytest.MonkeyPatch) -> Iterator[MakePerson]:
    """A person at a sandbox of their own, with these options."""
    with ExitStack() as stack:

        def make(**options: Any) -> Person:
            return Person(stack.enter_context(Sandbox(**options)), monkeypatch)

        yield make
