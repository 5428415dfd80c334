"""``python -m bench``: measure, print the tables, draw the picture.

Everything runs on this machine's loopback and ends by itself after a few minutes.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from .authority import make_authority
from .measures import measure_connections
from .measures import measure_cost
from .measures import measure_crowds
from .measures import measure_growth
from .measures import measure_one_at_a_time
from .measures import Results
from .picture import picture
from .report import growth
from .report import ratios
from .report import table
from .server import Server
from .upstream import Upstream

SHOPS = {
    "limit": "bench.shops.limit:application",
    "extension": "bench.shops.extension:create_app()",
    "naive": "bench.shops.naive:create_app()",
    "sequential": "bench.shops.sequential:create_app()",
}

LINES = (1, 100, 200, 300, 400, 500)
ADDRESSES = (0, 10, 20, 30, 40, 50)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--picture", type=Path, default=Path("build/latency.svg"), help="%(default)s"
    )
    parser.add_argument(
        "--rounds", type=int, default=100, help="fewer are faster (%(default)s)"
    )
    options = parser.parse_args()
    if platform.system() != "Linux":
        sys.exit("The CPU time of the workers is read from /proc: this needs Linux.")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bundle = make_authority(folder)
        upstream = stack.enter_context(Upstream(folder))
        environment = {
            "BENCH_UPSTREAM_URL": upstream.url,
            "BENCH_CA_BUNDLE": str(bundle),
        }
        servers = [
            stack.enter_context(Server(name, application, environment))
            for name, application in SHOPS.items()
        ]
        run(upstream, servers, options.rounds, options.picture)


def run(upstream: Upstream, servers: list[Server], rounds: int, drawing: Path) -> None:
    """All measurements, told as they are done."""
    results = {server.name: Results() for server in servers}
    few = max(rounds // 10, 2)
    print(
        f"{platform.system()}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n",
        flush=True,
    )
    measure_one_at_a_time(upstream, servers, results, rounds=rounds)
    measure_cost(upstream, servers, results, rounds=max(rounds // 4, 2))
    measure_crowds(upstream, servers, results, rounds=3)
    measure_connections(upstream, servers, results)
    print(table(results), end="\n\n")
    print(ratios(results), end="\n\n", flush=True)

    extension = next(server for server in servers if server.name == "extension")
    for kind, counts in (("lines", LINES), ("addresses", ADDRESSES)):
        costs = measure_growth(upstream, extension, kind, counts, rounds=few)
        print(growth(kind, costs), end="\n\n", flush=True)

    drawing.parent.mkdir(parents=True, exist_ok=True)
    drawing.write_text(picture(results))
    print(f"The picture of growing load: {drawing}")


if __name__ == "__main__":
    main()
