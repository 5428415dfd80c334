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

KEYS = ("country_code", "name", "line1", "line2", "postal_code", "locality",
        "administrative_area", "phone")  # fmt: skip
ADDRESSES = {
    "no postal code": ("HK", "Chan Tai Man", "Flat 5A, 25/F, 1 Nathan Road", "", "",
                       "Tsim Sha Tsui", "Kowloon", ""),
    "two scripts": ("JP", "中村 フレイヤ", "神宮前 4-12-10", "Vindstille Tokyo 3F",
                    "150-0001", "渋谷区", "東京都", ""),
    # Paid in kroner, so that there is no second sum.
    "right to left": ("DK", "محمد بن عبد الله", "شارع 12 Strandgade", "", "1401",
                      "København K", "", ""),
    "emoji, a company and a phone without country": (
        "DE", "Robin🦊", "Hauptstraße 1 👩‍👧 <b>", "c/o Åse & Søn ApS", "50667", "Köln",
        "", "(030) 555-0123"),
}  # fmt: skip


@pytest.mark.parametrize("values", ADDRESSES.values(), ids=ADDRESSES)
def test_an_address_arrives_at_zonos_and_comes_back_as_it_was_typed(
    app: Flask,
    sandbox: Sandbox,
    shopper: Shopper,
    monkeypatch: pytest.MonkeyPatch,
    values: tuple[str, ...],
) -> None:
    # As in a shop outside of the EU, or Zonos would be sent none of its addresses.
    monkeypatch.setattr("demo_app.countries.DOMESTIC", frozenset())
    typed = dict(zip(KEYS, values, strict=True))
    shopper.register()
    saved = shopper.post("/account/addresses/new", **typed)
    assert saved.status_code == 303, saved.text
    shopper.add()

    order_id = shopper.order()

    (row,) = sandbox.state.store.all("SELECT body FROM location")
    location = json.loads(row["body"])
    for field, value in typed.items():
        first, *rest = field.split("_")
        name = first + "".join(word.title() for word in rest)
        assert (location[name] or "") == value
    page = unescape(shopper.get(f"/orders/{order_id}").text)
    assert [value for value in values[1:-1] if value not in page] == []
    with app.app_context():
        order = db.session.scalars(select(Order)).one()
    stored = {field: value or "" for field, value in order.ship_to.items()}
    assert stored and stored.items() <= typed.items()


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (("US", "", "1 Main St", "", "84601", "Provo", "UT"), "Provo, UT 84601"),
        (("GB", "", "1 Hill", "", "BN3 1AA", "Hove", "Sussex"), "Hove, Sussex|BN3 1AA"),
        (("SG", "", "10 Anson Rd", "", "079903", "Singapore", ""), "Singapore 079903"),
        (("HK", "", "1 Nathan Rd", "", "9", "Mong Kok", "KL"), "Mong Kok|KL|9"),
        (("JP", "中村", "神宮前 4-12-10", "", "150-0001", "渋谷区", "東京都"),
         "〒150-0001|東京都|渋谷区|神宮前 4-12-10|中村|Japan"),
        (("", "", "Somewhere", "", "1", "Town", ""), "Town|1"),
    ],
)  # fmt: skip
def test_an_address_is_written_as_its_country_does(
    app: Flask, values: tuple[str, ...], written: str
) -> None:
    with app.test_request_context():
        lines = address_lines(dict(zip(KEYS, values, strict=False)))
    assert f"|{written}|" in f"|{'|'.join(lines)}|"


def test_an_address_needs_what_its_country_has_and_is_refused_by_a_list(
    shopper: Shopper,
) -> None:
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
    shopper.add()
    answer = shopper.post("/checkout", **DELIVERY | {"line1": "", "postal_code": ""})
    assert answer.status_code == 422
    listed = re.findall(r'<li><a href="#(\w+)"', answer.text)
    assert sorted(listed) == ["line1", "postal_code"]
    fields = re.findall(r'<label for="(\w+)"', answer.text)
    assert listed == [name for name in fields if name in listed]


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


def test_what_looks_unusual_is_saved_and_said_at_its_field(shopper: Shopper) -> None:
    shopper.sign_in()
    typed = DELIVERY | {"administrative_area": "BC", "country_code": "CA"}
    unusual = typed | {"postal_code": "V6E1M7"}
    saved = shopper.post("/account/addresses/new", **unusual)
    page = shopper.get(saved.location).text
    assert 'id="postal_code-advice">In Canada it is written V6E 1M7.<' in page
    assert 'aria-describedby="postal_code-advice"' in page
    mended = typed | {"postal_code": "V6E 1M7"}
    assert shopper.post(saved.location, **mended).location == "/account"
