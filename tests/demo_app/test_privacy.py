"""What Zonos is sent of a customer: no more than it needs, once, and told to them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import requests
from flask import Flask
from sqlalchemy import select

from demo_app.__main__ import follow
from demo_app.models import db
from demo_app.models import SentProfile
from demo_app.zonos import zonos
from flask_zonos.sandbox import Sandbox

from .conftest import FREJA
from .conftest import Shopper
from .conftest import WEBHOOK_SECRET

WEBHOOKS = "https://shop.example/zonos/webhooks"


def sent(sandbox: Sandbox) -> tuple[list[int], list[str]]:
    """How many addresses each profile brought, and the countries that they are in."""
    store = sandbox.state.store
    profiles = [
        json.loads(row["body"]) for row in store.all("SELECT * FROM submission")
    ]
    locations = [json.loads(row["body"]) for row in store.all("SELECT * FROM location")]
    return (
        [profile["sent"] for profile in profiles],
        [location["countryCode"] for location in locations],
    )


def test_each_zonos_is_sent_each_address_abroad_once_and_a_domestic_one_never(
    make_app: Callable[..., Flask], sandbox: Sandbox
) -> None:
    with Sandbox() as another:
        for zonos in (sandbox, another):
            shopper = Shopper(make_app(**zonos.settings, TESTING=True), zonos)
            shopper.sign_in(FREJA)
            shopper.add()
            for _ in range(2):
                assert shopper.cart_info()["recognition"]["level"] == "profile"
            assert sent(zonos) == ([1, 0], ["JP"])


@pytest.mark.server
def test_after_a_reset_of_the_sandbox_addresses_and_webhooks_are_sent_again(
    make_app: Callable[..., Flask],
) -> None:
    with Sandbox() as sandbox:
        app = make_app(**sandbox.settings, ZONOS_WEBHOOK_SECRET=WEBHOOK_SECRET)
        follow(sandbox, app, WEBHOOKS)
        shopper = Shopper(app, sandbox)
        shopper.sign_in()
        shopper.add()
        shopper.cart_info()

        requests.post(f"{sandbox.url}/_sandbox/reset", json={}, timeout=60)
        shopper.cart_info()
        assert sent(sandbox) == ([2], ["CA", "US"])
        assert sandbox.state.store.all("SELECT * FROM webhook")

        # The next start forgets nothing; one on another port, the webhooks of this one.
        follow(sandbox, app, WEBHOOKS)
        elsewhere = WEBHOOKS.replace(".example", ".example:8443")
        follow(sandbox, app, elsewhere)
        shopper.cart_info()
        assert sent(sandbox) == ([2, 0], ["CA", "US"])
        with app.app_context():
            webhooks = list(zonos.client.webhooks())
        assert len(webhooks) == len({webhook.type for webhook in webhooks}) > 1
        assert all(webhook.url.startswith(elsewhere) for webhook in webhooks)


def test_the_account_says_what_was_sent_and_gives_all_of_it_as_a_file_to_its_owner(
    app: Flask, shopper: Shopper
) -> None:
    shopper.sign_in(FREJA)
    shopper.add()
    for _ in range(3):
        shopper.cart_info()
    page = shopper.get("/account").text
    assert "your name, your phone number and 1 address." in page
    assert "The same 1 time before." in page
    file = shopper.get("/account/shared-with-zonos.json")
    assert file.headers["Content-Disposition"] == "attachment"
    assert "no-store" in file.headers["Cache-Control"]
    assert "Strandgade" not in file.text  # domestic: Zonos has not got it
    *later, call = file.json["sent_to_zonos"]
    assert [one["addresses"] for one in (*later, call)] == [0, 0, 1]
    assert "Jingumae" in json.dumps(file.json["what_your_account_holds_for_zonos_now"])
    with app.app_context():
        row = db.session.scalars(select(SentProfile)).first()
        assert row is not None
        assert call["at"] == f"{row.at.isoformat()}+00:00"
        assert "Jingumae" not in json.dumps(row.locations)

    shopper.sign_out()
    assert shopper.get("/account/shared-with-zonos.json").status_code == 302
    shopper.sign_in()
    assert shopper.get("/account/shared-with-zonos.json").json["sent_to_zonos"] == []
