"""``flask zonos probe`` where Zonos fails, or a person wants it to end."""

from __future__ import annotations

import json
import signal
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from click.testing import Result

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
    "a cart without a time": {"cartCreate": {"id": "c", "expiresAt": None}},
    "webhooks that are none": {"webhooks": [1]},
    "a webhook whose query is no GraphQL": {"webhookCreate": {"id": "w", "query": "{"}},
    "a webhook without a query": {"webhookCreate": {"id": "w", "query": None}},
}
KINDS = (
    *("reset", "500", "302 to /elsewhere", "401", "429", "errors of 200", "lists"),
    *("errors of odd extensions", "errors of odd ids", "HTML of 200"),
)
FAULTS: dict[str, Handler] = {
    **{name: TABLE[name].handler for name in ("hung", *KINDS)},
    **{name: says({"data": data}) for name, data in SHAPES.items()},
}
#: Settings that end a fault that lasts.
HURRIED = {"ZONOS_TIMEOUT": "1,1", "ZONOS_DEADLINE": "1"}
#: Only what makes a webhook, after a profile.
FEW = (*profiles.PROBES[:1], *webhooks.PROBES)
#: Its request that makes the webhook, after three for the mode and two for a profile.
AT_WEBHOOK = 6
#: Some of each kind; the last one needs to know the mode.
SOME = (*endpoint.PROBES[:3], *carts.PROBES[:2], *webhooks.PROBES[:1])


class Zonos:
    """A Zonos that does what the sandbox does, until it fails as a test wants."""

    def __init__(self, upstream: Upstream, sandbox: Sandbox, folder: Path) -> None:
        self.upstream = upstream
        self.sandbox = sandbox
        self.file = folder / "observed.json"

    def probe(self, *options: str, **settings: str) -> Result:
        usual = {
            "ZONOS_API_URL": self.upstream.url,
            "ZONOS_CREDENTIAL_TOKEN": self.sandbox.credential_token,
        }
        return probe(usual | settings, self.file.parent, *options)

    def forward(self, received: Received, wire: Wire, **headers: str) -> None:
        response = requests.post(
            self.sandbox.graphql_url,
            json=received.payload,
            headers={"credentialToken": received.headers.get("credentialtoken", "")},
            timeout=60,
        )
        wire.reply(response.content, status=response.status_code, headers=headers)

    def fail_at(self, field: str, fault: Handler) -> None:
        """Fail at one field, after it has been done."""
        nowhere: Any = SimpleNamespace(reply=lambda *_, **__: None)

        def handler(received: Received, wire: Wire) -> None:
            fails = field in received.payload["query"]
            self.forward(received, nowhere if fails else wire)
            if fails:
                fault(received, wire)

        self.upstream.on("*", handler)


@pytest.fixture
def zonos(
    upstream: Upstream,
    sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Zonos:
    no_time = SimpleNamespace(sleep=lambda seconds: None, monotonic=lambda: 0.0)
    monkeypatch.setattr(command, "time", no_time)
    zonos = Zonos(upstream, sandbox, tmp_path)
    upstream.on("*", zonos.forward)
    return zonos


@pytest.fixture
def few_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "PROBES", FEW)


@pytest.mark.parametrize("name", FAULTS)
def test_an_upstream_that_fails_costs_a_line_a_probe_and_no_traceback(
    name: str, zonos: Zonos, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name not in SHAPES:
        monkeypatch.setattr(run, "PROBES", SOME)
    zonos.upstream.on("*", FAULTS[name])
    result = zonos.probe(**HURRIED if name == "hung" else {})
    assert result.exit_code == 1, result.output
    for each in run.PROBES:
        if each not in password_life.PROBES:
            assert result.output.count(f"({each.setting})\n") == 1, each.setting
    assert "not seen: " in result.output
    assert TOLD not in result.output
    assert not zonos.file.exists()


def test_of_a_429_no_text_is_told(
    zonos: Zonos, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "PROBES", (*SOME[:1], *endpoint.PROBES_BY_CHANCE))
    refuse = says({"errors": [{"extensions": {"errorType": TOLD}}]}, 429)

    def refuse_once(received: Received, wire: Wire) -> None:
        is_first = len(zonos.upstream.received) == 1
        (refuse if is_first else zonos.forward)(received, wire)

    zonos.upstream.on("*", refuse_once)
    output = zonos.probe().output
    assert "the refusal names no class" in output
    assert TOLD not in output


@pytest.mark.parametrize("name", [*KINDS, *SHAPES])
def test_a_webhook_whose_creation_fails_is_deleted(
    name: str, zonos: Zonos, few_probes: None
) -> None:
    zonos.fail_at("webhookCreate", FAULTS[name])
    result = zonos.probe()
    assert result.exit_code == 2, result.output
    assert "Left at Zonos: the profile of flask-zonos-probe-" in result.output
    assert "a webhook to" not in result.output
    assert TOLD not in result.output
    assert not webhooks_left(zonos.sandbox)
    assert json.loads(zonos.file.read_text("utf-8"))["options"]


@pytest.mark.parametrize("name", ["429", "500", "lists", "our own"])
def test_a_webhook_that_cannot_be_deleted_is_named(
    name: str, zonos: Zonos, few_probes: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(subject: Any) -> None:
        raise Unforeseen

    if name == "our own":
        monkeypatch.setattr(webhooks, "delete_webhooks", fail)
    else:
        zonos.fail_at("webhookDelete", FAULTS[name])
    result = zonos.probe()
    assert isinstance(result.exception, Unforeseen) == (name == "our own")
    assert "a webhook to https://flask-zonos-probe.invalid/webhooks (" in result.output
    assert "flask zonos webhooks list, then delete" in result.output


@pytest.mark.parametrize(
    ("request_number", "end"),
    [
        *((number, signal.SIGINT) for number in range(1, 12)),
        *((AT_WEBHOOK, end) for end in (signal.SIGTERM, signal.SIGHUP)),
    ],
)
def test_an_interrupted_run_deletes_its_webhook_or_names_it(
    request_number: int,
    end: signal.Signals,
    zonos: Zonos,
    few_probes: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = count(1)
    handler = signal.getsignal(end)
    send = Connection._send

    def send_and_interrupt(self: Connection, *arguments: Any) -> requests.Response:
        response, number = send(self, *arguments), next(sent)
        caught = signal.getsignal(end) is not handler
        # A shell or systemd sends two: the second must not end the cleanup.
        if number == request_number or (caught and number > request_number):
            assert caught or end is signal.SIGINT, "it would have ended at once"
            signal.raise_signal(end)
        return response

    monkeypatch.setattr(Connection, "_send", send_and_interrupt)
    result = zonos.probe()
    assert signal.getsignal(end) is handler
    named = end is signal.SIGINT and "a webhook to" in result.output
    assert named or not webhooks_left(zonos.sandbox)
    if zonos.file.exists():
        assert request_number > len(FEW), "a whole run"
    else:
        assert "interrupted" in result.output and "is not written" in result.output
        assert result.exit_code == 1
        assert all(f"({each.setting})\n" in result.output for each in FEW)
        assert list(zonos.file.parent.iterdir()) == []


def test_a_run_ends_at_the_points_that_were_announced_and_deletes_its_webhook(
    zonos: Zonos, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "PROBES", [*webhooks.PROBES, *profiles.PROBES])
    allowed = run.points_of(run.PROBES)
    told: list[int] = []

    def costly(received: Received, wire: Wire) -> None:
        query = received.payload["query"]
        # The schema is read apart from the probes' own requests.
        told.append(0 if "__schema" in query else 105 if "webhooks" in query else 60)
        zonos.forward(received, wire, **{"zonos-query-complexity": str(told[-1])})

    zonos.upstream.on("*", costly)
    result = zonos.probe()
    assert f"and {allowed} points" in result.output
    assert "not asked: all points that were announced are used up" in result.output
    assert sum(told) < allowed + 60
    assert "a webhook to" not in result.output
    assert not webhooks_left(zonos.sandbox)


PROXY = {"ZONOS_API_URL": "https://zonos.example/graphql", "HTTPS_PROXY": "ftp://p"}


@pytest.mark.parametrize(
    ("settings", "options", "words"),
    [
        (PROXY, [], "HTTPS_PROXY: must be"),
        ({}, ["--output", "/nowhere/observed.json"], "There is no folder for /nowhere"),
        ({}, ["--password-life"], "ZONOS_API_KEY is not set"),
    ],
    ids=["proxy", "folder", "public key"],
)
def test_what_cannot_work_is_said_before_anything_is_asked(
    settings: dict[str, str], options: list[str], words: str, zonos: Zonos
) -> None:
    result = zonos.probe(*options, **settings)
    assert result.exit_code in (1, 2)
    assert words in result.output
    assert zonos.upstream.received == []


def test_a_file_that_cannot_be_written_is_said_and_leaves_no_traceback(
    zonos: Zonos, few_probes: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    result = zonos.probe()
    assert result.exit_code == 1
    assert "cannot be written (No space left on device)" in result.output
    assert list(zonos.file.parent.iterdir()) == []
