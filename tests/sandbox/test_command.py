from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
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

pytestmark = pytest.mark.process

RUN = "from flask_zonos.cli.sandbox import sandbox; sandbox()"
SECRET = "the-real-secret-of-a-shop"


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


def address(lines: list[str]) -> str:
    return lines[0].split()[3]


def ask(lines: list[str], query: str, variables: dict[str, Any] | None = None) -> Any:
    url, body = f"{address(lines)}/graphql", {"query": query, "variables": variables}
    headers = {"credentialToken": Sandbox.credential_token}
    return requests.post(url, json=body, headers=headers, timeout=30).json()["data"]


def test_what_was_acknowledged_outlives_a_killed_process_until_a_reset(
    tmp_path: Path,
) -> None:
    (tmp_path / "seed.json").write_text(json.dumps({"carts": [{"items": [ITEM]}]}))
    options = ("--database", "zonos.sqlite3")
    query = "{ carts { edges { node { id } } } }"
    with running(tmp_path, *options, "--seed", "seed.json") as (lines, process):
        before = ask(lines, query)["carts"]["edges"]
        assert len(before) == 1
        variables = {"input": {"items": [ITEM]}}
        made = [ask(lines, CART_CREATE, variables)["cartCreate"] for _ in range(20)]
        process.kill()
    with running(tmp_path, *options) as (lines, _):
        after = ask(lines, query)["carts"]["edges"]
        assert [e["node"]["id"] for e in after[:20]] == [m["id"] for m in made[::-1]]
        assert after[20:] == before
    with running(tmp_path, *options, "--reset") as (lines, _):
        assert ask(lines, query) == {"carts": {"edges": []}}


def test_it_prints_the_settings_sets_its_own_and_ignores_those_of_the_shop(
    tmp_path: Path,
) -> None:
    values = {
        "password_lifetime": ("0.5", 0.5),
        "points_pool": ("yes", True),
        "webhook_retries": ("0.5, 2", [0.5, 2]),
        "mode": ("LIVE", "LIVE"),
        "profile_latency": ("0", 0),
    }
    arguments = [f"--set={name}={text}" for name, (text, _) in values.items()]
    with running(tmp_path, *arguments) as (lines, process):
        url = f"{address(lines)}/_sandbox/options"
        options = requests.get(url, timeout=30).json()
    text = "".join(lines)
    assert process.returncode == 0
    for name in ("API_URL", "SCRIPT_URL", "CREDENTIAL_TOKEN", "API_KEY", "STORE_ID"):
        assert f"export ZONOS_{name}=" in text
    assert SECRET not in text
    set_to = {name: options[name] for name in values}
    assert set_to == {name: value for name, (_, value) in values.items()}
    assert options["cart_latency"] == 0.08  # long enough to be compared


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
