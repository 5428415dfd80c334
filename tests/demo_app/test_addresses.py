"""Addresses, however unusual: as they are typed, refused, sent, stored and written."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from demo_app.models import db
from demo_app.models import Order
from demo_app.postal import address_lines
from flask_zonos.sandbox import Sandbox

from .conftest import DELIVERY
from .conftest import FREJA
from .conftest import NewShopper
from .conftest import Shopper

#: Two scripts, markup, characters of several code points, a phone without country.
UNUSUAL = {
    "country_code": "JP",
    "name": "中村 Robin🦊 <b>",
    "line1": "神宮前 4-12-10 👩‍👧",
    "line2": "c/o Åse & Søn ApS",
    "postal_code": "150-0001",
    "locality": "渋谷区",
    "administrative_area": "東京都",
    "phone": "(030) 555-0123",
}


def test_an_address_arrives_at_zonos_and_comes_back_as_it_was_typed(
    app: Flask, sandbox: Sandbox, shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in a shop outside of the EU, or Zonos would be sent none of its addresses.
    monkeypatch.setattr("demo_app.countries.DOMESTIC", frozenset())
    shopper.register()
    saved = shopper.post("/account/addresses/new", **UNUSUAL)
    assert saved.status_code == 303, saved.text
    shopper.add()
    page = unescape(shopper.get(f"/orders/{shopper.order()}").text)

    (row,) = sandbox.state.store.all("SELECT body FROM location")
    location = json.loads(row["body"])
    for field, value in UNUSUAL.items():
        first, *rest = field.split("_")
        assert location[first + "".join(word.title() for word in rest)] == value
    with app.app_context():
        order = db.session.scalars(select(Order)).one()
    assert order.ship_to and order.ship_to.items() <= UNUSUAL.items()
    shown = {**order.ship_to, "country_code": "Japan"}.values()
    assert [value for value in shown if value not in page] == []


def test_an_address_is_written_as_its_country_does(app: Flask) -> None:
    american = {"country_code": "US", "postal_code": "84601", "locality": "Provo"}
    nowhere = {"line1": "Somewhere", "postal_code": "1", "locality": "Town"}
    with app.test_request_context():
        lines = address_lines(UNUSUAL)
        assert lines[:3] == ["〒150-0001", "東京都", "渋谷区"]
        assert lines[-1] == "Japan"
        lines = address_lines({**american, "administrative_area": "UT"})
        assert lines == ["Provo, UT 84601", "United States"]
        assert address_lines(nowhere) == ["Somewhere", "Town", "1"]


def test_an_address_needs_what_its_country_has(shopper: Shopper) -> None:
    shopper.sign_in()
    for country, state, postal_code, status in (
        ("US", "Utah", "84770", 422),
        ("US", "ut", "84770", 303),
        ("HK", "", "", 303),
        ("DK", "", "", 422),
        ("XX", "", "1", 422),
    ):
        typed = DELIVERY | {"country_code": country, "postal_code": postal_code}
        answer = shopper.post(
            "/account/addresses/new", **typed, administrative_area=state
        )
        assert answer.status_code == status, country


def test_the_address_book_can_be_added_to_changed_and_cleared_by_its_owner_alone(
    new_shopper: NewShopper,
) -> None:
    shopper, other = new_shopper(), new_shopper()
    shopper.sign_in()
    other.sign_in(FREJA)
    shopper.post("/account/addresses/new", **DELIVERY)
    page = shopper.get("/account").text
    assert "Bredgade 1" in page
    edit = re.findall(r'href="(/account/addresses/\d+)"', page)[-1]
    assert other.get(edit).status_code == 404
    assert other.post(edit, **DELIVERY).status_code == 404
    assert other.post(f"{edit}/remove").status_code == 404
    shopper.post(edit, **DELIVERY | {"line1": "Bredgade 2"})
    assert "Bredgade 2" in shopper.get("/account").text
    shopper.post(f"{edit}/remove")
    assert "Bredgade" not in shopper.get("/account").text
