"""``flask zonos check`` on webhooks, and that the remedies it names mend them."""

from __future__ import annotations

import shlex
from typing import Any
from typing import NamedTuple

import pytest
from flask import Flask

from flask_zonos.check import webhooks
from flask_zonos.check.origins import shop_origin
from flask_zonos.cli import zonos as command
from flask_zonos.client import ZonosClient
from flask_zonos.orders.subscriptions import ORDER_TYPES
from flask_zonos.sandbox import Sandbox

from .shop import make_shop
from .shop import Report

SECRET = "a-webhook-secret-of-some-length"
HEADER = {"X-Zonos-Webhook-Secret": SECRET}
SHOP = "https://shop.example"
STAGING = "https://new.shop.example"
PATH = "/zonos/webhooks"
MADE: dict[str, Any] = {
    "url": f"{SHOP}{PATH}?type=ORDER_CREATED",
    "type": "ORDER_CREATED",
    "headers": HEADER,
}
CANCELED: dict[str, Any] = {
    "url": f"{SHOP}{PATH}?type=ORDER_CANCELED",
    "type": "ORDER_CANCELED",
    "status": "DISABLED",
}
ON_STAGING: dict[str, Any] = {"url": f"{STAGING}{PATH}?type=ORDER_CREATED"}
OFF_THERE: dict[str, Any] = {**ON_STAGING, "status": "DISABLED"}
SLIP: dict[str, Any] = {"url": f"{SHOP}/zonos/webhook?type=ORDER_CREATED"}


def check(app: Flask, url: str | None = None) -> Report:
    """What is found of the webhooks, alone."""
    with app.app_context():
        state = app.extensions["zonos"]
        report = Report.of(webhooks.check(state, shop_origin(app, url)))
        state.client.close()
    return report


def shop_of(sandbox: Sandbox, **config: Any) -> Flask:
    defaults = {"ZONOS_WEBHOOK_SECRET": SECRET, **sandbox.settings}
    return make_shop(**{**defaults, **config})


def create(sandbox: Sandbox, **given: Any) -> str:
    client = ZonosClient(sandbox.credential_token, api_url=sandbox.graphql_url)
    try:
        return client.create_webhook(**{**MADE, **given}).id
    finally:
        client.close()


def troubles(report: Report) -> list[str]:
    """The levels of what is told of webhooks, but of changes nobody hears of."""
    return [
        finding["level"]
        for finding in report.findings
        if finding["topic"] == "webhook"
        and finding["level"] != "ok"
        and "No webhook tells of" not in finding["message"]
    ]


def follow_remedies(app: Flask, report: Report) -> None:
    """Type each command that a finding on webhooks names."""
    for finding in report.findings:
        remedy = finding["remedy"] or ""
        if finding["topic"] == "webhook" and "flask zonos webhooks" in remedy:
            words = shlex.split(remedy[remedy.index("webhooks") :])
            words = words[: words.index("--type") + 2 if "--type" in words else 3]
            result = app.test_cli_runner().invoke(
                command, [word.rstrip(",") for word in words]
            )
            assert result.exit_code == 0, result.output


def test_what_the_command_makes_is_well(sandbox: Sandbox) -> None:
    app = shop_of(sandbox)
    missing = check(app, SHOP)
    assert troubles(missing) == ["error"]
    assert f"flask zonos webhooks create {SHOP}{PATH}" in missing.told("webhook")
    follow_remedies(app, missing)
    report = check(app, SHOP)
    assert troubles(report) == []
    assert all(type in report.told("webhook") for type in ORDER_TYPES)
    assert "No webhook tells" not in report.told("webhook")


class Row(NamedTuple):
    """Webhooks, what is told of them, and what is left once the remedies are done."""

    given: list[dict[str, Any]]
    levels: list[str]
    words: str
    url: str | None = None
    config: dict[str, Any] = {}
    left: list[str] = []


def slips(path: str) -> list[dict[str, Any]]:
    """One as it should be, and one to another path on each of two hosts."""
    urls = (f"{host}{path}?type=ORDER_CREATED" for host in (STAGING, SHOP))
    return [{}, *({"url": url} for url in urls)]


CREATE = "flask zonos webhooks create"
TABLE = [
    Row([{"headers": {}}], ["error"], "does not send X-Zonos-Webhook-Secret"),
    Row([{"status": "DISABLED", "headers": {}}], ["error", "error"], "is disabled"),
    Row([{"url": f"{SHOP}{PATH}"}], ["note"], "the kind UNKNOWN"),
    Row([{"url": f"{SHOP}{PATH}?type=ORDER_UPDATED"}], ["note"], "kind ORDER_UPDATED"),
    # Kinds that tell of changes are no condition.
    Row([{}], [], "No webhook tells of ORDER_UPDATED"),
    Row([{}, CANCELED], ["warning"], "(ORDER_CANCELED) is disabled"),
    # Another host's is not this shop's.
    Row([ON_STAGING], ["error"], f"There are some to {STAGING}", SHOP),
    Row([ON_STAGING], ["error"], STAGING, config={"SERVER_NAME": "shop.example"}),
    # A bad one of another host beside a good one is no error.
    Row([{}, OFF_THERE], ["note"], f"{SHOP} is taken for this shop", left=["note"]),
    Row([OFF_THERE, {}], ["note"], f"--url {STAGING}", left=["note"]),
    Row([{}, OFF_THERE], [], "", SHOP),
    Row([{}, OFF_THERE], ["error"], "is disabled", STAGING),
    # Another path's is told where it is the shop's, or where its host is not known.
    Row(slips("/zonos/webhook"), ["warning"], f"goes to {SHOP}/zonos/webhook, but"),
    Row(slips(f"{PATH}/"), ["warning"], f"goes to {SHOP}{PATH}/, but", SHOP),
    Row(slips(""), ["warning"], f"goes to {SHOP}, but"),
    Row([SLIP], ["note", "error"], f"takes webhooks at {PATH}"),
    Row([SLIP], ["error"], f"{CREATE} {STAGING}{PATH}", STAGING),
    Row(
        [{}],
        ["warning", "error"],
        f"{CREATE} {SHOP}/pay/webhooks",
        SHOP,
        {"ZONOS_URL_PREFIX": "/pay"},
    ),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.words)
def test_what_is_not_well_is_told_and_its_remedies_mend_it(
    sandbox: Sandbox, row: Row
) -> None:
    for each in row.given:
        create(sandbox, **each)
    app = shop_of(sandbox, **row.config)
    report = check(app, row.url)
    assert troubles(report) == row.levels
    assert row.words in report.told("webhook")
    follow_remedies(app, report)
    assert troubles(check(app, row.url)) == row.left


def test_one_of_another_mode_is_an_error(sandbox: Sandbox) -> None:
    create(sandbox)
    report = check(shop_of(sandbox, ZONOS_MODE="LIVE"))
    assert troubles(report) == ["error"]
    assert "is of mode TEST, not of" in report.told("webhook")


def test_of_two_for_the_same_kind_the_one_that_is_whole_stays(
    sandbox: Sandbox,
) -> None:
    bad, good = create(sandbox, url=f"{SHOP}{PATH}"), create(sandbox)
    app = shop_of(sandbox)
    report = check(app)
    assert f"flask zonos webhooks delete {bad}" in report.told("webhook")
    assert good not in report.told("webhook")
    words = ["webhooks", "create", f"{SHOP}{PATH}", "--type", "ORDER_CREATED"]
    result = app.test_cli_runner().invoke(command, words)
    assert result.stdout.startswith(f"updated  {good}")
    assert f"{bad} is its double" in result.stderr


@pytest.mark.parametrize(
    ("mode", "host", "levels"),
    [
        ("TEST", "shop.example", ["error"]),
        ("LIVE", "127.0.0.1:5000", ["error"]),
        ("TEST", "127.0.0.1:5000", []),
    ],
)
def test_plain_http_is_for_this_machine_and_for_tests(
    sandbox: Sandbox, mode: str, host: str, levels: list[str]
) -> None:
    sandbox.state.options.change({"mode": mode})
    create(sandbox, url=f"http://{host}{PATH}?type=ORDER_CREATED")
    report = check(shop_of(sandbox, ZONOS_MODE=mode))
    assert troubles(report) == levels
    assert ("plain http" in report.told("webhook")) is bool(levels)


def test_a_shop_with_a_verifier_alone_is_looked_at_without_the_header(
    sandbox: Sandbox,
) -> None:
    app = shop_of(sandbox, ZONOS_WEBHOOK_SECRET=None)
    assert check(app, SHOP).told("webhook") == ""
    app.extensions["zonos"].callbacks.webhook_verifier = lambda headers, body: True
    missing = check(app, SHOP)
    assert troubles(missing) == ["error"]
    follow_remedies(app, missing)
    report = check(app, SHOP)
    assert troubles(report) == []
    assert "ORDER_CREATED" in report.told("webhook")
    with app.app_context():
        made = list(app.extensions["zonos"].client.webhooks())
    assert {webhook.header_keys for webhook in made} == {()}
