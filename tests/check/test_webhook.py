"""``flask zonos check`` on webhooks, and that the remedies it names mend them."""

from __future__ import annotations

import re
from contextlib import closing
from typing import Any
from typing import NamedTuple

import pytest
from flask import Flask

from flask_zonos.check import webhooks
from flask_zonos.check.origins import shop_origin
from flask_zonos.cli import zonos as command
from flask_zonos.client import ZonosClient
from flask_zonos.sandbox import Sandbox

from .shop import Report
from .shop import SECRET
from .shop import shop_of

SHOP = "https://shop.example"
STAGING = "https://new.shop.example"
PATH = "/zonos/webhooks"
CANCELED = {"type": "ORDER_CANCELED", "status": "DISABLED"}
ON_STAGING = {"address": f"{STAGING}{PATH}"}
OFF_THERE = {**ON_STAGING, "status": "DISABLED"}
SLIP = {"address": f"{SHOP}/zonos/webhook"}
SLIP_THERE = {"address": f"{STAGING}/zonos/webhook"}
SLASH = {"address": f"{SHOP}{PATH}/"}
PLAIN = {"address": f"http://shop.example{PATH}"}
PLAIN_HERE = {"address": f"http://127.0.0.1:5000{PATH}"}
AT_PAY = {"ZONOS_URL_PREFIX": "/pay"}
LIVE = {"ZONOS_MODE": "LIVE"}


def check(app: Flask, url: str | None = None) -> Report:
    """What is found of the webhooks, alone."""
    with app.app_context():
        state = app.extensions["zonos"]
        report = Report.of(webhooks.check(state, shop_origin(app, url)))
        state.client.close()
    return report


def create(
    sandbox: Sandbox,
    address: str = f"{SHOP}{PATH}",
    type: str = "ORDER_CREATED",
    **given: Any,
) -> str:
    """The id of a new webhook, which is well unless told otherwise."""
    client = ZonosClient(sandbox.credential_token, api_url=sandbox.graphql_url)
    headers = {"X-Zonos-Webhook-Secret": SECRET}
    usual = {"url": f"{address}?type={type}", "headers": headers}
    with closing(client):
        return client.create_webhook(type=type, **usual | given).id


def levels(report: Report) -> list[str]:
    return [level for level, topic in report.troubles]


def follow_remedies(app: Flask, report: Report) -> None:
    """Type each command that a finding on webhooks names."""
    named = r"flask zonos (webhooks \w+ [^\s,]+(?: --type \w+)?)"
    for words in re.findall(named, report.told("webhook")):
        result = app.test_cli_runner().invoke(command, words)
        assert result.exit_code == 0, result.output


class Row(NamedTuple):
    """Webhooks, and what is told of them; ``mended`` if a command can mend it."""

    given: list[dict[str, Any]]
    levels: list[str]
    words: str
    url: str | None = None
    config: dict[str, Any] = {}
    mended: bool = True


CREATE = "flask zonos webhooks create"
TABLE = [
    Row([], ["error"], f"{CREATE} {SHOP}{PATH}", SHOP),
    Row([{"headers": {}}], ["error"], "does not send X-Zonos-Webhook-Secret"),
    Row([{"status": "DISABLED", "headers": {}}], ["error", "error"], "is disabled"),
    Row([{"url": f"{SHOP}{PATH}"}], [], "the kind UNKNOWN"),
    Row([{}], ["error"], "is of mode TEST", config=LIVE, mended=False),
    # Kinds that tell of changes are no condition.
    Row([{}], [], "No webhook tells of ORDER_UPDATED"),
    Row([{}, CANCELED], ["warning"], "(ORDER_CANCELED) is disabled"),
    # Plain http is for this machine.
    Row([PLAIN_HERE], [], ""),
    Row([PLAIN], ["error"], "goes to a plain http address", mended=False),
    # Another host's is not this shop's.
    Row([ON_STAGING], ["error"], f"There are some to {STAGING}", SHOP),
    # A bad one of another host beside a good one is no error.
    Row([OFF_THERE, {}], [], f"{SHOP} is taken for this shop"),
    Row([{}, OFF_THERE], [], "", SHOP),
    # Another path's is told where it is the shop's, or where its host is not known.
    Row([{}, SLIP_THERE, SLIP], ["warning"], f"goes to {SHOP}/zonos/webhook, but"),
    Row([{}, SLASH], ["warning"], f"goes to {SHOP}{PATH}/, but", SHOP),
    Row([SLIP], ["error"], f"takes webhooks at {PATH}"),
    Row([SLIP], ["error"], f"{CREATE} {STAGING}{PATH}", STAGING),
    Row([{}], ["warning", "error"], f"{CREATE} {SHOP}/pay/webhooks", SHOP, AT_PAY),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.words)
def test_trouble_is_told_and_its_remedies_mend_it(sandbox: Sandbox, row: Row) -> None:
    for each in row.given:
        create(sandbox, **each)
    app = shop_of(sandbox, **row.config)
    report = check(app, row.url)
    assert levels(report) == row.levels
    assert row.words in report.told("webhook")
    if row.mended:
        follow_remedies(app, report)
        assert levels(check(app, row.url)) == []


def test_of_two_of_a_kind_the_one_that_is_whole_stays(sandbox: Sandbox) -> None:
    bad, good = create(sandbox, url=f"{SHOP}{PATH}"), create(sandbox)
    app = shop_of(sandbox)
    report = check(app)
    assert f"flask zonos webhooks delete {bad}" in report.told("webhook")
    assert good not in report.told("webhook")
    words = ["webhooks", "create", f"{SHOP}{PATH}", "--type", "ORDER_CREATED"]
    result = app.test_cli_runner().invoke(command, words)
    assert result.stdout.startswith(f"updated  {good}")
    assert f"{bad} is its double" in result.stderr


def test_a_shop_with_a_verifier_alone_needs_no_header(sandbox: Sandbox) -> None:
    app = shop_of(sandbox, ZONOS_WEBHOOK_SECRET=None)
    assert check(app, SHOP).told("webhook") == ""
    app.extensions["zonos"].callbacks.webhook_verifier = lambda headers, body: True
    missing = check(app, SHOP)
    assert levels(missing) == ["error"]
    follow_remedies(app, missing)
    report = check(app, SHOP)
    assert levels(report) == []
    assert "ORDER_CREATED" in report.told("webhook")
    with app.app_context():
        made = list(app.extensions["zonos"].client.webhooks())
    assert {webhook.header_keys for webhook in made} == {()}
