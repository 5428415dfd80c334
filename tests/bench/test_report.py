"""The benchmark's tables tell what was measured; nothing is timed here."""

from __future__ import annotations

import pytest

from bench.measures import Results
from bench.report import growth
from bench.report import missed
from bench.report import ratios
from bench.report import table

SHOPS = ("extension", "by_hand", "starlette", "limit")


@pytest.fixture
def results() -> dict[str, Results]:
    """Each shop is twice as slow as the one before, in rounds of their own."""
    return {
        name: Results(
            warm=[0.002 * times, 0.004 * times, 0.006 * times],
            cold=[0.005 * times] * 3,
            rates=[1000 / times, 1200 / times],
            cpu=[1.0 * times, 2.0 * times],
            opened=2 if name == "starlette" else 0,
            reached=135.2,
            cores=0.25 * times,
        )
        for name, times in zip(SHOPS, (1, 2, 4, 8), strict=True)
    }


def test_the_table_has_a_row_for_each_shop(results: dict[str, Results]) -> None:
    _, _, extension, by_hand, starlette, _ = table(results).splitlines()

    assert extension.endswith("| 4.0 ms | 5.0 ms | 1,100 | 1.50 | 0 | 135 | 0.25 |")
    assert by_hand.endswith("| 8.0 ms | 10.0 ms | 550 | 3.00 | 0 | 135 | 0.50 |")
    assert starlette.endswith("| 2 | 135 | 1.00 |")


def test_a_ratio_is_the_median_of_the_rounds_own(results: dict[str, Results]) -> None:
    # Slow rounds of both are no difference between them.
    results["by_hand"].warm = [0.002, 0.002, 0.006]

    _, _, warm, cold, *_ = ratios(results).splitlines()

    assert warm.endswith("| added | 1.00 | 1.00 to 2.00 | 1.15 |")
    assert cold.endswith("| 0.50 | 0.50 to 0.50 | 1.05 |")


def test_a_run_within_its_bounds_misses_nothing(results: dict[str, Results]) -> None:
    assert list(missed(results)) == []


def test_each_bound_that_was_missed_is_named(results: dict[str, Results]) -> None:
    results["extension"] = Results(
        warm=[0.01, 0.03, 0.02],
        cold=[0.02] * 3,
        cpu=[4.0, 8.0],
        opened=3,
        reached=100,
        cores=1.2,
    )

    told = list(missed(results))

    assert len(told) == 8
    assert told[2].startswith("CPU against the fair rival")
    assert told[2].endswith("2.00, at most 0.95")
    assert told[-1].startswith("1.20 cores")


def test_growth_is_compared_with_a_straight_line() -> None:
    told = growth("lines", {1: 0.001, 100: 0.0025, 201: 0.003})

    assert "| lines | 1 | 100 | 201 |" in told
    assert "| CPU ms | 1.00 | 2.50 | 3.00 |" in told
    assert "| on a straight line | 1.00 | 1.99 | 3.00 |" in told
    assert told.endswith("10 microseconds for each more.")
