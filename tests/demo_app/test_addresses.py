"""Names and addresses that others stumble over, from the form to the order's page."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from demo_app.models import db
from demo_app.models import Order
from flask_zonos.sandbox import Sandbox

from .conftest import Shopper

ADDRESSES: dict[str, dict[str, str]] = {
    "no postal code": {
        "name": "Chan Tai Man",
        "line1": "Flat 5A, 25/F, 1 Nathan Road",
        "locality": "Tsim Sha Tsui",
        "administrative_area": "Kowloon",
        "country_code": "HK",
    },
    "no Eircode": {
        "name": "Seán O'Súilleabháin",
        "line1": "The Old Forge",
        "locality": "Skibbereen",
        "administrative_area": "Co. Cork",
        "country_code": "IE",
    },
    "no region": {
        "name": "Tan Wei Ling",
        "line1": "10 Anson Road #26-04",
        "locality": "Singapore",
        "postal_code": "079903",
        "country_code": "SG",
    },
    "two scripts": {
        "name": "中村 フレイヤ",
        "line1": "神宮前 4-12-10",
        "line2": "Vindstille Tokyo 3F",
        "locality": "渋谷区",
        "administrative_area": "東京都",
        "postal_code": "150-0001",
        "country_code": "JP",
    },
    "right to left": {
        "name": "محمد بن عبد الله",
        "line1": "شارع 12 Strandgade",
        "locality": "København K",
        "postal_code": "1401",
        "country_code": "DK",
    },
    "emoji and one name": {
        "name": "Robin🦊",
        "line1": "Hauptstraße 1 👩‍👧 <b>",
        "locality": "Köln",
        "postal_code": "50667",
        "country_code": "DE",
    },
    "long": {
        "name": " ".join(["María de los Ángeles"] * 5),
        "line1": "C" * 120,
        "locality": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
        "postal_code": "LL61 5UJ",
        "country_code": "GB",
    },
    "phone without country and a company": {
        "name": "Freja Nakamura",
        "line1": "1 Queen Street",
        "line2": "c/o Åse & Søn ApS",
        "locality": "Toronto",
        "administrative_area": "ON",
        "postal_code": "M5H 2N2",
        "country_code": "CA",
        "phone": "(604) 555-0123",
    },
}


@pytest.mark.parametrize("typed", ADDRESSES.values(), ids=ADDRESSES)
def test_an_address_arrives_at_zonos_and_comes_back_as_it_was_typed(
    app: Flask,
    sandbox: Sandbox,
    shopper: Shopper,
    monkeypatch: pytest.MonkeyPatch,
    typed: dict[str, str],
) -> None:
    # As in a shop outside of the EU, or Zonos would be sent none of its addresses.
    monkeypatch.setattr("demo_app.countries.DOMESTIC", frozenset())
    shopper.register()
    saved = shopper.post("/account/addresses/new", **typed)
    assert saved.status_code == 303, saved.text
    shopper.add()

    order_id = shopper.order()

    (row,) = sandbox.state.store.all("SELECT body FROM location")
    location = json.loads(row["body"])
    usual = dict.fromkeys(("line2", "administrative_area", "postal_code", "phone"), "")
    for field, value in (usual | typed).items():
        assert (location[camel(field)] or "") == value
    page = unescape(shopper.get(f"/orders/{order_id}").text)
    shown: list[Any] = [
        v for f, v in typed.items() if f not in ("country_code", "phone")
    ]
    assert [value for value in shown if value not in page] == []
    with app.app_context():
        order = db.session.scalars(select(Order)).one()
        stored = {
            field: order.ship_to[field] or "" for field in typed if field != "phone"
        }
        assert stored.items() <= typed.items()


def camel(field: str) -> str:
    first, *rest = field.split("_")
    return first + "".join(word.title() for word in rest)
