"""The page of ``flask zonos probe --password-life``."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from typing import Any

import pytest
import requests

from flask_zonos.cli.probe import password_life
from flask_zonos.cli.probe import run

from .conftest import MakePerson
from .conftest import Person
from .conftest import probe


@pytest.fixture(autouse=True)
def only_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "PROBES", password_life.PROBES)


def probe_passwords(person: Person, folder: Path, *options: str) -> Any:
    return probe(person.sandbox.settings, folder, "--password-life", *options)


@pytest.mark.parametrize(
    ("lifetime", "trials", "words"),
    [
        (300, [], "nobody has opened a checkout"),
        (0, [("fresh", 0)], "not recognised in this page"),
        (300, [("fresh", 0), ("aged", 1), ("aged", 30)], "seen 300.0, as assumed"),
        (60, [("fresh", 0), ("aged", 2), ("aged", 4)], "seen 60.0  <- otherwise"),
        (900, [("fresh", 0), ("aged", 6)], "seen 420.0  <- otherwise"),
    ],
    ids=["nothing", "never", "between", "short", "long"],
)
def test_what_the_person_has_seen_is_the_passwords_life(
    lifetime: float,
    trials: list[tuple[str, float]],
    words: str,
    make_person: MakePerson,
    tmp_path: Path,
) -> None:
    person = make_person(password_lifetime=lifetime)
    person.wanted = trials
    assert words in probe_passwords(person, tmp_path).output


def test_an_interrupted_page_is_served_no_longer(
    make_person: MakePerson, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    person = make_person()
    opened = []

    def interrupt(url: str) -> None:
        opened.append(url)
        assert requests.get(url, timeout=60).status_code == 200
        guessed = re.fullmatch(r"(http://127.0.0.1:\d+/)[\w-]{22}/", url)
        assert guessed is not None
        assert requests.post(f"{guessed[1]}done", timeout=60).status_code == 404
        tomorrow = {"kind": "aged", "minutes": "1500"}
        refused = requests.post(f"{url}trials", data=tomorrow, timeout=60)
        assert "minutes are a number from 0 to 1440" in refused.text
        elsewhere = requests.get(url, headers={"Host": "evil.example"}, timeout=60)
        assert elsewhere.status_code == 400
        # Another address of this machine, as any but the first loopback one.
        with pytest.raises(requests.ConnectionError):
            requests.get(url.replace("127.0.0.1", "127.0.0.2"), timeout=5)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("click.launch", interrupt)
    result = probe_passwords(person, tmp_path)
    assert "it was interrupted" in result.output
    with pytest.raises(requests.ConnectionError):
        requests.get(opened[0], timeout=60)
