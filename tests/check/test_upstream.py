"""``flask zonos check`` by what Zonos responds; the check of address, clock and key."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from email.utils import formatdate
from typing import Any

import pytest
import requests_mock

from flask_zonos.check import credential
from flask_zonos.check import reachability
from flask_zonos.cli import zonos as command
from flask_zonos.sandbox import Sandbox

from ..support.upstream import reply_with
from ..support.upstream import Upstream
from .shop import make_shop
from .shop import Report
from .shop import run
from .shop import shop_of

ADDRESS = "https://api.zonos.example/graphql"
GRAPHQL = '{"data": {"__typename": "Query"}}'
SCRIPT = "https://js.zonos.example/loadZonos.js"
SETTINGS = {"ZONOS_API_URL": ADDRESS, "ZONOS_SCRIPT_URL": SCRIPT}
SHOP = "https://shop.example"
WELL = dict.fromkeys(
    ["settings", "CSP", "address", "credential", "clock", "schema", "webhook"], "ok"
)


@pytest.mark.parametrize(
    ("config", "levels"),
    [
        ({}, WELL),
        ({"REMEMBER_COOKIE_SAMESITE": None}, {**WELL, "remember": "warning"}),
        ({"ZONOS_CREDENTIAL_TOKEN": "a-wrong-token"}, {"credential": "error"}),
        ({"ZONOS_API_URL": "http://127.0.0.1:1/graphql"}, {"address": "error"}),
    ],
    ids=["well", "warning", "wrong key", "dead address"],
)
def test_the_exit_code_tells_a_person_and_a_program_whether_it_works(
    config: dict[str, Any], levels: dict[str, str], sandbox: Sandbox
) -> None:
    words = ["webhooks", "create", f"{SHOP}/zonos/webhooks"]
    assert shop_of(sandbox).test_cli_runner().invoke(command, words).exit_code == 0
    app = shop_of(sandbox, **config)
    options = ["--page", "/cart", "--url", f"{SHOP}:443/cart"]
    as_text, as_json = run(app, *options), run(app, *options, "--json")
    works = "error" not in levels.values()
    assert as_text.exit_code == as_json.exit_code == (0 if works else 1)

    report = json.loads(as_json.stdout)
    assert report["ok"] is works
    found = {(f["topic"].split()[0], f["level"]) for f in report["findings"]}
    assert found >= levels.items()
    assert all(f["remedy"] for f in report["findings"] if f["level"] != "ok")

    begun = {tuple(line.split()[:2]) for line in as_text.output.splitlines()}
    assert begun >= {(level, topic) for topic, level in levels.items()}
    for name in ("SECRET_KEY", "ZONOS_WEBHOOK_SECRET", "ZONOS_CREDENTIAL_TOKEN"):
        assert app.config[name] not in as_text.output + as_json.output


def reached(**config: Any) -> Report:
    app = make_shop(**{**SETTINGS, **config})
    return Report.of(reachability.check(app.extensions["zonos"].settings))


def asked(**config: Any) -> Report:
    """What is found of the credential."""
    app = make_shop(**{**SETTINGS, **config})
    with app.app_context():
        report = Report.of(credential.check(app.extensions["zonos"]))
        app.extensions["zonos"].client.close()
    return report


@pytest.mark.parametrize(
    ("secret", "public", "topic", "words"),
    [
        ("wrong-token", Sandbox.api_key, "credential", "Copy the GraphQL key"),
        (Sandbox.api_key, Sandbox.credential_token, "key mix-up", "swapped"),
    ],
)
def test_a_credential_that_zonos_refuses_is_told_and_so_are_swapped_keys(
    secret: str, public: str, topic: str, words: str, sandbox: Sandbox
) -> None:
    keys = {"ZONOS_CREDENTIAL_TOKEN": secret, "ZONOS_API_KEY": public}
    report = asked(**sandbox.settings | keys)
    assert report.troubles == [("error", topic)]
    assert words in report.told(topic)


@pytest.mark.parametrize(
    ("config", "found"),
    [
        ({"ZONOS_API_KEY": "", "ZONOS_MODE": "LIVE"}, "mode"),
        ({"ZONOS_API_KEY": "", "ZONOS_ORGANIZATION_ID": "another"}, "organization"),
        # The public key opens orders too.
        ({}, "key mix-up"),
    ],
)
def test_the_newest_order_tells_whose_the_keys_are(
    config: dict[str, str], found: str, upstream: Upstream
) -> None:
    order = '{"node": {"mode": "TEST", "organization": "organization_1"}}'
    upstream.on("*", reply_with(f'{{"data": {{"orders": {{"edges": [{order}]}}}}}}'))
    report = asked(ZONOS_API_URL=upstream.url, **config)
    assert report.troubles == [("error", found)]
    assert "accepts ZONOS_CREDENTIAL_TOKEN" in report.told("credential")


def test_an_address_whose_response_drips_is_told_to_be_slow(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reachability, "_LONGEST_READ", 0.3)
    upstream.on("*", lambda received, wire: wire.drip(0.001))
    report = reached(ZONOS_API_URL=upstream.url)
    assert "did not respond in time" in report.told("address")


@pytest.fixture
def zonos() -> Iterator[requests_mock.Mocker]:
    with requests_mock.Mocker() as mocker:
        mocker.post(ADDRESS, text=GRAPHQL)
        mocker.get(SCRIPT, text="")
        yield mocker


def test_an_address_that_is_not_zonos_is_told(zonos: requests_mock.Mocker) -> None:
    zonos.post(ADDRESS, text="<h1>Oh</h1>")
    zonos.get(SCRIPT, status_code=404)
    assert reached().troubles == [("error", "address"), ("warning", "page script")]


def test_a_certificate_that_nobody_vouches_for_is_told(
    secure: Upstream, ca_bundle: str
) -> None:
    secure.on("*", reply_with(GRAPHQL))
    here = {"ZONOS_API_URL": secure.url, "ZONOS_SCRIPT_URL": secure.url}
    refused = reached(**here)
    trusted = reached(**here, ZONOS_CA_BUNDLE=ca_bundle)
    missing = reached(**here, ZONOS_CA_BUNDLE=f"{ca_bundle}.nothing")
    assert refused.troubles == [("error", "TLS")]
    assert "ZONOS_CA_BUNDLE" in refused.told("TLS")
    assert "certificate is trusted" in trusted.told("address")
    assert "no certificates can be read" in missing.told("TLS")


@pytest.mark.parametrize(
    ("seconds", "level", "words"),
    [
        (120, "warning", "behind Zonos's"),
        (7200, "error", "behind Zonos's"),
        (-7200, "warning", "ahead of Zonos's"),
    ],
)
def test_a_clock_that_is_behind_or_ahead_is_told(
    seconds: int, level: str, words: str, zonos: requests_mock.Mocker
) -> None:
    date = formatdate(time.time() + seconds, usegmt=True)
    zonos.post(ADDRESS, text=GRAPHQL, headers={"Date": date})
    [clock] = [f for f in reached().findings if f["topic"] == "clock"]
    assert clock["level"] == level
    assert words in clock["message"]
