"""The measurements: every shop in turn, there and back, so that all share the noise."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field

from .load import at_once
from .load import paced
from .load import shoppers
from .server import Server
from .server import THREADS
from .server import WORKERS
from .upstream import Upstream

#: Seconds that the stand-in takes for a cart and for a profile.
CART, PROFILE = 0.08, 0.12

#: Checkouts a second that Zonos's rate limit allows an organization: 3,000 points a
#: second, 22 for a cart and a profile.
ALLOWED = 136


@dataclass
class Results:
    """Measurements of one shop, each number from another round.

    :ivar warm: seconds that a checkout took beyond the slower call, one at a time.
    :ivar cold: the same where the upstream had closed its idle connections.
    :ivar rates: checkouts a second where the upstream answers at once.
    :ivar cpu: CPU seconds of 1,000 checkouts, meanwhile.
    :ivar opened: new upstream connections in 1,000 warm checkouts, 32 at a time.
    :ivar reached: checkouts a second where :data:`ALLOWED` were asked for.
    :ivar cores: cores in use meanwhile.
    """

    warm: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    opened: float = 0
    reached: float = 0
    cores: float = 0


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


def measure_cost(
    upstream: Upstream,
    servers: Sequence[Server],
    results: dict[str, Results],
    *,
    rounds: int,
) -> None:
    """Fill ``rates`` and ``cpu``: 32 at a time, the upstream answers at once."""
    upstream.set_delays(0, 0)
    crowds = {server.name: shoppers(server, WORKERS * THREADS) for server in servers}
    for crowd in crowds.values():
        at_once(crowd, checkouts=200, seconds=2)
    by_name = {server.name: server for server in servers}
    for name in _in_turn(servers, rounds):
        server, crowd = by_name[name], crowds[name]
        began, cpu = time.perf_counter(), server.cpu_seconds()
        checkouts = len(at_once(crowd, seconds=0.25))
        seconds, cpu = time.perf_counter() - began, server.cpu_seconds() - cpu
        results[name].rates.append(checkouts / seconds)
        results[name].cpu.append(1000 * cpu / checkouts)


def measure_load(
    upstream: Upstream,
    servers: Sequence[Server],
    results: dict[str, Results],
    *,
    seconds: float,
) -> None:
    """Fill ``opened``, ``reached`` and ``cores``."""
    upstream.set_delays(CART, PROFILE)
    for server in servers:
        # More than will come, since a worker may get more than its half of them.
        at_once(shoppers(server, 64), checkouts=320, seconds=5)
        crowd = shoppers(server, 32)
        before = upstream.connections()
        checkouts = len(at_once(crowd, checkouts=1000, seconds=8))
        opened = upstream.connections() - before
        results[server.name].opened = 1000 * opened / checkouts

        began, cpu = time.perf_counter(), server.cpu_seconds()
        checkouts = len(paced(crowd, rate=ALLOWED, seconds=seconds))
        lasted = time.perf_counter() - began
        results[server.name].reached = checkouts / lasted
        results[server.name].cores = (server.cpu_seconds() - cpu) / lasted


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
            cpu = server.cpu_seconds()
            checkouts = len(at_once(crowd, seconds=1))
            seen[count].append((server.cpu_seconds() - cpu) / checkouts)
    return {count: statistics.median(costs) for count, costs in seen.items()}


def _in_turn(servers: Sequence[Server], rounds: int) -> Iterator[str]:
    """The shops' names, there and back, so that none always follows the same other."""
    names = [server.name for server in servers]
    for number in range(rounds):
        yield from reversed(names) if number % 2 else names
