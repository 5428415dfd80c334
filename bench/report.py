"""The tables of a run, and what it missed of its bounds."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from .measures import ALLOWED
from .measures import Results

TITLES = {
    "extension": "**this extension**",
    "by_hand": "the fair rival: by hand on the same libraries",
    "starlette": "Starlette with httpx",
    "limit": "bare WSGI, `http.client`",
}

#: Fewer cores than this are in use at the checkouts that Zonos allows.
CORES = 1.0


@dataclass(frozen=True)
class Bound:
    """The median ratio of the extension to another shop, and the most it may be.

    :ivar at_most: ``None`` where it is only shown.
    """

    rival: str
    what: str
    of: Callable[[Results], Sequence[float]]
    at_most: float | None

    def ratios(self, results: Mapping[str, Results]) -> list[float]:
        """A ratio for each round, for within a round both had the same machine."""
        ours, theirs = self.of(results["extension"]), self.of(results[self.rival])
        return [one / other for one, other in zip(ours, theirs, strict=True)]


def _warm(result: Results) -> Sequence[float]:
    return result.warm


def _cold(result: Results) -> Sequence[float]:
    return result.cold


def _cpu(result: Results) -> Sequence[float]:
    return result.cpu


BOUNDS = (
    Bound("by_hand", "added", _warm, 1.15),
    Bound("by_hand", "added, connections gone cold", _cold, 1.05),
    Bound("by_hand", "CPU", _cpu, 0.95),
    Bound("starlette", "added", _warm, 0.95),
    Bound("starlette", "CPU", _cpu, 0.65),
    Bound("limit", "added", _warm, None),
    Bound("limit", "added, connections gone cold", _cold, None),
    Bound("limit", "CPU", _cpu, None),
)


def table(results: Mapping[str, Results]) -> str:
    """The medians, as a Markdown table."""
    lines = [
        "| shop | added | added, gone cold | checkouts/s at 0 ms | CPU s per 1,000 "
        "| new connections per 1,000 | of 136/s | cores meanwhile |",
        "| --- | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for name, result in results.items():
        cells = [
            TITLES[name],
            f"{1000 * statistics.median(result.warm):.1f} ms",
            f"{1000 * statistics.median(result.cold):.1f} ms",
            f"{statistics.median(result.rates):,.0f}",
            f"{statistics.median(result.cpu):.2f}",
            f"{result.opened:,.0f}",
            f"{result.reached:.0f}",
            f"{result.cores:.2f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def ratios(results: Mapping[str, Results]) -> str:
    """The extension against the others, as a Markdown table."""
    lines = [
        "| against | what | ratio | quartiles | at most |",
        "| --- | --- | --: | --: | --: |",
    ]
    for bound in BOUNDS:
        low, ratio, high = statistics.quantiles(bound.ratios(results), n=4)
        at_most = "" if bound.at_most is None else f"{bound.at_most:.2f}"
        lines.append(
            f"| {TITLES[bound.rival]} | {bound.what} | {ratio:.2f} "
            f"| {low:.2f} to {high:.2f} | {at_most} |"
        )
    return "\n".join(lines)


def missed(results: Mapping[str, Results]) -> Iterator[str]:
    """A line for each bound that the run did not keep."""
    for bound in BOUNDS:
        ratio = statistics.median(bound.ratios(results))
        if bound.at_most is not None and ratio > bound.at_most:
            yield (
                f"{bound.what} against {TITLES[bound.rival]}: {ratio:.2f}, "
                f"at most {bound.at_most:.2f}"
            )
    ours = results["extension"]
    if ours.opened:
        yield f"{ours.opened:.0f} new connections per 1,000 warm checkouts, at most 0"
    # The last of them take their time after the last has begun.
    if ours.reached < 0.95 * ALLOWED:
        yield f"{ours.reached:.0f} checkouts a second of the {ALLOWED} asked for"
    if ours.cores >= CORES:
        yield f"{ours.cores:.2f} cores at {ALLOWED} checkouts a second, not below 1"


def growth(kind: str, costs: Mapping[int, float]) -> str:
    """The growth of a checkout's CPU time, as a Markdown table."""
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
