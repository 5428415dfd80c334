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

RUN = "from flask_zonos.cli.sandbox import sandbox; sandbox()"


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[tuple[str, int]]:
    """The sandbox as a process of its own, in an empty folder: address and pid."""
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, "--port", "0", "--quiet", *arguments],
        cwd=folder,
        env={"PYTHONPATH": root, "PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process:
        try:
            yield process.stdout.readline().split()[3], process.pid
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(timeout=30)


def ask(url: str, query: str, variables: dict[str, Any] | None = None) -> Any:
    answer = requests.post(
        f"{url}/graphql",
        json={"query": query, "variables": variables},
        headers={"credentialToken": Sandbox.credential_token},
        timeout=30,
    )
    return answer.json()["data"]


def test_what_was_acknowledged_outlives_a_killed_process(tmp_path: Path) -> None:
    variables = {"input": {"items": [ITEM]}}
    ids = []
    with running(tmp_path, "--database", "zonos.sqlite3") as (url, pid):
        for _ in range(20):
            ids.append(ask(url, CART_CREATE, variables)["cartCreate"]["id"])
        os.kill(pid, signal.SIGKILL)

    with running(tmp_path, "--database", "zonos.sqlite3") as (url, _):
        found = ask(url, "{ carts { edges { node { id } } } }")["carts"]["edges"]

    assert sorted(edge["node"]["id"] for edge in found) == sorted(ids)


def test_its_two_calls_take_long_enough_to_be_compared(tmp_path: Path) -> None:
    with running(tmp_path, "--set", "profile_latency=0") as (url, _):
        options = requests.get(f"{url}/_sandbox/options", timeout=30).json()

    assert (options["cart_latency"], options["profile_latency"]) == (0.08, 0)


def test_a_seed_is_there_from_the_start_and_a_reset_takes_it(tmp_path: Path) -> None:
    seed = {"carts": [{"items": [ITEM]}]}
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    options = ("--database", "zonos.sqlite3")
    count = "{ carts { totalCount } }"

    with running(tmp_path, *options, "--seed", "seed.json") as (url, _):
        assert ask(url, count) == {"carts": {"totalCount": 1}}
    with running(tmp_path, *options, "--reset") as (url, _):
        assert ask(url, count) == {"carts": {"totalCount": 0}}


def test_settings_are_set_on_the_command_line(tmp_path: Path) -> None:
    values = {
        "password_lifetime": "30",
        "points_pool": "yes",
        "webhook_retries": "0.5, 2",
        "webhook_silent_types": "ORDER_UPDATED",
        "mode": "LIVE",
    }
    arguments = [f"--set={name}={value}" for name, value in values.items()]

    with running(tmp_path, *arguments) as (url, _):
        options = requests.get(f"{url}/_sandbox/options", timeout=30).json()

    assert {name: options[name] for name in values} == {
        "password_lifetime": 30,
        "points_pool": True,
        "webhook_retries": [0.5, 2],
        "webhook_silent_types": ["ORDER_UPDATED"],
        "mode": "LIVE",
    }


def test_it_prints_the_settings_and_ignores_those_of_the_shop(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[2])
    secret = "the-real-secret-of-a-shop"
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, "--port", "0"],
        cwd=tmp_path,
        env={"PYTHONPATH": root, "ZONOS_CREDENTIAL_TOKEN": secret, "FLASK_DEBUG": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = []
    with process:
        for line in process.stdout:
            lines.append(line)
            if "Ctrl+C" in line:
                break
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        assert process.stderr is not None
        errors = process.stderr.read()
    text = "".join(lines)

    assert process.returncode == 0
    for name in ("API_URL", "SCRIPT_URL", "CREDENTIAL_TOKEN", "API_KEY", "STORE_ID"):
        assert f"export ZONOS_{name}=" in text
    assert secret not in text + errors


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--host", "0.0.0.0"], "--allow-remote"),
        (["--host", "192.0.2.1", "--allow-remote"], "--port"),
        (["--seed", "missing.json"], "does not exist"),
        (["--set", "password_lifetime"], "NAME=VALUE"),
        (["--set", "foo=1"], "webhook_retries"),
        (["--set", "pasword_once=no"], "but there is password_once"),
        (["--set", "mode=PLAY"], "LIVE"),
        (["--set", "points_pool=perhaps"], "true or false"),
    ],
)
def test_what_it_cannot_do_is_explained(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(command, [*arguments, "--port", "0"])

    assert result.exit_code != 0
    assert message in result.output


def test_a_taken_port_is_explained() -> None:
    with Sandbox() as sandbox:
        port = sandbox.url.rpartition(":")[2]

        result = CliRunner().invoke(command, ["--port", port])

    assert result.exit_code != 0
    assert "--port" in result.output


def test_a_restart_keeps_profile_card_and_order(tmp_path: Path) -> None:
    from .conftest import Zonos

    database = str(tmp_path / "zonos.sqlite3")
    with Sandbox(database) as sandbox:
        zonos = Zonos(sandbox)
        id = zonos.order(zonos.password("c-1"), saveCard=True)["id"]

    with Sandbox(database) as sandbox:
        zonos = Zonos(sandbox)
        query = f'{{ order(orderId: "{id}") {{ id }} }}'
        assert zonos.data(query) == {"order": {"id": id}}
        session = zonos.open(zonos.cart()["id"], zonos.password("c-1")).json()
        assert len(session["customer"]["paymentMethods"]) == 1
