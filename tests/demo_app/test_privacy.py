"""What Zonos is sent of a customer: no more than it needs, once, and told to them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from demo_app.models import db
from demo_app.models import SentProfile
from flask_zonos.sandbox import Sandbox
from tests.demo_app.conftest import DELIVERY
from tests.demo_app.conftest import FREJA
from tests.demo_app.conftest import Shopper


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


def test_each_address_abroad_is_sent_once_and_a_domestic_one_never(
    sandbox: Sandbox, shopper: Shopper
) -> None:
    shopper.sign_in(FREJA)
    shopper.add()
    for _ in range(2):
        assert shopper.cart_info()["recognition"]["level"] == "profile"
    assert sent(sandbox) == ([1, 0], ["JP"])


def test_domestic_addresses_alone_promise_nothing_of_the_checkout(
    shopper: Shopper,
) -> None:
    shopper.register()
    shopper.post("/account/addresses/new", **DELIVERY)
    shopper.add()
    assert "The checkout does not know you yet" in shopper.get("/cart").text
    abroad = DELIVERY | {"country_code": "NO", "postal_code": "0150"}
    shopper.post("/account/addresses/new", **abroad)
    assert "given your address book" in shopper.get("/cart").text


def test_another_zonos_is_sent_the_addresses_too(
    make_app: Callable[..., Flask], sandbox: Sandbox
) -> None:
    with Sandbox() as another:
        for zonos in (sandbox, another):
            shopper = Shopper(make_app(**zonos.settings, TESTING=True), zonos)
            shopper.sign_in(FREJA)
            shopper.add()
            shopper.cart_info()
            assert sent(zonos) == ([1], ["JP"])


@pytest.mark.parametrize(
    ("language", "said", "again"),
    [
        ("en", "your customer number, your e-mail address, your name, your phone number"
         " and 1 address.", "The same 1 time before."),
        ("da", "dit kundenummer, din e-mailadresse, dit navn, dit telefonnummer"
         " og 1 adresse.", "Det samme 1 gang tidligere."),
    ],
)  # fmt: skip
def test_the_account_says_what_was_sent_and_gives_all_of_it_as_a_file(
    app: Flask, shopper: Shopper, language: str, said: str, again: str
) -> None:
    shopper.sign_in(FREJA)
    shopper.post("/language", language=language)
    shopper.add()
    for _ in range(3):
        shopper.cart_info()
    page = shopper.get("/account").text
    assert said in page
    assert again in page
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


def test_the_record_is_shown_to_nobody_else(shopper: Shopper) -> None:
    shopper.sign_in(FREJA)
    shopper.add()
    shopper.cart_info()
    shopper.sign_out()
    assert shopper.get("/account/shared-with-zonos.json").status_code == 302
    shopper.sign_in()
    assert shopper.get("/account/shared-with-zonos.json").json["sent_to_zonos"] == []


def test_every_page_leads_to_what_is_sent_to_zonos(shopper: Shopper) -> None:
    assert 'href="/privacy"' in shopper.get("/").text.split("<footer")[1]
    for language, heading in {"en": "never sent", "da": "får Zonos aldrig"}.items():
        shopper.post("/language", language=language)
        assert heading in shopper.get("/privacy").text
