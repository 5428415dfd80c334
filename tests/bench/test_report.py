"""The benchmark's tables and picture tell what was measured; nothing is timed here."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from bench.measures import CROWDS
from bench.measures import Results
from bench.picture import picture
from bench.report import growth
from bench.report import ratios
from bench.report import table

SHOPS = ("limit", "extension", "naive", "sequential")


@pytest.fixture
def results() -> dict[str, Results]:
    """Each shop is half as fast again as the one before, in rounds of their own."""
    return {
        name: Results(
            warm=[0.002 * times, 0.004 * times, 0.006 * times],
            cold=[0.005 * times] * 3,
            rates=[1000 / times, 1200 / times],
            cpu=[1.0 * times, 2.0 * times],
            opened=2000 if name == "naive" else 0,
            load={count: [0.12 * times, 0.2 * times] for count in CROWDS},
            crowded=[0.003 * times] * 4,
        )
        for name, times in zip(SHOPS, (1, 1.5, 2.25, 3.375), strict=True)
    }


def test_the_table_has_a_row_for_each_shop(results: dict[str, Results]) -> None:
    _, _, limit, extension, naive, sequential = table(results).splitlines()

    assert limit.endswith("| 4.0 ms | 5.0 ms | 3.0 ms | 1,100 | 1.50 | 0 |")
    assert extension.endswith("| 6.0 ms | 7.5 ms | 4.5 ms | 733 | 2.25 | 0 |")
    assert naive.endswith("| 2,000 |")
    assert "two `requests.post`" in sequential


def test_a_ratio_is_the_median_of_the_rounds_own(results: dict[str, Results]) -> None:
    # Slow rounds of both are no difference between them.
    results["extension"].warm = [0.004, 0.004, 0.006]

    _, _, warm, cold, cpu = ratios(results).splitlines()

    assert warm == "| added, one at a time | 1.00 | 1.00 to 2.00 | 1.50 | 1.35 |"
    assert "| 1.50 | 1.50 to 1.50 | 1.25 | 1.15 |" in cold
    assert "| 1.50 | 1.50 to 1.50 | 1.80 | 1.50 |" in cpu


def test_growth_is_compared_with_a_straight_line() -> None:
    told = growth("lines", {1: 0.001, 100: 0.0025, 201: 0.003})

    assert "| lines | 1 | 100 | 201 |" in told
    assert "| CPU ms | 1.00 | 2.50 | 3.00 |" in told
    assert "| on a straight line | 1.00 | 1.99 | 3.00 |" in told
    assert told.endswith("10 microseconds for each more.")


def test_the_picture_names_each_shop_and_tells_its_times(
    results: dict[str, Results],
) -> None:
    drawn = ElementTree.fromstring(picture(results))
    told = " ".join(drawn.itertext())

    assert "this extension: 240 ms alone, 240 ms with 64 at a time" in told
    for label in ("the limit", "gql client per request", "one after the other"):
        assert label in told


def test_a_single_checkout_can_be_drawn(results: dict[str, Results]) -> None:
    for result in results.values():
        result.load = {count: [0.2] for count in CROWDS}

    assert "<polygon" in picture(results)
