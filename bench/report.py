"""The table of a run, and its ratios against the run's own limit."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence

from .measures import Results

TITLES = {
    "limit": "the limit: bare WSGI, `http.client`",
    "extension": "**Flask, flask-login and this extension**",
    "naive": "Flask, gql's client and an executor per request",
    "sequential": "Flask, two `requests.post` in turn",
}

#: What is compared with the limit, and how large the ratio may be: at most, hoped for.
TARGETS: dict[str, tuple[Callable[[Results], Sequence[float]], float, float]] = {
    "added, one at a time": (lambda result: result.warm, 1.5, 1.35),
    "added, connections gone cold": (lambda result: result.cold, 1.25, 1.15),
    "CPU of a checkout": (lambda result: result.cpu, 1.8, 1.5),
}


def table(results: Mapping[str, Results]) -> str:
    """The medians, as a Markdown table."""
    lines = [
        "| shop | added, one at a time | added, gone cold | added, 8 at a time "
        "| checkouts/s at 0 ms | CPU s per 1,000 | new connections per 1,000, 32 at "
        "a time |",
        "| --- | --: | --: | --: | --: | --: | --: |",
    ]
    for name, result in results.items():
        cells = [
            TITLES[name],
            *(
                f"{1000 * statistics.median(seconds):.1f} ms"
                for seconds in (result.warm, result.cold, result.crowded)
            ),
            f"{statistics.median(result.rates):,.0f}",
            f"{statistics.median(result.cpu):.2f}",
            f"{result.opened:,.0f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def ratios(results: Mapping[str, Results]) -> str:
    """The extension against the limit, as a Markdown table.

    Each round has a ratio of its own, for within a round both had the same machine.
    What is told is the median of these ratios, and their quartiles.
    """
    lines = [
        "| against the limit | ratio | quartiles | at most | hoped for |",
        "| --- | --: | --: | --: | --: |",
    ]
    for what, (of, at_most, hoped) in TARGETS.items():
        ours, limit = of(results["extension"]), of(results["limit"])
        rounds = [one / other for one, other in zip(ours, limit, strict=True)]
        low, ratio, high = statistics.quantiles(rounds, n=4)
        lines.append(
            f"| {what} | {ratio:.2f} | {low:.2f} to {high:.2f} "
            f"| {at_most:.2f} | {hoped:.2f} |"
        )
    return "\n".join(lines)


def growth(kind: str, costs: Mapping[int, float]) -> str:
    """How the CPU time of a checkout grows, as a Markdown table."""
    counts = list(costs)
    first, last = counts[0], counts[-1]
    slope = (costs[last] - costs[first]) / (last - first)
    rows = [
        (kind, [f"{count}" for count in counts]),
        ("---", ["--:"] * len(counts)),
        ("CPU ms", [f"{1000 * costs[count]:.2f}" for count in counts]),
        (
            "on a straight line",
            [
                f"{1000 * (costs[first] + slope * (count - first)):.2f}"
                for count in counts
            ],
        ),
    ]
    lines = [f"| {' | '.join([title, *cells])} |" for title, cells in rows]
    return "\n".join([*lines, "", f"{1e6 * slope:.0f} microseconds for each more."])
