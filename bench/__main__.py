"""``python -m bench``: measure, and print the tables.

Everything runs on this machine's loopback and ends by itself after a few minutes. The
exit status is 1 where a bound was missed.
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
from .measures import measure_cost
from .measures import measure_growth
from .measures import measure_load
from .measures import measure_one_at_a_time
from .measures import Results
from .report import growth
from .report import missed
from .report import ratios
from .report import table
from .server import Server
from .upstream import Upstream

SHOPS = {
    "extension": "bench.shops.extension:create_app()",
    "by_hand": "bench.shops.by_hand:create_app()",
    "starlette": "bench.shops.starlette_httpx:application",
    "limit": "bench.shops.limit:application",
}

LINES = (1, 100, 200, 300, 400, 500)
ADDRESSES = (0, 10, 20, 30, 40, 50)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--rounds", type=int, default=100, help="fewer are faster (%(default)s)"
    )
    parser.add_argument(
        "--wsgi",
        choices=["uwsgi", "gunicorn"],
        default="uwsgi",
        help="what serves all but Starlette (%(default)s)",
    )
    options = parser.parse_args()
    if platform.system() != "Linux":
        sys.exit("The workers and their CPU time are found in /proc: this needs Linux.")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bundle = make_authority(folder)
        upstream = stack.enter_context(Upstream(folder))
        environment = {
            "BENCH_UPSTREAM_URL": upstream.url,
            "BENCH_CA_BUNDLE": str(bundle),
        }
        servers = [
            stack.enter_context(
                Server(
                    name,
                    application,
                    environment,
                    "uvicorn" if name == "starlette" else options.wsgi,
                )
            )
            for name, application in SHOPS.items()
        ]
        results = run(upstream, servers, options.rounds)
    if lines := list(missed(results)):
        sys.exit("\n".join(["Bounds missed:", *lines]))


def run(upstream: Upstream, servers: list[Server], rounds: int) -> dict[str, Results]:
    """All measurements, told as they are done."""
    results = {server.name: Results() for server in servers}
    few = max(rounds // 10, 2)
    print(
        f"{platform.system()}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n",
        flush=True,
    )
    measure_one_at_a_time(upstream, servers, results, rounds=rounds)
    measure_cost(upstream, servers, results, rounds=rounds)
    measure_load(upstream, servers, results, seconds=max(few, 5))
    print(table(results), end="\n\n")
    print(ratios(results), end="\n\n", flush=True)

    for kind, counts in (("lines", LINES), ("addresses", ADDRESSES)):
        costs = measure_growth(upstream, servers[0], kind, counts, rounds=few)
        print(growth(kind, costs), end="\n\n", flush=True)
    return results


if __name__ == "__main__":
    main()
