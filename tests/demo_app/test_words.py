"""The shop in English and Danish: all of it, and true."""

from __future__ import annotations

import json
import re
from datetime import datetime
from itertools import chain
from pathlib import Path

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


def test_an_orders_page_is_headed_by_its_state(app: Flask) -> None:
    cancelled = Order(id=1, status="CANCELED", tracking_numbers=["X1"])
    with app.test_request_context(headers={"Accept-Language": "da"}):
        assert headline(cancelled) == "Ordre V-10001 er annulleret"
    unknown = Order(id=1, status="OF_NEXT_YEAR", tracking_numbers=[])
    with app.test_request_context():
        assert headline(unknown) == "Order V-10001"


def test_times_are_denmarks_and_written_as_the_language_does(app: Flask) -> None:
    late = datetime(2026, 11, 28, 23, 5)  # in UTC; the next day in Copenhagen
    for language, words in {"en": "29 November 2026 00:05",
                            "da": "29. november 2026 00.05"}.items():  # fmt: skip
        with app.test_request_context(headers={"Accept-Language": language}):
            assert f"{day(late)} {clock(late)}" == words


def test_zonos_shows_the_goods_in_the_shoppers_language(
    sandbox: Sandbox, shopper: Shopper
) -> None:
    shopper.post("/language", language="da")
    shopper.add("MORGEN-WHITE")
    info = shopper.cart_info()
    [item] = sandbox.state.store.body("cart", info["cartId"])["items"]
    assert item["name"] == "Morgen, Hvid"
    # What was bought is shown in the language that it is read in.
    order_id = shopper.pay(info)
    shopper.hint(order_id)
    shopper.post("/language", language="en")
    assert "Morgen, White" in shopper.get(f"/orders/{order_id}").text
