"""``flask zonos addresses review``."""

from __future__ import annotations

import csv
import itertools
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from flask_zonos import CustomerProfile
from flask_zonos import Zonos
from flask_zonos.cli import zonos as command

from ..support.samples import location
from ..support.samples import profile

SOAK = (
    pytest.mark.soak,
    pytest.mark.skipif(os.environ.get("SOAK") != "1", reason="takes long: SOAK=1"),
)
SOUND = location(postal_code="V6E 1M7", phone=None)
UNTIDY = location(administrative_area="British Columbia", postal_code="V6E1M7")
WRONG = location(postal_code="secret-code", country_code="US")
NOWHERE = location(country_code="Secret Land")


def run(profiles: Any, *words: str, **config: Any) -> Result:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="secret", **config)
    zonos = Zonos(app)
    if profiles is not None:
        zonos.profile_source(lambda: profiles)
    return app.test_cli_runner().invoke(command, ["addresses", "review", *words])


def customers(*locations: Any) -> Iterator[CustomerProfile | None]:
    yield None
    for number, one in enumerate(locations):
        yield profile(customer_id=f"customer-{number}", locations=[one])


def test_it_counts_findings_by_country_and_shows_no_value(tmp_path: Path) -> None:
    path = tmp_path / "found.csv"
    found = run(customers(SOUND, UNTIDY, UNTIDY, WRONG, NOWHERE), "--csv", str(path))

    assert found.exit_code == 1
    rows = [line.split() for line in found.stdout.splitlines()]
    assert ["CA", "administrative_area", "warning", "2"] in [row[:4] for row in rows]
    assert ["US", "postal_code", "error", "1"] in [row[:4] for row in rows]
    assert ["-", "country_code", "error", "1"] in [row[:4] for row in rows]
    assert "5 profiles with 5 addresses" in found.stdout
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert {line["customer_id"] for line in lines} == {
        f"customer-{number}" for number in (1, 2, 3, 4)
    }
    assert set(lines[0]) == {"customer_id", "address", "field", "severity"}
    for shown in (found.output, path.read_text(encoding="utf-8")):
        assert "ecret" not in shown and "Davie" not in shown


@pytest.mark.parametrize(
    ("locations", "words", "config", "exit_code"),
    [
        ([UNTIDY], [], {}, 0),
        ([SOUND, WRONG], ["--limit", "1"], {}, 0),
        ([UNTIDY], [], {"ZONOS_TIDY_LOCATIONS": True}, 0),
        (["Davie Street"], [], {}, 1),
        ([location(country_code=["CA"])], [], {}, 1),
    ],
)
def test_the_exit_code_tells_of_errors(
    locations: list[Any], words: list[str], config: dict[str, Any], exit_code: int
) -> None:
    found = run(customers(*locations), *words, **config)

    assert found.exit_code == exit_code, found.output
    assert "1 profiles with 1 addresses" in found.stdout
    assert ("administrative_area" in found.stdout) == (
        locations == [UNTIDY] and not config
    )


@pytest.mark.parametrize("given", [None, 7, ["customer-1"]])
def test_a_source_that_gives_no_profiles_is_explained(given: Any) -> None:
    found = run(given)

    assert found.exit_code == 1
    assert "@zonos.profile_source" in found.stderr
    assert "Traceback" not in found.output and "customer-1" not in found.output


@pytest.mark.parametrize("place", ["nowhere/found.csv", ".", "f/found.csv"])
def test_a_file_that_cannot_be_written_is_explained(tmp_path: Path, place: str) -> None:
    (tmp_path / "f").touch()

    found = run(customers(SOUND), "--csv", str(tmp_path / place))

    assert found.exit_code in (1, 2)
    assert "Error" in found.stderr and str(tmp_path / place) in found.stderr
    assert isinstance(found.exception, SystemExit)


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    shop = "from flask import Flask\nfrom flask_zonos import Zonos\nimport sys\n"
    shop += "sys.modules['phonenumbers'] = None\napp = Flask('shop')\nZonos(app)\n"
    (tmp_path / "shop.py").write_text(shop)
    words = ["-m", "flask", "--app", "shop", "zonos", "addresses", "review"]

    found = subprocess.run(
        [sys.executable, *words], cwd=tmp_path, capture_output=True, text=True
    )

    assert found.returncode == 1
    assert "pip install flask-zonos[addresses]" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize("many", [5_000, pytest.param(100_000, marks=SOAK)])
def test_memory_does_not_grow_with_the_number_of_profiles(many: int) -> None:
    made = (profile(locations=[WRONG]) for _ in itertools.count())

    def peak(number: int) -> int:
        tracemalloc.reset_peak()
        assert run(itertools.islice(made, number)).exit_code == 1
        return tracemalloc.get_traced_memory()[1]

    peak(10)
    tracemalloc.start()
    try:
        few = peak(100)
        # Kept, 5,000 profiles would have 1.1 MB.
        assert peak(many) - few < 500_000
    finally:
        tracemalloc.stop()
