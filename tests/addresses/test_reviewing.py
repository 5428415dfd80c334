"""Missing and likely wrong fields of an address are found, and no others."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from flask_zonos import Location
from flask_zonos.addresses import review
from flask_zonos.addresses import tidy
from flask_zonos.addresses.rules import rules_of
from flask_zonos.api.enums import COUNTRY_CODES

from .test_tidying import location


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
