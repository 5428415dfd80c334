"""The shop in English and Danish: all of it, and true."""

from __future__ import annotations

import json
import re
from datetime import datetime
from itertools import chain
from pathlib import Path

import pytest
from flask import Flask

import demo_app
from demo_app.accounts import login_manager
from demo_app.models import Order
from demo_app.presentation import clock
from demo_app.presentation import day
from demo_app.presentation import headline
from demo_app.presentation import STATUSES
from demo_app.samples import SAMPLE_SIGN_INS
from flask_zonos.sandbox import Sandbox

from .conftest import DELIVERY
from .conftest import NewShopper
from .conftest import Shopper


def test_every_sentence_has_its_danish() -> None:
    folder = Path(demo_app.__file__).parent
    danish = json.loads((folder / "translations" / "da.json").read_text("utf-8"))
    used: set[str] = set()
    text = r"""((?:"[^"]*"\s*)+|'[^']*')"""
    call = re.compile(rf"(?:_|gettext|required)\(\s*{text}(?:,\s*{text})?")
    for path in [*folder.rglob("*.html"), *folder.glob("*.py")]:
        for literals in chain(*call.findall(path.read_text("utf-8"))):
            used.add("".join(re.findall(r"""["']([^"']*(?:'[^"']+)?)["']""", literals)))
    used.discard("")
    used |= set(STATUSES.values()) | {login_manager.login_message}
    used |= {places for _, places in SAMPLE_SIGN_INS}
    assert used == set(danish)
    for english, text in danish.items():
        assert re.findall(r"{\w+}", english) == re.findall(r"{\w+}", text)


def test_the_shop_speaks_danish_where_it_is_asked_to(shopper: Shopper) -> None:
    danish = shopper.client.get("/", headers={"Accept-Language": "da"})
    assert '<html lang="da">' in danish.text
    assert "Ting til stille rum" in danish.text
    for language in ("da", "en"):
        shopper.post("/language", language=language, next="/cart")
        assert f'<html lang="{language}">' in shopper.get("/cart").text


def test_another_language_keeps_the_whole_address_of_the_page(
    new_shopper: NewShopper,
) -> None:
    buyer, friend = new_shopper(), new_shopper()
    buyer.add()
    page = buyer.get(buyer.post("/checkout", **DELIVERY).location).text
    link = re.search(r'data-order-link href="([^"]+)"', page)
    assert link is not None
    where = re.search(r'name="next" value="([^"]+)"', friend.get(link[1]).text)
    assert where is not None
    there = friend.post("/language", language="da", next=where[1]).location
    assert "Leveringsadresse" in friend.get(there).text


@pytest.mark.parametrize(
    ("status", "tracking", "english", "danish"),
    [
        ("OPEN", ["X1"], "Order V-10001 is on its way", "Ordre V-10001 er på vej"),
        ("CANCELED", ["X1"], "Order V-10001 is cancelled",
         "Ordre V-10001 er annulleret"),
        ("OF_NEXT_YEAR", [], "Order V-10001", "Ordre V-10001"),
    ],
)  # fmt: skip
def test_an_orders_page_is_headed_by_its_state(
    app: Flask, status: str, tracking: list[str], english: str, danish: str
) -> None:
    order = Order(id=1, status=status, tracking_numbers=tracking)
    for language, words in {"en": english, "da": danish}.items():
        with app.test_request_context(headers={"Accept-Language": language}):
            assert headline(order) == words


def test_times_are_denmarks_and_written_as_the_language_does(app: Flask) -> None:
    late = datetime(2026, 11, 28, 23, 5)  # in UTC; the next day in Copenhagen
    for language, words in {"en": "29 November 2026 00:05",
                            "da": "29. november 2026 00.05"}.items():  # fmt: skip
        with app.test_request_context(headers={"Accept-Language": language}):
            assert f"{day(late)} {clock(late)}" == words


@pytest.mark.parametrize(("language", "name"), [("en", "White"), ("da", "Hvid")])
def test_zonos_shows_the_goods_in_the_shoppers_language(
    sandbox: Sandbox, shopper: Shopper, language: str, name: str
) -> None:
    shopper.post("/language", language=language)
    shopper.add("MORGEN-WHITE")
    info = shopper.cart_info()
    [item] = sandbox.state.store.body("cart", info["cartId"])["items"]
    assert item["name"] == f"Morgen, {name}"
    # What was bought is shown in the language that it is read in.
    order_id = shopper.pay(info)
    shopper.hint(order_id)
    shopper.post("/language", language="da" if language == "en" else "en")
    other = "Morgen, Hvid" if language == "en" else "Morgen, White"
    assert other in shopper.get(f"/orders/{order_id}").text
