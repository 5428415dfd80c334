"""``flask zonos sandbox``: its settings, the file it keeps, and files it cannot use."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from flask_zonos.cli.sandbox import sandbox as command
from flask_zonos.sandbox import Sandbox

from .conftest import CART_CREATE
from .conftest import ITEM
from .conftest import Zonos

RUN = "from flask_zonos.cli.sandbox import sandbox; sandbox()"
SECRET = "the-real-secret-of-a-shop"
# What the sandbox held before its tables were numbered, cut short.
EARLY = """CREATE TABLE one_time_password (password TEXT, customer TEXT);
CREATE TABLE cart (id TEXT); INSERT INTO cart VALUES ('cart_old');"""


@contextmanager
def running(
    folder: Path, *arguments: str
) -> Iterator[tuple[list[str], subprocess.Popen[str]]]:
    """The sandbox as a process of its own, in an empty folder, and what it printed."""
    root = str(Path(__file__).parents[2])
    environment = {"ZONOS_CREDENTIAL_TOKEN": SECRET, "FLASK_DEBUG": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", RUN, "--port", "0", *arguments],
        cwd=folder,
        env={"PYTHONPATH": root, "PATH": os.environ["PATH"], **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines: list[str] = []
        try:
            while not lines or "Ctrl+C" not in lines[-1]:
                lines.append(process.stdout.readline())
                assert lines[-1], "".join(lines)
            yield lines, process
        finally:
            process.send_signal(signal.SIGINT)
            lines += process.stdout.readlines()
            process.wait(timeout=60)


def ask(lines: list[str], query: str, **input: Any) -> Any:
    url = f"{lines[0].split()[3]}/graphql"
    body = {"query": query, "variables": {"input": input}}
    headers = {"credentialToken": Sandbox.credential_token}
    return requests.post(url, json=body, headers=headers, timeout=30).json()["data"]


@pytest.mark.process
def test_what_was_acknowledged_outlives_a_killed_process(tmp_path: Path) -> None:
    (tmp_path / "seed.json").write_text(json.dumps({"carts": [{"items": [ITEM]}]}))
    options = ("--database", "zonos.sqlite3")
    query = "{ carts { edges { node { id } } } }"
    with running(tmp_path, *options, "--seed", "seed.json") as (lines, process):
        before = ask(lines, query)["carts"]["edges"]
        assert len(before) == 1
        made = [ask(lines, CART_CREATE, items=[ITEM])["cartCreate"] for _ in range(20)]
        process.kill()
    with running(tmp_path, *options) as (lines, _):
        after = ask(lines, query)["carts"]["edges"]
        assert [e["node"]["id"] for e in after[:20]] == [m["id"] for m in made[::-1]]
        assert after[20:] == before
    with running(tmp_path, *options, "--reset") as (lines, _):
        assert ask(lines, query) == {"carts": {"edges": []}}


@pytest.mark.process
def test_it_prints_settings_and_ignores_those_of_the_shop(tmp_path: Path) -> None:
    with running(tmp_path, "--set=webhook_retries=0.5, 2") as (lines, process):
        url = f"{lines[0].split()[3]}/_sandbox/options"
        options = requests.get(url, timeout=30).json()
    text = "".join(lines)
    assert process.returncode == 0
    for name in ("API_URL", "SCRIPT_URL", "CREDENTIAL_TOKEN", "API_KEY", "STORE_ID"):
        assert f"export ZONOS_{name}=" in text
    assert SECRET not in text
    assert options["webhook_retries"] == [0.5, 2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--host", "0.0.0.0"], "--allow-remote"),
        (["--host", "192.0.2.1", "--allow-remote"], "--port"),
        (["--set", "password_lifetime"], "NAME=VALUE"),
        (["--set", "pasword_once=no"], "but there is password_once"),
        (["--set", "mode=PLAY"], "LIVE"),
        (["--set", "points_pool=perhaps"], "true or false"),
        (["--set", "page_size=many"], "a whole number from 0"),
        (["--set", "webhook_retries=5,soon"], "a list of numbers"),
    ],
    ids=str,
)
def test_what_it_cannot_do_is_explained(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(command, [*arguments, "--port", "0"])
    assert result.exit_code != 0
    assert message in result.output


def made(path: Path, script: str) -> str:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(script)
    return str(path)


def rows(path: str, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchall()


def test_the_file_is_its_owners_alone_whatever_it_was_before(tmp_path: Path) -> None:
    database = tmp_path / "sandbox.sqlite3"
    with Sandbox(str(database)) as sandbox:
        Zonos(sandbox).cart()
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert {"sandbox.sqlite3", "sandbox.sqlite3-wal"} <= modes.keys()
    assert set(modes.values()) == {0o600}
    files = [tmp_path / name for name in modes]
    for file in files:
        file.touch()
        file.chmod(0o644)
    with Sandbox(str(database)):
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


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
