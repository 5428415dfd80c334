"""The measurements: every shop in turn, there and back, so that all share the noise."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field

from .load import at_once
from .load import Shopper
from .load import shoppers
from .server import Server
from .upstream import Upstream

#: Seconds that the stand-in takes for a cart and for a profile.
CART, PROFILE = 0.08, 0.12

#: The shops whose ratios are told.
COMPARED = ("limit", "extension")

#: Shoppers at a time in the picture.
CROWDS = (1, 2, 4, 8, 16, 32, 64)


@dataclass
class Results:
    """What one shop was seen to do, each number from another round.

    :ivar warm: seconds that a checkout took beyond the slower call, one at a time.
    :ivar cold: the same where the upstream had closed its idle connections.
    :ivar crowded: the same with 8 at a time.
    :ivar rates: checkouts a second where the upstream answers at once.
    :ivar cpu: CPU seconds of 1,000 checkouts, meanwhile.
    :ivar opened: new upstream connections in 1,000 warm checkouts, 32 at a time.
    :ivar load: seconds that checkouts took, by how many there were at a time.
    """

    warm: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    crowded: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    opened: float = 0
    load: dict[int, list[float]] = field(default_factory=dict)


def measure_one_at_a_time(
    upstream: Upstream,
    servers: Sequence[Server],
    results: dict[str, Results],
    *,
    rounds: int,
) -> None:
    """Fill ``warm`` and ``cold``."""
    upstream.set_delays(CART, PROFILE)
    single = {server.name: shoppers(server, 1)[0] for server in servers}
    for shopper in single.values():
        # Either worker must have had its first.
        for _ in range(10):
            shopper.check_out()
    for name in _in_turn(servers, rounds):
        results[name].warm.append(single[name].check_out() - PROFILE)
    for name in _in_turn(servers, rounds):
        upstream.hang_up()
        time.sleep(0.02)
        results[name].cold.append(single[name].check_out() - PROFILE)


def measure_crowds(
    upstream: Upstream,
    servers: Sequence[Server],
    results: dict[str, Results],
    *,
    rounds: int,
) -> None:
    """Fill ``crowded`` and ``load``."""
    upstream.set_delays(CART, PROFILE)
    for count in CROWDS:
        crowds = {server.name: shoppers(server, count) for server in servers}
        for crowd in crowds.values():
            at_once(crowd, checkouts=2 * count, seconds=0.5)
        for _ in range(rounds):
            for name, crowd in crowds.items():
                taken = at_once(crowd, seconds=1)
                results[name].load.setdefault(count, []).extend(taken)
    for result in results.values():
        result.crowded = [took - PROFILE for took in result.load[8]]


def measure_cost(
    upstream: Upstream,
    servers: Sequence[Server],
    results: dict[str, Results],
    *,
    rounds: int,
) -> None:
    """Fill ``rates`` and ``cpu``: 16 at a time, the upstream answers at once."""
    upstream.set_delays(0, 0)
    crowds = {server.name: shoppers(server, 16) for server in servers}
    for crowd in crowds.values():
        at_once(crowd, checkouts=200, seconds=2)
    by_name = {server.name: server for server in servers}
    for name in _in_turn(servers, rounds):
        seconds, cpu, checkouts = _cost(by_name[name], crowds[name])
        results[name].rates.append(checkouts / seconds)
        results[name].cpu.append(1000 * cpu / checkouts)


def measure_connections(
    upstream: Upstream, servers: Sequence[Server], results: dict[str, Results]
) -> None:
    """Fill ``opened``."""
    upstream.set_delays(CART, PROFILE)
    for server in servers:
        # More than will come, since a worker may get more than its half of them.
        at_once(shoppers(server, 64), checkouts=320, seconds=5)
        crowd = shoppers(server, 32)
        before = upstream.connections()
        checkouts = len(at_once(crowd, checkouts=1000, seconds=8))
        opened = upstream.connections() - before
        results[server.name].opened = 1000 * opened / checkouts


def measure_growth(
    upstream: Upstream, server: Server, kind: str, counts: Sequence[int], *, rounds: int
) -> dict[int, float]:
    """CPU seconds of one checkout, by how many ``lines`` or ``addresses`` it has."""
    upstream.set_delays(0, 0)
    crowd = shoppers(server, 4)
    seen: dict[int, list[float]] = {count: [] for count in counts}
    for _ in range(rounds):
        for count in counts:
            for shopper in crowd:
                shopper.choose({kind: count})
            _, cpu, checkouts = _cost(server, crowd)
            seen[count].append(cpu / checkouts)
    return {count: statistics.median(costs) for count, costs in seen.items()}


def _in_turn(servers: Sequence[Server], rounds: int) -> Iterator[str]:
    """The shops' names, there and back, so that none always follows the same other.

    Those that are not compared are slow, and take part in every fifth round only.
    """
    for number in range(rounds):
        names = [
            server.name
            for server in servers
            if number % 5 == 0 or server.name in COMPARED
        ]
        yield from reversed(names) if number % 2 else names


def _cost(server: Server, crowd: Sequence[Shopper]) -> tuple[float, float, int]:
    """Seconds, CPU seconds of the workers, and checkouts of a short run."""
    began, cpu = time.perf_counter(), server.cpu_seconds()
    checkouts = len(at_once(crowd, seconds=1))
    return time.perf_counter() - began, server.cpu_seconds() - cpu, checkouts
