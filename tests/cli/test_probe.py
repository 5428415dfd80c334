"""``flask zonos probe``, asked of sandboxes that do otherwise than the default one."""

from __future__ import annotations

import json
import logging
import re
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
from flask import Flask
from graphql import get_introspection_query

from flask_zonos.check.observed import check
from flask_zonos.check.observed import schema_fingerprint
from flask_zonos.cli.probe import webhooks
from flask_zonos.cli.probe.password_life import PROBES as LIFE
from flask_zonos.cli.probe.probes import Subject
from flask_zonos.cli.probe.run import PROBES
from flask_zonos.cli.probe.webhooks import delete_webhooks
from flask_zonos.config import read_settings
from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.faults import Fault

from .conftest import MakePerson
from .conftest import Person
from .conftest import probe
from .conftest import webhooks_left
from .conftest import with_two_orders

#: Each with the setting that it hides, and words of the reason.
HIDING = {
    "datetime_milliseconds": ("between_takes_its_ends", "whole seconds"),
    "order_names_cart": ("customer_metadata", "does not name its cart"),
}
#: Every probed setting, turned the other way; but those that hide another.
OTHERWISE: dict[str, Any] = {
    probe.setting: not probe.assumed
    for probe in PROBES
    if isinstance(probe.assumed, bool) and probe.setting not in HIDING
} | {
    "unauthenticated_status": 403,
    "refusal_status": 422,
    "invalid_input_error_type": "FAILED_PRECONDITION",
    "list_cost": 3,
    "page_size": 20,
    "page_most": 50,
    "cart_lifetime": 60.0,
    "customer_metadata": "emptied",
    "added_metadata": ["cartCreatedAt", "cartCreatedAtEpoc"],
    "phone_form": "international",
    "password_form": "uuid",
    "password_lifetime": 75.0,
    "customer_reference": "shopCustomer",
    "throttled_retry_after": 7,
    "throttled_error_type": "UNKNOWN",
}
#: 75 seconds are what lies between the last two.
TRIALS = [("fresh", 0), ("again", 0), ("wrong", 0), ("aged", 0.5), ("aged", 2)]


def run(person: Person, folder: Path) -> dict[str, Any]:
    """All that the probe can see, with an order, a person, and a refusal."""
    sandbox = person.sandbox
    order_id = with_two_orders(sandbox)
    person.wanted = person.wanted or TRIALS
    pause = sandbox.state.options.throttled_retry_after or None
    sandbox.faults.add(Fault("rate-limited", "cartCreate", seconds=pause))
    options = ("--json", "--order", order_id, "--password-life")
    result = probe(sandbox.settings, folder, *options)
    assert result.exit_code == 0, result.output
    assert not webhooks_left(sandbox)
    found = json.loads(result.stdout)
    assert [one for one in found if one["problem"]] == []
    return {one["setting"]: one["seen"] for one in found}


def test_the_default_sandbox_is_as_assumed(
    make_person: MakePerson, tmp_path: Path
) -> None:
    found = run(make_person(), tmp_path)
    assumed = {one.setting: one.assumed for one in PROBES}
    assert found == json.loads(json.dumps(assumed))


def test_what_is_otherwise_is_found_and_makes_a_sandbox_that_answers_alike(
    make_person: MakePerson, tmp_path: Path
) -> None:
    found = run(make_person(**OTHERWISE), tmp_path)
    assert found == {**OTHERWISE, **dict.fromkeys(HIDING, True)}
    second = make_person(observed=tmp_path / "observed.json")
    assert run(second, tmp_path) == found
    page = requests.get(second.sandbox.url, timeout=60).text
    assert page.count("observed at Zonos") == len(PROBES)


def test_what_hides_another_guess_is_found_and_the_other_says_why(
    make_person: MakePerson, tmp_path: Path
) -> None:
    person = make_person(**dict.fromkeys(HIDING, False))
    order_id = with_two_orders(person.sandbox)
    result = probe(person.sandbox.settings, tmp_path, "--json", "--order", order_id)
    found = {one["setting"]: one for one in json.loads(result.stdout)}
    for setting, (hidden, words) in HIDING.items():
        assert found[setting]["seen"] is False
        assert words in found[hidden]["problem"]


def test_the_table_and_the_file_hold_no_secret_and_nothing_of_a_person(
    make_person: MakePerson,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    person = make_person()
    person.wanted = [("fresh", 0)]
    store = person.sandbox.state.store
    secrets: list[str] = []

    def delete(subject: Subject) -> None:
        assert subject.webhook is not None
        secrets.append(subject.webhook["secret"])
        delete_webhooks(subject)

    monkeypatch.setattr(webhooks, "delete_webhooks", delete)
    order_id = with_two_orders(person.sandbox)
    options = ("--password-life", "--order", order_id)
    result = probe(person.sandbox.settings, tmp_path, *options)
    text = (tmp_path / "observed.json").read_text("utf-8")
    assert json.loads(text).keys() == {"at", "schema", "options"}
    for told in ("organization", "probe-", "@", "Street"):
        assert told not in text
    passwords = store.all("SELECT password FROM one_time_password")
    secrets += [row["password"] for row in passwords]
    secrets += [row["id"] for row in store.all("SELECT id FROM cart")]
    assert len(secrets) > 15 and all(secrets)
    secrets += [order_id, person.sandbox.credential_token]
    for told in (*secrets, "test@zonos.com", "Davie Street", "Vancouver", "V6E1M7"):
        assert told not in text + result.output + caplog.text, told


@pytest.mark.parametrize("mode", ["LIVE", "unknown"])
def test_nothing_permanent_is_made_where_the_mode_is_not_test(
    mode: str, make_person: MakePerson, tmp_path: Path
) -> None:
    sandbox = make_person(mode="LIVE").sandbox
    for operation in ("webhooks", "orders", "cartCreate") if mode != "LIVE" else ():
        sandbox.faults.add(
            Fault("error", operation=operation, error_type="INTERNAL", times=None)
        )
    result = probe(sandbox.settings, tmp_path)
    assert not webhooks_left(sandbox)
    assert sandbox.state.store.all("SELECT * FROM profile") == []
    assert result.exit_code == 1
    assert ("of mode LIVE" if mode == "LIVE" else "nothing tells") in result.output
    untried = [one.setting for one in PROBES if one.permanent or one.by_chance]
    lines = re.findall(r"\((\w+)\)\n.* not tried: ", result.output)
    assert set(lines) == set(untried) - {one.setting for one in LIFE}
    assert "Left at Zonos" not in result.output


@pytest.mark.server
def test_a_value_that_the_sandbox_cannot_imitate_is_left_out_aloud() -> None:
    options = {"unauthenticated_status": 418, "page_size": 20, "of_tomorrow": 1}
    with pytest.warns(UserWarning, match="'unauthenticated_status' takes one of 401"):
        sandbox = Sandbox(observed={"options": options})
    with sandbox:
        assert sandbox.state.options.observed == {"page_size"}
        assert sandbox.state.options.unauthenticated_status == 401


def test_the_list_of_behaviours_has_each_probe_in_its_own_words() -> None:
    text = (files("flask_zonos.sandbox") / "BEHAVIOUR.md").read_text("utf-8")
    chapter = text.split("## What a probe can observe")[1]
    rows = re.findall(r"^\| (.+) \| `(\w+)` \|$", chapter, re.MULTILINE)
    assert rows == [(probe.guess, probe.setting) for probe in PROBES]


@pytest.mark.parametrize(
    ("age", "schema", "words"),
    [
        (1, "here", "is of "),
        (91, "here", "is 91 days old"),
        (1, "elsewhere", "schema has changed since"),
        (1, None, "is of "),
        (None, "here", "is not a file of flask zonos probe"),
    ],
    ids=["fresh", "old", "moved", "schema not read", "no file of ours"],
)
def test_check_tells_of_a_file_that_is_old_or_of_another_schema(
    age: int | None, schema: str | None, words: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    query = {"query": get_introspection_query(input_value_deprecation=True)}
    introspection = requests.post(sandbox.graphql_url, json=query, timeout=60).json()
    url = "https://api.zonos.example/graphql"
    settings = replace(read_settings(Flask("shop")), api_url=url)
    path = tmp_path / "observed.json"
    at = age and (datetime.now(UTC) - timedelta(age)).isoformat()
    with requests_mock.Mocker() as zonos:
        zonos.post(url, json=introspection)
        fingerprint = schema_fingerprint(settings) if schema == "here" else schema
        path.write_text(json.dumps({"at": at, "schema": fingerprint, "options": {}}))
        [finding] = check(settings, path, offline=False)
    assert words in finding.message
    assert (finding.level == "ok") == (words == "is of ")
