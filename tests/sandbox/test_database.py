"""The file that the sandbox keeps its state in, and files that it cannot use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flask_zonos.cli.sandbox import sandbox as command
from flask_zonos.sandbox import Sandbox

from .conftest import Zonos

# What the sandbox held before its tables were numbered, cut short.
EARLY = """CREATE TABLE one_time_password (password TEXT, customer TEXT);
CREATE TABLE cart (id TEXT); INSERT INTO cart VALUES ('cart_old');"""


def made(path: Path, script: str) -> str:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(script)
    return str(path)


def rows(path: str, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchall()


def test_what_it_holds_outlives_a_restart_and_is_its_owners_alone(
    tmp_path: Path,
) -> None:
    database = tmp_path / "sandbox.sqlite3"
    with Sandbox(str(database)) as sandbox:
        zonos = Zonos(sandbox)
        zonos.order(zonos.password("c-1"), saveCard=True)
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert {"sandbox.sqlite3", "sandbox.sqlite3-wal"} <= modes.keys()
    assert set(modes.values()) == {0o600}
    database.chmod(0o644)
    with Sandbox(str(database)) as sandbox:
        assert database.stat().st_mode & 0o777 == 0o600
        zonos = Zonos(sandbox)
        customer = zonos.session(zonos.password("c-1"))["customer"]
        assert len(customer["paymentMethods"]) == 1


@pytest.mark.parametrize(
    "script", [EARLY, EARLY + "PRAGMA user_version = 99;"], ids=["earlier", "later"]
)
def test_the_file_of_another_version_is_refused_with_the_remedy_which_works(
    tmp_path: Path, script: str
) -> None:
    database = made(tmp_path / "old.sqlite3", script)
    result = CliRunner().invoke(command, ["--port", "0", "--database", database])
    assert result.exit_code != 0
    assert "--reset" in result.output
    assert rows(database, "SELECT id FROM cart") == [("cart_old",)]
    with Sandbox(database, reset=True) as sandbox:
        id = Zonos(sandbox).cart()["id"]
    assert rows(database, "SELECT id FROM cart") == [(id,)]


@pytest.mark.parametrize("reset", [False, True])
def test_what_is_no_sandboxs_file_is_left_alone(tmp_path: Path, reset: bool) -> None:
    shops = made(tmp_path / "shop.sqlite3", "CREATE TABLE cart (total INTEGER)")
    notes = tmp_path / "notes.txt"
    notes.write_text("No database at all, but long enough to be looked at." * 9)
    before = notes.read_text()
    for path in (shops, notes, tmp_path / "missing" / "zonos.sqlite3"):
        with pytest.raises(ValueError, match="choose another file"):
            Sandbox(str(path), reset=reset).start()
    assert rows(shops, "SELECT total FROM cart") == []
    assert notes.read_text() == before
