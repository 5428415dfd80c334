"""``flask zonos probe``, asked of sandboxes that do otherwise than the default one."""

from __future__ import annotations

import json
import logging
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
import requests

from flask_zonos.cli.probe.run import PROBES
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
#: The default sandbox's settings, with lists in place of tuples.
ASSUMED = json.loads(json.dumps({probe.setting: probe.assumed for probe in PROBES}))
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
    person.wanted = TRIALS
    pause = sandbox.state.options.throttled_retry_after or None
    sandbox.faults.add(Fault("rate-limited", "cartCreate", seconds=pause))
    options = ("--json", "--order", order_id, "--password-life")
    result = probe(sandbox.settings, folder, *options)
    assert result.exit_code == 0, result.output
    assert not webhooks_left(sandbox)
    found = json.loads(result.stdout)
    assert [one for one in found if one["problem"]] == []
    return {one["setting"]: one["seen"] for one in found}


@pytest.mark.parametrize("options", [{}, OTHERWISE], ids=["default", "otherwise"])
def test_what_is_found_makes_a_sandbox_that_answers_alike(
    options: dict[str, Any], make_person: MakePerson, tmp_path: Path
) -> None:
    found = run(make_person(**options), tmp_path)
    assert found == ASSUMED | options
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
    make_person: MakePerson, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    person = make_person()
    person.wanted = [("fresh", 0)]
    # The webhook stays, for its secret to be read here.
    person.sandbox.faults.add(Fault("error", "webhookDelete", times=None))
    order_id = with_two_orders(person.sandbox)
    options = ("--password-life", "--order", order_id)
    result = probe(person.sandbox.settings, tmp_path, *options)
    text = (tmp_path / "observed.json").read_text("utf-8")
    assert json.loads(text).keys() == {"at", "schema", "options"}
    for told in ("organization", "probe-", "@", "Street"):
        assert told not in text
    store = person.sandbox.state.store
    secrets = [
        *store.all("SELECT password FROM one_time_password"),
        *store.all("SELECT id FROM cart"),
        *store.all("SELECT json_extract(body, '$.secret') FROM webhook"),
    ]
    assert len(secrets) > 15
    known = [order_id, person.sandbox.credential_token, *map(itemgetter(0), secrets)]
    for told in (*known, "test@zonos.com", "Davie Street", "Vancouver", "V6E1M7"):
        assert told not in text + result.output + caplog.text, told


@pytest.mark.parametrize(
    ("mode", "failing", "words"),
    [
        ("LIVE", [], "of mode LIVE"),
        ("TEST", ["webhooks", "orders", "cartCreate"], "nothing tells"),
    ],
)
def test_nothing_permanent_is_made_where_the_mode_is_not_test(
    mode: str, failing: list[str], words: str, make_person: MakePerson, tmp_path: Path
) -> None:
    sandbox = make_person(mode=mode).sandbox
    for operation in failing:
        sandbox.faults.add(Fault("error", operation, times=None))
    result = probe(sandbox.settings, tmp_path)
    assert not webhooks_left(sandbox)
    assert sandbox.state.store.all("SELECT * FROM profile") == []
    assert result.exit_code == 1
    assert words in result.output
    assert "Left at Zonos" not in result.output


@pytest.mark.server
def test_a_value_that_the_sandbox_cannot_imitate_is_left_out_aloud() -> None:
    options = {"unauthenticated_status": 418, "page_size": 20, "of_tomorrow": 1}
    with pytest.warns(UserWarning, match="'unauthenticated_status' takes one of 401"):
        sandbox = Sandbox(observed={"options": options})
    with sandbox:
        assert sandbox.state.options.observed == {"page_size"}
        assert sandbox.state.options.unauthenticated_status == 401
