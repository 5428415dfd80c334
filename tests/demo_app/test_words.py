"""The shop in English and Danish: its sentences, sums of money and times."""

from __future__ import annotations

import json
import re
from datetime import datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pytest
from babel import Locale
from flask import Flask
from sqlalchemy import text

import demo_app
from demo_app.accounts import login_manager
from demo_app.models import db
from demo_app.money import Exact
from demo_app.money import format_money
from demo_app.presentation import clock
from demo_app.presentation import day
from demo_app.presentation import STATUSES
from demo_app.samples import SAMPLE_SIGN_INS
from flask_zonos.sandbox import Sandbox

from .conftest import Shopper


def test_every_sentence_has_its_danish() -> None:
    folder = Path(demo_app.__file__).parent
    danish = json.loads((folder / "translations" / "da.json").read_text("utf-8"))
    used: set[str] = set()
    quoted = r"""((?:"[^"]*"\s*)+|'[^']*')"""
    call = re.compile(rf"(?:_|gettext|required)\(\s*{quoted}(?:,\s*{quoted})?")
    for path in [*folder.rglob("*.html"), *folder.glob("*.py")]:
        for literals in chain(*call.findall(path.read_text("utf-8"))):
            used.add("".join(re.findall(r"""["']([^"']*(?:'[^"']+)?)["']""", literals)))
    used.discard("")
    used |= set(STATUSES.values()) | {login_manager.login_message}
    used |= {places for _, places in SAMPLE_SIGN_INS}
    assert used == set(danish)
    for english, translated in danish.items():
        assert re.findall(r"{\w+}", english) == re.findall(r"{\w+}", translated)


@pytest.mark.parametrize(
    ("amount", "currency", "english", "danish"),
    [
        ("1495", "DKK", "DKK 1,495.00", "1.495,00 kr."),
        ("-1234.567", "KWD", "-KWD 1,234.567", "-1.234,567 KWD"),
        # CLDR has no smaller unit for these, ISO 4217 has.
        ("12345.67", "HUF", "HUF 12,345.67", "12.345,67 HUF"),
        # More digits than the currency has: a price by the gram.
        ("0.0125", "USD", "USD 0.0125", "0,0125 USD"),
    ],
)
def test_money_is_written_as_each_language_does_and_never_rounded(
    app: Flask, amount: str, currency: str, english: str, danish: str
) -> None:
    for language, expected in {"en_GB": english, "da_DK": danish}.items():
        written = format_money(Decimal(amount), currency, Locale.parse(language))
        assert written.replace("\N{NO-BREAK SPACE}", " ") == expected
    query = text("SELECT :amount AS amount").columns(amount=Exact)
    with app.app_context():
        kept = db.session.execute(query, {"amount": amount}).scalar_one()
    assert str(kept) == amount


def test_times_are_denmarks_and_written_as_the_language_does(app: Flask) -> None:
    late = datetime(2026, 11, 28, 23, 5)  # in UTC; the next day in Copenhagen
    for language, words in {"en": "29 November 2026 00:05",
                            "da": "29. november 2026 00.05"}.items():  # fmt: skip
        with app.test_request_context(headers={"Accept-Language": language}):
            assert f"{day(late)} {clock(late)}" == words


def test_the_shop_and_zonos_speak_danish_to_who_asks_for_it(
    sandbox: Sandbox, shopper: Shopper
) -> None:
    danish = shopper.client.get("/", headers={"Accept-Language": "da"})
    assert '<html lang="da">' in danish.text

    shopper.post("/language", language="da")
    shopper.add()
    info = shopper.cart_info()
    [item] = sandbox.state.store.body("cart", info["cartId"])["items"]
    assert item["name"] == "Morgen, Hvid"
    # What was bought is shown in the language that it is read in.
    order_id = shopper.pay(info)
    shopper.hint(order_id)
    shopper.post("/language", language="en")
    assert "Morgen, White" in shopper.get(f"/orders/{order_id}").text
