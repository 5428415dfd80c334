"""``flask zonos probe``, asked of sandboxes that do otherwise than the default one."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import fields
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import requests
import requests_mock
from click.testing import CliRunner
from click.testing import Result
from flask import Flask
from graphql import get_introspection_query

from flask_zonos.check.observed import check
from flask_zonos.check.observed import schema_fingerprint
from flask_zonos.cli import zonos
from flask_zonos.cli.probe.run import PROBES
from flask_zonos.config import read_settings
from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.faults import Fault
from flask_zonos.sandbox.control.options import Options
from tests.support.fault_handlers import closes
from tests.support.fault_handlers import drips
from tests.support.fault_handlers import endless
from tests.support.fault_handlers import errors
from tests.support.fault_handlers import hangs
from tests.support.fault_handlers import resets
from tests.support.fault_handlers import says
from tests.support.fault_handlers import truncates
from tests.support.upstream import Handler
from tests.support.upstream import Upstream

CUSTOMER = {
    "customerId": "c-1",
    "email": "robin@shop.example",
    "name": "Robin",
    "locations": [
        {
            "name": "Robin",
            "line1": "1 Queen Street",
            "locality": "Toronto",
            "administrativeArea": "ON",
            "postalCode": "M5H 2N2",
            "countryCode": "CA",
        }
    ],
}
CART = {
    "items": [{"amount": 20, "currencyCode": "USD", "quantity": 1, "sku": "cup"}],
    "adjustments": [{"type": "CART_TOTAL", "amount": -5, "currencyCode": "USD"}],
    "metadata": [{"key": "customerId", "value": "c-1"}],
}
#: Every probed setting, turned the other way; but one, which hides another.
OTHERWISE: dict[str, Any] = {
    "unauthenticated_status": 403,
    "refusal_status": 422,
    "invalid_input_error_type": "FAILED_PRECONDITION",
    "error_statuses": True,
    "decimal_texts": True,
    "list_cost": 3,
    "page_size": 20,
    "page_most": 50,
    "unknown_cart_is_error": True,
    "unknown_order_is_error": True,
    "cart_lifetime": 60.0,
    "customer_metadata": "emptied",
    "upsert_makes_unknown": True,
    "upsert_replaces": False,
    "expired_cart_is_gone": True,
    "keep_equal_locations": True,
    "profile_updates": True,
    "strict_locations": True,
    "empty_customer_is_error": False,
    "customer_reference": "shopCustomer",
    "discounts_are_negative": False,
    "orders_newest_first": False,
    "between_takes_its_ends": True,
    "webhook_order_id": False,
}
HIDING = "datetime_milliseconds"


def with_two_orders(sandbox: Sandbox) -> str:
    """The sandbox with orders of two seconds; returns the id of one."""
    for _ in range(2):
        order = {"cart": CART, "customerId": "c-1"}
        seed = {"profiles": [CUSTOMER], "orders": [order]}
        answer = requests.post(f"{sandbox.url}/_sandbox/seed", json=seed, timeout=5)
        assert answer.status_code < 300, answer.text
        requests.post(f"{sandbox.url}/_sandbox/clock", json={"advance": 2}, timeout=5)
    row = sandbox.state.store.one("SELECT id FROM customer_order ORDER BY seq DESC")
    assert row is not None
    return str(row["id"])


def probe(settings: dict[str, Any], folder: Path, *options: str) -> Result:
    """Run the command without an app, with the settings in the environment."""
    env = {name: str(value) for name, value in settings.items()}
    output = str(folder / "observed.json")
    arguments = ["probe", "--yes", "--output", output, *options]
    result = CliRunner().invoke(zonos, arguments, env=env)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert str(settings["ZONOS_CREDENTIAL_TOKEN"]) not in result.output
    return result


def seen(result: Result) -> dict[str, Any]:
    found = json.loads(result.stdout)
    assert [one["problem"] for one in found if one["problem"]] == []
    return {one["setting"]: one["seen"] for one in found}


def test_each_probe_has_a_setting_and_assumes_its_default() -> None:
    defaults = {one.name: one.default for one in fields(Options)}
    assert {p.setting: p.assumed for p in PROBES} == {
        p.setting: defaults[p.setting] for p in PROBES
    }
    assert OTHERWISE.keys() | {HIDING} == {probe.setting for probe in PROBES}


def test_the_default_sandbox_is_as_assumed(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        order_id = with_two_orders(sandbox)
        result = probe(sandbox.settings, tmp_path, "--json", "--order", order_id)
    assert result.exit_code == 0, result.output
    assert seen(result) == {one.setting: one.assumed for one in PROBES}


def test_what_is_otherwise_is_found_and_makes_a_sandbox_that_answers_alike(
    tmp_path: Path,
) -> None:
    with Sandbox(**OTHERWISE) as sandbox:
        order_id = with_two_orders(sandbox)
        result = probe(sandbox.settings, tmp_path, "--json", "--order", order_id)
        assert seen(result) == {**OTHERWISE, HIDING: True}
        webhooks = sandbox.state.store.all("SELECT id FROM webhook")
        assert webhooks == [], "the probe's webhook is still there"
    with Sandbox(observed=tmp_path / "observed.json") as second:
        order_id = with_two_orders(second)
        again = probe(second.settings, tmp_path, "--json", "--order", order_id)
        assert seen(again) == seen(result)
        page = requests.get(second.url, timeout=5).text
        assert page.count("observed at Zonos") == len(PROBES)


def test_times_in_whole_seconds_are_found_and_hide_the_ends_of_between(
    tmp_path: Path,
) -> None:
    with Sandbox(datetime_milliseconds=False) as sandbox:
        order_id = with_two_orders(sandbox)
        result = probe(sandbox.settings, tmp_path, "--json", "--order", order_id)
    found = {one["setting"]: one for one in json.loads(result.stdout)}
    assert found[HIDING]["seen"] is False
    assert "whole seconds" in found["between_takes_its_ends"]["problem"]


def test_the_file_holds_no_secret_and_nothing_of_a_person_or_organization(
    tmp_path: Path,
) -> None:
    with Sandbox() as sandbox:
        result = probe(sandbox.settings, tmp_path)
    assert result.exit_code == 2, "some guesses need an order"
    text = (tmp_path / "observed.json").read_text("utf-8")
    for told in (sandbox.credential_token, "organization", "probe-", "@", "Street"):
        assert told not in text
    assert json.loads(text).keys() == {"at", "schema", "options"}


@pytest.mark.parametrize("mode", ["LIVE"])
def test_nothing_permanent_is_made_where_the_mode_is_not_test(
    mode: str, tmp_path: Path
) -> None:
    with Sandbox(mode=mode) as sandbox:
        result = probe(sandbox.settings, tmp_path)
        for table in ("profile", "webhook"):
            assert sandbox.state.store.all(f"SELECT * FROM {table}") == []
    assert result.exit_code == 1
    assert "of mode LIVE" in result.output
    assert "Left at Zonos" not in result.output


def test_a_mode_that_nothing_tells_stops_it_too(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        for operation in ("webhooks", "orders", "cartCreate"):
            sandbox.faults.add(
                Fault("error", operation=operation, error_type="INTERNAL", times=None)
            )
        result = probe(sandbox.settings, tmp_path)
        assert sandbox.state.store.all("SELECT * FROM profile") == []
    assert result.exit_code == 1
    assert "nothing tells" in result.output


@pytest.mark.parametrize(
    "fault",
    [
        closes,
        resets,
        truncates,
        endless,
        hangs,
        drips,
        says(b"<h1>Oh</h1>"),
        says(b"", 503),
        says(["data"]),
        says({"data": {"cartCreate": [], "orders": 7}}),
        says(b"", 429, **{"Retry-After": "0"}),
        errors("INTERNAL", status=500),
        says({"data": None, "errors": "upstream speaks"}),
    ],
)
def test_an_upstream_that_fails_costs_a_line_a_probe_and_no_traceback(
    fault: Handler, tmp_path: Path
) -> None:
    upstream = Upstream()
    upstream.on("*", fault)
    try:
        settings = {
            "ZONOS_API_URL": upstream.url,
            "ZONOS_CREDENTIAL_TOKEN": "of-the-tests",
            "ZONOS_TIMEOUT": "1,1",
            "ZONOS_DEADLINE": "1",
        }
        result = probe(settings, tmp_path)
    finally:
        upstream.stop()
    assert result.exit_code == 1, result.output
    assert "unauthenticated_status" in result.output
    assert "Traceback" not in result.output
    assert "upstream speaks" not in result.output
    assert not (tmp_path / "observed.json").exists()


def test_an_interrupted_run_deletes_its_webhook_and_names_what_is_left(
    tmp_path: Path,
) -> None:
    with Sandbox() as sandbox:
        sandbox.faults.add(
            Fault("latency", operation="webhookCreate", seconds=3, times=None)
        )
        env = {**os.environ, **{k: str(v) for k, v in sandbox.settings.items()}}
        code = "from flask_zonos.cli import zonos; zonos()"
        running = subprocess.Popen(
            [sys.executable, "-c", code, "probe", "--yes"],
            env=env,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert running.stdout is not None
            for line in running.stdout:
                if "webhook_order_id" in line:
                    break
            time.sleep(0.5)  # its request is under way
            running.send_signal(signal.SIGINT)
            _, told = running.communicate(timeout=30)
        finally:
            running.kill()
        assert sandbox.state.store.all("SELECT * FROM webhook") == []
    assert running.returncode == 1
    assert "Left at Zonos: the profile of flask-zonos-probe-" in told
    assert "interrupted" in told


def test_the_list_of_behaviours_has_each_probe_in_its_own_words() -> None:
    text = (files("flask_zonos.sandbox") / "BEHAVIOUR.md").read_text("utf-8")
    table = text.split("## What a probe can observe")[1].split("## ")[0]
    rows = re.findall(r"^\| (.+) \| `(\w+)` \|$", table, re.MULTILINE)
    assert rows == [(probe.guess, probe.setting) for probe in PROBES]


@pytest.mark.parametrize(
    ("age", "schema", "words"),
    [
        (timedelta(days=1), "here", "is of "),
        (timedelta(days=91), "here", "is 91 days old"),
        (timedelta(days=1), "elsewhere", "schema has changed since"),
        (None, "here", "is not a file of flask zonos probe"),
    ],
)
def test_check_tells_of_a_file_that_is_old_or_of_another_schema(
    age: timedelta | None, schema: str, words: str, tmp_path: Path
) -> None:
    with Sandbox() as sandbox:
        introspection = requests.post(
            sandbox.graphql_url,
            json={"query": get_introspection_query(input_value_deprecation=True)},
            timeout=5,
        ).json()
    zonos_here = "https://api.zonos.example/graphql"
    settings = replace(read_settings(Flask("shop")), api_url=zonos_here)
    path = tmp_path / "observed.json"
    with requests_mock.Mocker() as zonos_mock:
        zonos_mock.post(zonos_here, json=introspection)
        fingerprint = schema_fingerprint(settings) if schema == "here" else "0"
        at = "" if age is None else (datetime.now(UTC) - age).isoformat()
        path.write_text(json.dumps({"at": at, "schema": fingerprint, "options": {}}))
        [finding] = check(settings, path, offline=False)
    assert words in finding.message
    assert (finding.level == "ok") == (words == "is of ")
