"""The storefront on real servers; collected by ``make scale-test`` only."""

from __future__ import annotations

import os
from collections.abc import Callable
from collections.abc import Iterator

import pytest

from demo_app.scale.machines import Machines

from .shopper import Shopper

collect_ignore_glob = [] if os.environ.get("SCALE") == "1" else ["test_*.py"]


@pytest.fixture(scope="session")
def machines() -> Iterator[Machines]:
    with Machines() as running:
        yield running


@pytest.fixture(scope="session")
def addresses() -> Iterator[str]:
    """Loopback has millions of addresses: one for each shopper, as in the world."""
    return (f"127.7.{n // 250}.{n % 250 + 1}" for n in range(60_000))


@pytest.fixture
def new_shopper(
    machines: Machines, addresses: Iterator[str]
) -> Iterator[Callable[[], Shopper]]:
    made: list[Shopper] = []

    def make() -> Shopper:
        made.append(Shopper(machines, next(addresses)))
        return made[-1]

    yield make
    for shopper in made:
        shopper.http.close()
