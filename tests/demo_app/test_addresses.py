"""Names and addresses that others stumble over, from the form to the order's page."""

from __future__ import annotations

import json
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from demo_app.models import db
from demo_app.models import Order
from flask_zonos.sandbox import Sandbox

from .conftest import Shopper

KEYS = ("country_code", "name", "line1", "line2", "postal_code", "locality",
        "administrative_area", "phone")  # fmt: skip
ADDRESSES = {
    "no postal code": ("HK", "Chan Tai Man", "Flat 5A, 25/F, 1 Nathan Road", "", "",
                       "Tsim Sha Tsui", "Kowloon", ""),
    "no Eircode": ("IE", "Seán O'Súilleabháin", "The Old Forge", "", "", "Skibbereen",
                   "Co. Cork", ""),
    "no region": ("SG", "Tan Wei Ling", "10 Anson Road #26-04", "", "079903",
                  "Singapore", "", ""),
    "two scripts": ("JP", "中村 フレイヤ", "神宮前 4-12-10", "Vindstille Tokyo 3F",
                    "150-0001", "渋谷区", "東京都", ""),
    "right to left": ("DK", "محمد بن عبد الله", "شارع 12 Strandgade", "", "1401",
                      "København K", "", ""),
    "emoji and one name": ("DE", "Robin🦊", "Hauptstraße 1 👩‍👧 <b>", "", "50667",
                           "Köln", "", ""),
    "long": ("GB", " ".join(["María de los Ángeles"] * 5), "C" * 120, "", "LL61 5UJ",
             "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch", "", ""),
    "phone without country and a company": (
        "CA", "Freja Nakamura", "1 Queen Street", "c/o Åse & Søn ApS", "M5H 2N2",
        "Toronto", "ON", "(604) 555-0123"),
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
        assert (location[camel(field)] or "") == value
    page = unescape(shopper.get(f"/orders/{order_id}").text)
    assert [value for value in values[1:-1] if value not in page] == []
    with app.app_context():
        order = db.session.scalars(select(Order)).one()
    stored = {field: value or "" for field, value in order.ship_to.items()}
    assert stored and stored.items() <= typed.items()


def camel(field: str) -> str:
    first, *rest = field.split("_")
    return first + "".join(word.title() for word in rest)
