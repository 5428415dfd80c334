"""``flask zonos addresses review``."""

from __future__ import annotations

import csv
import itertools
import sys
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
    rows = [line.split()[:4] for line in found.stdout.splitlines()]
    assert ["CA", "administrative_area", "warning", "2"] in rows
    assert ["US", "postal_code", "error", "1"] in rows
    assert ["-", "country_code", "error", "1"] in rows
    assert "5 profiles with 5 addresses" in found.stdout
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    found_of = sorted({line["customer_id"] for line in lines})
    assert found_of == ["customer-1", "customer-2", "customer-3", "customer-4"]
    for shown in (found.output, path.read_text(encoding="utf-8")):
        assert "ecret" not in shown and "Davie" not in shown


@pytest.mark.parametrize(
    ("given", "config", "exit_code"),
    [
        (UNTIDY, {}, 0),
        (UNTIDY, {"ZONOS_TIDY_LOCATIONS": True}, 0),
        ("Davie Street", {}, 1),
    ],
)
def test_the_exit_code_tells_of_errors(
    given: Any, config: dict[str, Any], exit_code: int
) -> None:
    found = run(customers(given), **config)
    assert found.exit_code == exit_code, found.output
    assert ("administrative_area" in found.stdout) == (given is UNTIDY and not config)


@pytest.mark.parametrize(
    ("profiles", "words", "told"),
    [
        *((profiles, [], "@zonos.profile_source") for profiles in (None, 7, ["one"])),
        ([], ["--csv", "/nowhere/found.csv"], "/nowhere/found.csv cannot be written"),
    ],
)
def test_what_cannot_work_is_explained(
    profiles: Any, words: list[str], told: str
) -> None:
    found = run(profiles, *words)
    assert found.exit_code == 1
    assert told in found.stderr


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [each for each in sys.modules if "flask_zonos.addresses" in each]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    found = run(customers(SOUND))
    assert found.exit_code == 1
    assert "pip install flask-zonos[addresses]" in found.stderr


def test_profiles_are_read_one_at_a_time() -> None:
    endless = (profile(locations=[SOUND]) for _ in itertools.count())
    assert "3 profiles" in run(endless, "--limit", "3").stdout
