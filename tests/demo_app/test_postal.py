"""Addresses as each country writes them; what looks unusual is said, never refused."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from demo_app.postal import address_lines
from tests.demo_app.conftest import Shopper

KEYS = ("line1", "line2", "locality", "administrative_area", "postal_code")


@pytest.mark.parametrize(
    ("country", "given", "written"),
    [
        ("DK", ("Bredgade 1", "", "København K", "", "1260"), "1260 København K"),
        ("SE", ("Kungsgatan 1", "", "Stockholm", "", "111 43"), "111 43 Stockholm"),
        ("US", ("1 Main St", "", "Provo", "UT", "84601"), "Provo, UT 84601"),
        ("CA", ("1 King St", "", "Toronto", "ON", "M5H 2N2"), "Toronto ON M5H 2N2"),
        ("GB", ("1 Hill", "", "Hove", "", "BN3 1AA"), "Hove|BN3 1AA"),
        ("GB", ("1 Hill", "", "Hove", "Sussex", "BN3 1AA"), "Hove, Sussex|BN3 1AA"),
        ("IE", ("The Forge", "", "Skibbereen", "Co. Cork", ""), "Skibbereen|Co. Cork"),
        ("SG", ("10 Anson Road", "", "Singapore", "", "079903"), "Singapore 079903"),
        ("IT", ("Via Roma 1", "", "Torino", "TO", "10121"), "10121 Torino TO"),
        ("HK", ("1 Nathan Rd", "", "Mong Kok", "Kowloon", "9"), "Mong Kok|Kowloon|9"),
        ("JP", ("4-12 Jingumae", "", "Shibuya", "Tokyo", "150-0001"),
         "4-12 Jingumae|Shibuya, Tokyo|150-0001"),
        ("", ("Somewhere", "", "Town", "", "1"), "Town|1"),
    ],
)  # fmt: skip
def test_an_address_is_written_as_its_country_does(
    app: Flask, country: str, given: tuple[str, ...], written: str
) -> None:
    address = {"country_code": country, **dict(zip(KEYS, given, strict=True))}
    with app.test_request_context():
        lines = address_lines(address)
    assert f"|{written}" in "|" + "|".join(lines)


def test_a_japanese_address_begins_with_its_postal_code(app: Flask) -> None:
    given = ("神宮前 4-12-10", "", "渋谷区", "東京都", "150-0001")
    address = dict(zip(KEYS, given, strict=True), name="中村", country_code="JP")
    with app.test_request_context(headers={"Accept-Language": "da"}):
        lines = address_lines(address)
    assert lines == [
        "〒150-0001",
        "東京都",
        "渋谷区",
        "神宮前 4-12-10",
        "中村",
        "Japan",
    ]


@pytest.mark.parametrize(
    ("language", "advice"),
    [
        ("en", "In Canada it is written V6E 1M7."),
        ("da", "I Canada skrives det V6E 1M7."),
    ],
)
def test_what_looks_unusual_is_saved_and_said_at_its_field(
    shopper: Shopper, language: str, advice: str
) -> None:
    shopper.sign_in()
    shopper.post("/language", language=language)
    typed = {
        "name": "Robin Reader",
        "line1": "1 Davie Street",
        "locality": "Vancouver",
        "administrative_area": "BC",
        "country_code": "CA",
    }
    saved = shopper.post("/account/addresses/new", **typed, postal_code="V6E1M7")
    assert saved.status_code == 303
    page = shopper.get(saved.location).text
    described = re.search(r'id="(postal_code-advice)">([^<]+)', page)
    assert described is not None
    assert described[2] == advice
    assert re.search(rf'aria-describedby="{described[1]}"', page)
    again = shopper.post(saved.location, **typed, postal_code="V6E 1M7")
    assert again.location == "/account"
    assert "1 Davie Street" in shopper.get("/account").text
