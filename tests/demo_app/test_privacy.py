"""What Zonos is sent of a customer: no more than it needs, once, and told to them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select

from demo_app.models import db
from demo_app.models import SentProfile
from flask_zonos.sandbox import Sandbox

from .conftest import FREJA
from .conftest import Shopper


def sent(sandbox: Sandbox) -> tuple[list[int], list[str]]:
    """How many addresses each profile brought, and the countries that they are in."""

    def bodies(table: str) -> list[Any]:
        rows = sandbox.state.store.all(f"SELECT body FROM {table}")
        return [json.loads(row["body"]) for row in rows]

    return (
        [profile["sent"] for profile in bodies("submission")],
        [location["countryCode"] for location in bodies("location")],
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
    assert "no-store" in file.headers["Cache-Control"]
    assert "Strandgade" not in file.text  # domestic: Zonos has not got it
    calls = file.json["sent_to_zonos"]
    assert [call["addresses"] for call in calls] == [0, 0, 1]
    assert "Jingumae" in json.dumps(file.json["what_your_account_holds_for_zonos_now"])
    with app.app_context():
        records = db.session.scalars(select(SentProfile.locations)).all()
    assert any(records) and "Jingumae" not in str(records)

    shopper.sign_out()
    assert shopper.get("/account/shared-with-zonos.json").status_code == 302
    shopper.sign_in()
    assert shopper.get("/account/shared-with-zonos.json").json["sent_to_zonos"] == []
