"""``flask zonos probe`` where Zonos fails, or a person wants it to end."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from flask_zonos.check import observed
from flask_zonos.cli.probe import carts
from flask_zonos.cli.probe import command
from flask_zonos.cli.probe import endpoint
from flask_zonos.cli.probe import password_life
from flask_zonos.cli.probe import profiles
from flask_zonos.cli.probe import run
from flask_zonos.cli.probe import webhooks
from flask_zonos.cli.probe.connection import Connection
from flask_zonos.sandbox import Sandbox

from ..support.fault_handlers import says
from ..support.fault_handlers import TOLD
from ..support.faults import TABLE
from ..support.upstream import Handler
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire
from .conftest import probe
from .conftest import Unforeseen
from .conftest import webhooks_left

#: Shapes that a checkout's two calls do not have, but lists of orders and webhooks.
SHAPES: dict[str, Any] = {
    "a list of orders that is none": {"cartCreate": [], "orders": 7},
    "webhooks that are none": {"webhooks": [1]},
    "a webhook whose query is no GraphQL": {"webhookCreate": {"id": "w", "query": "{"}},
    "a webhook without a query": {"webhookCreate": {"id": "w", "query": None}},
}
KINDS = (
    *("reset", "truncated body", "hung", "500", "302 to /elsewhere", "401", "429"),
    *("errors of 200", "errors of odd members", "errors of odd extensions"),
    *("errors of odd ids", "HTML of 200", 'JSON: {"data": null}', "lists"),
)
FAULTS: dict[str, Handler] = {
    **{name: TABLE[name].handler for name in KINDS},
    **{name: says({"data": data}) for name, data in SHAPES.items()},
    # In the table, a byte takes longer.
    "dripping body": lambda received, wire: wire.drip(0.0005),
}
#: Only what makes a webhook, after a profile.
FEW = (*profiles.PROBES[:1], *webhooks.PROBES)
#: Its request that makes the webhook, after three for the mode and two for a profile.
AT_WEBHOOK = 6
#: Some of each kind; the last one needs to know the mode.
SOME = (*endpoint.PROBES[:3], *carts.PROBES[:2], *webhooks.PROBES[:1])


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    no_time = SimpleNamespace(sleep=lambda seconds: None, monotonic=lambda: 0.0)
    monkeypatch.setattr(command, "time", no_time)


@pytest.fixture
def few_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "PROBES", FEW)


@pytest.fixture(scope="module")
def upstreams() -> Iterator[Upstream]:
    upstream = Upstream()
    yield upstream
    upstream.stop()


@pytest.fixture
def failing(upstreams: Upstream) -> dict[str, Any]:
    """Settings of a Zonos that the test lets fail; given up after a second."""
    return {
        "ZONOS_API_URL": upstreams.url,
        "ZONOS_CREDENTIAL_TOKEN": "sandbox_secret_token",
        "ZONOS_TIMEOUT": "1,1",
        "ZONOS_DEADLINE": "1",
    }


def forward(received: Received, sandbox: Sandbox) -> requests.Response:
    headers = {"credentialToken": received.headers.get("credentialtoken", "")}
    return requests.post(
        sandbox.graphql_url, json=received.payload, headers=headers, timeout=10
    )


def sandbox_but(sandbox: Sandbox, field: str, fault: Handler) -> Handler:
    """A Zonos that works, and fails at one field, after it has done as it was told."""

    def handler(received: Received, wire: Wire) -> None:
        response = forward(received, sandbox)
        if field in received.payload["query"]:
            fault(received, wire)
        else:
            wire.reply(response.content, status=response.status_code)

    return handler


@pytest.mark.parametrize("name", FAULTS)
def test_an_upstream_that_fails_costs_a_line_a_probe_and_no_traceback(
    name: str,
    upstreams: Upstream,
    failing: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    if name not in SHAPES:
        monkeypatch.setattr(run, "PROBES", SOME)
    upstreams.on("*", FAULTS[name])
    result = probe(failing, tmp_path)
    assert result.exit_code == 1, result.output
    for each in run.PROBES:
        if each not in password_life.PROBES:
            assert result.output.count(f"({each.setting})\n") == 1, each.setting
    assert "not seen: " in result.output
    assert TOLD not in result.output
    assert not (tmp_path / "observed.json").exists()


@pytest.mark.parametrize("name", [*KINDS, *SHAPES])
def test_a_webhook_whose_creation_fails_is_deleted(
    name: str,
    upstreams: Upstream,
    failing: dict[str, Any],
    sandbox: Sandbox,
    few_probes: None,
    tmp_path: Path,
) -> None:
    upstreams.on("*", sandbox_but(sandbox, "webhookCreate", FAULTS[name]))
    if name != "hung":
        failing |= {"ZONOS_TIMEOUT": "20,20", "ZONOS_DEADLINE": "20"}
    result = probe(failing, tmp_path)
    assert result.exit_code == 2, result.output
    assert "Left at Zonos: the profile of flask-zonos-probe-" in result.output
    assert "a webhook to" not in result.output
    assert TOLD not in result.output
    assert not webhooks_left(sandbox)
    assert json.loads((tmp_path / "observed.json").read_text("utf-8"))["options"]


@pytest.mark.parametrize("name", ["reset", "429", "500", "lists"])
def test_a_webhook_that_cannot_be_deleted_is_named(
    name: str,
    upstreams: Upstream,
    failing: dict[str, Any],
    sandbox: Sandbox,
    few_probes: None,
    tmp_path: Path,
) -> None:
    upstreams.on("*", sandbox_but(sandbox, "webhookDelete", FAULTS[name]))
    result = probe(failing, tmp_path)
    assert "a webhook to https://flask-zonos-probe.invalid/webhooks (" in result.output
    assert "flask zonos webhooks list, then delete" in result.output


@pytest.mark.parametrize(
    ("request_number", "end"),
    [
        *((number, signal.SIGINT) for number in range(1, 12)),
        *((AT_WEBHOOK, end) for end in (signal.SIGTERM, signal.SIGHUP)),
    ],
    ids=lambda value: value.name if isinstance(value, signal.Signals) else str(value),
)
def test_an_interrupted_run_deletes_its_webhook_or_names_it(
    request_number: int,
    end: signal.Signals,
    sandbox: Sandbox,
    few_probes: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    sent, told = [], []
    handler = signal.getsignal(end)
    send = Connection._send

    def send_and_interrupt(self: Connection, *arguments: Any) -> requests.Response:
        response = send(self, *arguments)
        sent.append(arguments)
        if len(sent) == request_number:
            told.append(signal.getsignal(end))
            signal.raise_signal(end if told[0] is not handler else signal.SIGINT)
        elif told and told[0] is not handler:
            signal.raise_signal(end)
        return response

    monkeypatch.setattr(Connection, "_send", send_and_interrupt)
    file, before = tmp_path / "observed.json", '{"at": "earlier"}'
    file.write_text(before)
    result = probe(sandbox.settings, tmp_path)
    assert signal.getsignal(end) is handler
    assert not webhooks_left(sandbox) or "a webhook to" in result.output
    if end is not signal.SIGINT:
        assert told[0] is not handler, "it would have ended at once"
        assert not webhooks_left(sandbox)
    if file.read_text("utf-8") == before:
        assert "interrupted" in result.output and "is not written" in result.output
        assert result.exit_code == 1
        assert all(f"({each.setting})\n" in result.output for each in FEW)
    else:
        assert json.loads(file.read_text("utf-8"))["options"], "a whole run"
        assert request_number > len(FEW)
    assert list(tmp_path.iterdir()) == [file]


def test_a_run_ends_at_the_points_that_were_announced_and_deletes_its_webhook(
    upstreams: Upstream,
    failing: dict[str, Any],
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(run, "PROBES", [*webhooks.PROBES, *profiles.PROBES])
    allowed = run.points_of(run.PROBES)
    told: list[int] = []

    def costly(received: Received, wire: Wire) -> None:
        query = received.payload["query"]
        # The schema is read apart from the probes' own requests.
        told.append(0 if "__schema" in query else 105 if "webhooks" in query else 60)
        points = {"zonos-query-complexity": str(told[-1])}
        response = forward(received, sandbox)
        wire.reply(response.content, status=response.status_code, headers=points)

    upstreams.on("*", costly)
    result = probe(failing, tmp_path)
    assert f"and {allowed} points" in result.output
    assert "not asked: all points that were announced are used up" in result.output
    assert sum(told) < allowed + 60
    assert "a webhook to" not in result.output
    assert not webhooks_left(sandbox)


@pytest.mark.parametrize(
    "part",
    [(observed, "schema_fingerprint"), (webhooks, "delete_webhooks")],
    ids=["the run", "the cleanup"],
)
def test_an_error_of_our_own_deletes_the_webhook_or_names_it(
    part: tuple[Any, str],
    sandbox: Sandbox,
    few_probes: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    def fail(*_: Any) -> None:
        raise Unforeseen

    monkeypatch.setattr(*part, fail)
    result = probe(sandbox.settings, tmp_path)
    assert isinstance(result.exception, Unforeseen)
    assert "Left at Zonos: the profile of flask-zonos-probe-" in result.output
    left = bool(webhooks_left(sandbox))
    assert left == ("a webhook to" in result.output) == (part[0] is webhooks)


PROXY = {"ZONOS_API_URL": "https://zonos.example/graphql", "HTTPS_PROXY": "ftp://p"}


@pytest.mark.parametrize(
    ("settings", "options", "words"),
    [
        ({"ZONOS_CA_BUNDLE": "/nowhere.pem"}, [], "ZONOS_CA_BUNDLE: no certificates"),
        (PROXY, [], "HTTPS_PROXY: must be"),
        ({}, ["--output", "/nowhere/observed.json"], "There is no folder for /nowhere"),
        ({}, ["--password-life"], "ZONOS_API_KEY is not set"),
    ],
    ids=["certificates", "proxy", "folder", "public key"],
)
def test_what_cannot_work_is_said_before_anything_is_asked(
    settings: dict[str, Any],
    options: list[str],
    words: str,
    upstreams: Upstream,
    failing: dict[str, Any],
    tmp_path: Path,
) -> None:
    before = len(upstreams.received)
    result = probe({**failing, **settings}, tmp_path, *options)
    assert result.exit_code in (1, 2)
    assert words in result.output
    assert len(upstreams.received) == before


def test_a_file_that_cannot_be_written_is_said_and_leaves_no_traceback(
    sandbox: Sandbox,
    few_probes: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    result = probe(sandbox.settings, tmp_path)
    assert result.exit_code == 1
    assert "cannot be written (No space left on device)" in result.output
    assert list(tmp_path.iterdir()) == []
