"""The file that the sandbox keeps its state in, and files that it cannot use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from flask_zonos.cli.sandbox import sandbox as command
from flask_zonos.sandbox import Sandbox

from .conftest import Zonos

# What the sandbox held before its tables were numbered, cut short.
EARLY = """
CREATE TABLE one_time_password (password TEXT, customer TEXT);
CREATE TABLE cart (id TEXT);
INSERT INTO cart VALUES ('cart_old');
"""


def made(path: Path, script: str) -> str:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(script)
    return str(path)


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_nobody_else_on_the_machine_can_read_it(tmp_path: Path, known: bool) -> None:
    database = tmp_path / "sandbox.sqlite3"
    if known:
        with Sandbox(str(database)):
            pass
        database.chmod(0o644)

    with Sandbox(str(database)) as sandbox:
        Zonos(sandbox).cart()
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}

    assert {"sandbox.sqlite3", "sandbox.sqlite3-wal"} <= modes.keys()
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("script", [EARLY, EARLY + "PRAGMA user_version = 99;"])
def test_the_file_of_another_version_is_refused_with_the_remedy(
    tmp_path: Path, script: str
) -> None:
    database = made(tmp_path / "old.sqlite3", script)

    result = CliRunner().invoke(command, ["--port", "0", "--database", database])

    assert result.exit_code != 0
    assert "--reset" in result.output
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("SELECT id FROM cart").fetchall() == [("cart_old",)]


def test_a_reset_makes_the_file_of_another_version_usable(tmp_path: Path) -> None:
    database = made(tmp_path / "old.sqlite3", EARLY)

    with Sandbox(database, reset=True) as sandbox:
        id = Zonos(sandbox).cart()["id"]

    with Sandbox(database) as sandbox:
        carts = Zonos(sandbox).data("{ carts { edges { node { id } } } }")["carts"]
    assert [edge["node"]["id"] for edge in carts["edges"]] == [id]


@pytest.mark.parametrize("reset", [False, True])
def test_the_database_of_another_program_is_left_alone(
    tmp_path: Path, reset: bool
) -> None:
    database = made(tmp_path / "shop.sqlite3", "CREATE TABLE cart (total INTEGER)")

    with pytest.raises(ValueError, match="choose another file"):
        Sandbox(database, reset=reset).start()

    with closing(sqlite3.connect(database)) as db:
        assert db.execute("SELECT total FROM cart").fetchall() == []


def test_what_is_no_database_is_explained(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("No database at all, but long enough to be looked at." * 9)

    for path in (text, tmp_path / "missing" / "zonos.sqlite3"):
        with pytest.raises(ValueError, match="choose another file"):
            Sandbox(str(path)).start()
    assert text.read_text().startswith("No database")
