"""The picture: how long a checkout takes, by how many check out at a time."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from collections.abc import Mapping

from .measures import CROWDS
from .measures import PROFILE
from .measures import Results

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 80, 205, 56, 60
FASTEST, SLOWEST = 0.1, 4.0

#: Colours that the usual kinds of colour blindness keep apart, and labels.
LINES = {
    "limit": ("#5b6770", "the limit"),
    "extension": ("#0b6bcb", "this extension"),
    "naive": ("#c2410c", "gql client per request"),
    "sequential": ("#7e3f98", "one after the other"),
}

STYLE = """
    text { font: 13px system-ui, sans-serif; fill: #39424a }
    .title { font-size: 16px; font-weight: 600; fill: #14181b }
    .grid { stroke: #e3e7ea } .slower { stroke: #14181b; stroke-dasharray: 2 4 }
    .line { fill: none; stroke-width: 2.5; stroke-linejoin: round }
    .name { font-weight: 600 }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #14181b } text { fill: #c4ccd2 } .title { fill: #fff }
      .grid { stroke: #333b42 } .slower { stroke: #fff }
      .line, .name { filter: brightness(1.5) }
    }
"""


def picture(results: Mapping[str, Results]) -> str:
    """An SVG: the median of each crowd, and a shade up to the slowest twentieth."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'role="img" aria-labelledby="title about">',
        '<title id="title">Time of a checkout at growing load</title>',
        f'<desc id="about">{_description(results)}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text class="title" x="{LEFT}" y="30">Time of a checkout, by shoppers '
        "at a time</text>",
        *_axes(),
    ]
    names = _spread({name: results[name].load[CROWDS[-1]] for name in results})
    for name, result in results.items():
        colour, label = LINES[name]
        medians = [(_x(n), _y(statistics.median(result.load[n]))) for n in CROWDS]
        worst = [(_x(n), _y(_slowest_twentieth(result.load[n]))) for n in CROWDS]
        band = _points([*medians, *reversed(worst)])
        parts += [
            f'<polygon points="{band}" fill="{colour}" opacity="0.13"/>',
            f'<polyline class="line" points="{_points(medians)}" stroke="{colour}"/>',
            f'<text class="name" x="{WIDTH - RIGHT + 10}" y="{names[name]:.0f}" '
            f'style="fill: {colour}">{label}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


def _axes() -> Iterable[str]:
    for seconds in (0.1, 0.2, 0.5, 1.0, 2.0, 4.0):
        y = _y(seconds)
        yield (
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" '
            f'y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        yield (
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">'
            f"{1000 * seconds:,.0f} ms</text>"
        )
    for count in CROWDS:
        yield (
            f'<text x="{_x(count):.1f}" y="{HEIGHT - BOTTOM + 22}" '
            f'text-anchor="middle">{count}</text>'
        )
    yield (
        f'<line class="slower" x1="{LEFT}" x2="{WIDTH - RIGHT}" '
        f'y1="{_y(PROFILE):.1f}" y2="{_y(PROFILE):.1f}"/>'
    )
    yield (
        f'<text x="{LEFT}" y="{HEIGHT - 12}">Dotted: the slower of the two calls. '
        "Shade: from the median up to the slowest twentieth.</text>"
    )


def _spread(last: Mapping[str, list[float]]) -> dict[str, float]:
    """Where the names stand: at the ends of their lines, but 18 pixels apart."""
    places: dict[str, float] = {}
    lowest = HEIGHT - BOTTOM + 4.0
    for name in sorted(last, key=lambda name: statistics.median(last[name])):
        lowest = min(lowest, _y(statistics.median(last[name])) + 4)
        places[name] = lowest
        lowest -= 18
    return places


def _description(results: Mapping[str, Results]) -> str:
    told = (
        f"{LINES[name][1]}: "
        f"{1000 * statistics.median(result.load[CROWDS[0]]):.0f} ms alone, "
        f"{1000 * statistics.median(result.load[CROWDS[-1]]):.0f} ms with "
        f"{CROWDS[-1]} at a time"
        for name, result in results.items()
    )
    return "Medians. " + "; ".join(told) + "."


def _slowest_twentieth(taken: list[float]) -> float:
    return sorted(taken)[-1 - len(taken) // 20]


def _x(count: int) -> float:
    share = math.log(count / CROWDS[0]) / math.log(CROWDS[-1] / CROWDS[0])
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(seconds: float) -> float:
    share = math.log(min(seconds, SLOWEST) / FASTEST) / math.log(SLOWEST / FASTEST)
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
