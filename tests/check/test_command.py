"""``flask zonos check``: exit codes, and no secret printed."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask

from flask_zonos.cli import zonos as command
from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.faults import Fault

from .shop import make_shop
from .shop import run

URL = "https://shop.example"
SECRETS = {
    "SECRET_KEY": "a-secret-key-of-some-length",
    "ZONOS_WEBHOOK_SECRET": "a-webhook-secret-of-some-length",
}


def wrong_key(sandbox: Sandbox) -> Flask:
    settings = {**sandbox.settings, "ZONOS_CREDENTIAL_TOKEN": "a-wrong-token"}
    return make_shop(**settings, **SECRETS)


def dead_address(sandbox: Sandbox) -> Flask:
    dead = {"ZONOS_API_URL": "http://127.0.0.1:1/graphql"}
    return make_shop(**{**sandbox.settings, **dead}, **SECRETS)


def unread_schema(sandbox: Sandbox) -> Flask:
    sandbox.faults.add(Fault("html", operation="__schema", times=None))
    return registered(sandbox)


def registered(sandbox: Sandbox) -> Flask:
    """A shop whose webhooks are made by the command that makes them."""
    app = make_shop(**sandbox.settings, **SECRETS)
    words = ["webhooks", "create", f"{URL}/zonos/webhooks"]
    assert app.test_cli_runner().invoke(command, words).exit_code == 0
    return app


WELL = dict.fromkeys(
    ["settings", "CSP", "address", "credential", "clock", "schema", "webhook"], "ok"
)


@pytest.mark.parametrize(
    ("shop", "exit_code", "levels"),
    [
        (wrong_key, 1, {"credential": "error", "address": "ok"}),
        (dead_address, 1, {"address": "error"}),
        (unread_schema, 0, {**WELL, "schema": "warning"}),
        (registered, 0, WELL),
    ],
)
def test_the_exit_code_tells_a_person_and_a_program_whether_it_works(
    sandbox: Sandbox,
    shop: Callable[[Sandbox], Flask],
    exit_code: int,
    levels: dict[str, str],
) -> None:
    app = shop(sandbox)
    options = ["--page", "/cart", "--url", URL]
    as_text, as_json = run(app, *options), run(app, *options, "--json")
    assert as_text.exit_code == as_json.exit_code == exit_code

    report = json.loads(as_json.stdout)
    assert report["ok"] is (exit_code == 0)
    found = {(f["topic"], f["level"]) for f in report["findings"]}
    assert found >= set(levels.items())
    assert all(f["remedy"] for f in report["findings"] if f["level"] != "ok")

    begun = {tuple(line.split()[:2]) for line in as_text.output.splitlines()}
    assert begun >= {(level, topic) for topic, level in levels.items()}
    for secret in (*SECRETS.values(), app.config["ZONOS_CREDENTIAL_TOKEN"]):
        assert secret not in as_text.output
        assert secret not in as_json.output


@pytest.mark.parametrize(
    "url",
    ["shop.example", "ftp://shop.example", "https://", "https://me:pw@shop.example"],
)
def test_an_address_that_is_none_is_refused_before_anything_is_looked_at(
    url: str,
) -> None:
    result = run(make_shop(), "--url", url)
    assert result.exit_code == 2
    assert "pw" not in result.output
