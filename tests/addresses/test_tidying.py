"""An address is written as its country does, and is never worse than it came."""

from __future__ import annotations

import dataclasses
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies

from flask_zonos import Location
from flask_zonos.addresses import tidy
from flask_zonos.addresses.rules import rules_of
from flask_zonos.api.enums import COUNTRY_CODES


def location(country_code: Any, **changes: Any) -> Location:
    usual = {"name": "Robin Reader", "line1": "1 Queen Street", "locality": "Town"}
    fields = usual | {"administrative_area": "", "postal_code": ""} | changes
    return Location(country_code=country_code, **fields)


#: Countries, what came, and what becomes of it.
REGIONS = [
    ("CA", "British Columbia", "BC"),
    ("CA", "CA-ON", "ON"),
    ("US", "Atlantis", "Atlantis"),
    ("ES", "Bizkaia", "Bizkaia"),
    ("ES", "Alava", "Álava"),
    ("IE", "County Cork", "Co. Cork"),
    ("JP", "東京", "東京都"),
    ("CN", "Guangdong", "Guangdong"),
    ("AE", "DU", "Dubai"),
    # A country without any.
    ("GB", "Kent", ""),
]
POSTAL_CODES = [
    ("US", "221621010", "22162-1010"),
    ("GB", "sw1a1aa", "SW1A 1AA"),
    ("DK", "DK-1050", "1050"),
    ("PT", "2725\N{EN DASH}079", "2725-079"),
    ("JP", "〒１５０－０００１", "150-0001"),
    ("IE", "D02AF30", "D02 AF30"),
    # No country has this one: it stays for the review.
    ("US", "ABC", "ABC"),
    # A country of which the form is not known, and one without any.
    ("KP", "12 34", "12 34"),
    ("QA", "00000", ""),
]
PHONES = [
    ("US", "7022920000", "+17022920000"),
    ("DK", "20 12 34 56", "+4520123456"),
    ("DK", "20123456 ext. 7", "20123456 ext. 7"),
    ("DK", "by mail only", "by mail only"),
]
COUNTRIES = [("UK", "UK", "GB"), (" dk ", " dk ", "DK")]
TABLE = [
    *(("administrative_area", *row) for row in REGIONS),
    *(("postal_code", *row) for row in POSTAL_CODES),
    *(("phone", *row) for row in PHONES),
    *(("country_code", *row) for row in COUNTRIES),
]


@pytest.mark.parametrize(("field", "country", "given", "written"), TABLE, ids=str)
def test_a_field_is_written_as_its_country_does(
    field: str, country: str, given: str | None, written: str | None
) -> None:
    fields: dict[str, Any] = {field: given}
    given_location = dataclasses.replace(location(country), **fields)
    assert getattr(tidy(given_location), field) == written


def test_everything_else_keeps_its_spelling_and_case() -> None:
    given = location(
        "JP",
        name="  Freja  McNAKAMURA\u200b",
        line1="4\u3000-12-10\nJingumae",
        line2="Cafe\u0301 3F ",
        locality="shibuya-ku",
        email="Freja@Example.com",
    )
    assert tidy(given) == dataclasses.replace(
        given,
        name="Freja  McNAKAMURA",
        line1="4\u3000-12-10 Jingumae",
        line2="Caf\u00e9 3F",
    )


texts = strategies.text(max_size=12)
regions = strategies.sampled_from(["", "Tokyo", "東京", "Co. Cork", "UT", "CO", "Kent"])
codes = strategies.from_regex(r"[A-Za-z0-9 -]{0,10}", fullmatch=True)


@given(
    country=strategies.sampled_from(sorted(COUNTRY_CODES - {"CN"})),
    region=regions | texts,
    code=codes | texts,
    locality=texts,
    phone=strategies.none() | strategies.from_regex(r"\+?[0-9 ]{0,14}", fullmatch=True),
)
def test_it_is_idempotent_and_empties_only_what_a_country_has_not(
    country: str, region: str, code: str, locality: str, phone: str | None
) -> None:
    given = location(
        country,
        administrative_area=region,
        postal_code=code,
        locality=locality,
        phone=phone,
    )
    tidied = tidy(given)

    assert tidy(tidied) == tidied
    rules = rules_of(country)
    for field, exists in (
        ("administrative_area", rules is None or rules.has_region),
        ("postal_code", rules is None or rules.has_postal_code),
        ("locality", True),
    ):
        before = unicodedata.normalize("NFC", getattr(given, field))
        if exists and any(character.isalnum() for character in before):
            assert getattr(tidied, field)
