"""The benchmark tells what it missed of its bounds; nothing is timed here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.measures import Results
from bench.report import missed
from bench.report import ratios

SHOPS = ("extension", "by_hand", "starlette", "limit")


@pytest.fixture
def results() -> dict[str, Results]:
    """Each shop is twice as slow as the one before, in rounds of their own."""
    return {
        name: Results(
            warm=[0.002 * times, 0.004 * times, 0.006 * times],
            cold=[0.005 * times] * 3,
            cpu=[1.0 * times, 2.0 * times],
            opened=0,
            reached=135.2,
            cores=0.25 * times,
        )
        for name, times in zip(SHOPS, (1, 2, 4, 8), strict=True)
    }


def test_a_ratio_is_the_median_of_the_rounds_own(results: dict[str, Results]) -> None:
    # Slow rounds of both are no difference between them.
    results["by_hand"].warm = [0.002, 0.002, 0.006]
    _, _, warm, *_ = ratios(results).splitlines()
    assert warm.endswith("| added | 1.00 | 1.00 to 2.00 | 1.15 |")


def test_each_bound_that_was_missed_is_named(results: dict[str, Results]) -> None:
    assert list(missed(results)) == []
    results["extension"] = replace(results["limit"], opened=3, reached=100, cores=1.2)
    told = list(missed(results))
    assert len(told) == 8
    assert told[2].startswith("CPU against the fair rival")
    assert told[2].endswith("4.00, at most 0.95")
    assert told[-1].startswith("1.20 cores")
