"""The storefront on real servers; collected by ``make scale-test`` only."""

from __future__ import annotations

import os
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

from demo_app.scale.machines import Machines

from .shopper import Shopper

collect_ignore_glob = [] if os.environ.get("SCALE") == "1" else ["test_*.py"]


@pytest.fixture(scope="session")
def machines() -> Iterator[Machines]:
    with Machines() as running:
        yield running


@pytest.fixture
def new_shopper(machines: Machines) -> Iterator[Callable[[], Shopper]]:
    with ExitStack() as sessions:
        yield lambda: Shopper(machines, sessions.enter_context(requests.Session()))
