"""An address is written as its country does; likely mistakes, and no others, are found.

A tidy address is never worse than it came.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from flask_zonos import Location
from flask_zonos.addresses import review
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
    tidied = tidy(dataclasses.replace(location(country), **fields))
    assert getattr(tidied, field) == written
    assert tidy(tidied) == tidied


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


def test_what_is_tidy_stays_and_only_what_a_country_has_not_is_emptied() -> None:
    for country in COUNTRY_CODES:
        given = location(country, administrative_area="Kent", postal_code="12345")
        tidied = tidy(given)
        assert tidy(tidied) == tidied, country
        rules = rules_of(country)
        has_region = rules is None or rules.has_region
        has_postal_code = rules is None or rules.has_postal_code
        assert bool(tidied.administrative_area) == has_region, country
        assert bool(tidied.postal_code) == has_postal_code, country
        assert tidied.locality == given.locality


def in_region(region: str, country: str, **changes: Any) -> Location:
    return location(country, administrative_area=region, **changes)


def found_in(given: Location) -> dict[str, str]:
    """The severity of what is found, by field."""
    return {finding.field: finding.severity for finding in review(given)}


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        (location("US", locality=""), "administrative_area, locality, postal_code"),
        (location("JP", locality=""), "administrative_area, postal_code"),
        (location("SG", locality=""), "postal_code"),
        (location("MO", locality=""), ""),
        # What is good has no findings.
        (in_region("UT", "US", postal_code="84770"), ""),
        (in_region("東京都", "JP", postal_code="150-0001"), ""),
        (location("DK", postal_code="1401", phone="+4520123456"), ""),
    ],
    ids=str,
)
def test_what_a_country_requires_is_missed_and_nothing_else(
    given: Location, fields: str
) -> None:
    found = found_in(given)
    assert ", ".join(sorted(found)) == fields
    assert {*found.values()} <= {"error"}


def test_every_country_has_rules_that_can_be_read() -> None:
    for country in COUNTRY_CODES:
        assert "country_code" not in found_in(location(country))
    assert rules_of("CN") is rules_of("CN"), "read once only"


@pytest.mark.parametrize(
    ("given", "field", "severity"),
    [
        (location("UK"), "country_code", "error"),
        (location(None), "country_code", "error"),
        (location("DK", name=" "), "name", "error"),
        (location("DK", line1="n/a"), "line1", "warning"),
        (location("DK", postal_code="DK-1401"), "postal_code", "warning"),
        (location("DK", postal_code="14"), "postal_code", "error"),
        (location("US", postal_code="00000"), "postal_code", "error"),
        (location("AE", postal_code="12345"), "postal_code", "warning"),
        (in_region("UT", "US", postal_code="10001"), "postal_code", "warning"),
        (in_region("Utah", "US"), "administrative_area", "warning"),
        (in_region("Atlantis", "US"), "administrative_area", "error"),
        (in_region("Kent", "GB"), "administrative_area", "warning"),
        (location("DK", phone="99999"), "phone", "warning"),
        (location("DK", phone="by mail"), "phone", "warning"),
    ],
)
def test_what_is_likely_wrong_is_found_without_its_value(
    given: Any, field: str, severity: str
) -> None:
    found = {finding.field: finding for finding in review(given)}
    assert found[field].severity == severity
    value = getattr(given, field)
    if isinstance(value, str) and len(value) > 3:
        assert value not in found[field].expected


@pytest.mark.parametrize("field", [each.name for each in dataclasses.fields(Location)])
def test_a_value_of_an_odd_type_raises_nothing(field: str) -> None:
    for value in (None, 7, b"DK", ["DK"], {"DK"}, object()):
        usual = {"country_code": "JP", "administrative_area": "JP-13"}
        given = location(**usual | {field: value})
        assert getattr(tidy(given), field) is value
        assert field in found_in(given) or field in ("line2", "email", "phone")
