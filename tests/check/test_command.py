"""``flask zonos check``: exit codes, and no secret printed."""

from __future__ import annotations

import json
from typing import Any

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


def no_settings(sandbox: Sandbox) -> Flask:
    return make_shop(SECRET_KEY=SECRETS["SECRET_KEY"])


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


@pytest.mark.parametrize(
    ("shop", "exit_code", "levels"),
    [
        (no_settings, 1, {"settings": "error"}),
        (wrong_key, 1, {"credential": "error", "address": "ok"}),
        (dead_address, 1, {"address": "error"}),
        (unread_schema, 0, {"schema": "warning", "credential": "ok", "webhook": "ok"}),
        (
            registered,
            0,
            {
                "settings": "ok",
                "CSP": "ok",
                "address": "ok",
                "credential": "ok",
                "clock": "ok",
                "schema": "ok",
                "webhook": "ok",
            },
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_exit_code_tells_a_person_and_a_program_whether_it_works(
    sandbox: Sandbox, shop: Any, exit_code: int, levels: dict[str, str]
) -> None:
    app = shop(sandbox)
    options = ["--page", "/cart", "--url", URL]
    as_text, as_json = run(app, *options), run(app, *options, "--json")
    token = app.config.get("ZONOS_CREDENTIAL_TOKEN")
    assert as_text.exit_code == as_json.exit_code == exit_code

    answer = json.loads(as_json.stdout)
    assert answer["ok"] is (exit_code == 0)
    found = {(f["topic"], f["level"]) for f in answer["findings"]}
    assert found >= set(levels.items())
    assert all(f["remedy"] for f in answer["findings"] if f["level"] != "ok")

    lines = as_text.output.splitlines()
    for topic, level in levels.items():
        assert any(line.split()[:2] == [level, topic] for line in lines), topic
    told = {level for _, level in found}
    assert ("error" in told) is (exit_code == 1)
    assert lines[-1].startswith("0 errors, 0 warnings, ") is (
        not told & {"error", "warning"}
    )

    # What is printed into pages anyway is none.
    for secret in {*SECRETS.values(), *([token] if token else [])}:
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
