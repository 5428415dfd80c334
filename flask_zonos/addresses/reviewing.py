"""Review of addresses: likely mistakes, before they are kept for good."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from typing import Literal

import phonenumbers

from ..api.enums import COUNTRY_CODES
from ..models import Location
from .rules import Rules
from .rules import rules_of
from .tidying import tidy
from .tidying import tidy_country

_PLACEHOLDER = re.compile(
    r"(.)\1*|[-./\s]*|n/?a|none|null|nil|undefined|unknown|test|xx+|asdf.*|t\.?b\.?d\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Finding:
    """One field of an address that does not fit its country.

    :ivar field: of :class:`~flask_zonos.Location`, such as ``postal_code``.
    :ivar severity: ``error`` where mail would likely not arrive, else ``warning``.
    :ivar expected: what belongs there; never the value that was given.
    """

    field: str
    severity: Literal["error", "warning"]
    expected: str


def review(location: Location) -> list[Finding]:
    """The likely mistakes in an address; empty where there are none."""
    return list(_findings(location))


def _findings(location: Location) -> Iterator[Finding]:
    texts = ("name", "line1", "locality", "administrative_area", "postal_code")
    for field in texts:
        if not isinstance(getattr(location, field), str):
            yield Finding(field, "error", "a text; an empty one where there is none")
            return
    for field in ("name", "line1"):
        if not getattr(location, field).strip():
            yield Finding(field, "error", "a text that is not empty")
    country = tidy_country(_stripped(location.country_code))
    if not isinstance(country, str) or country not in COUNTRY_CODES:
        yield Finding("country_code", "error", "a code of ISO 3166, such as DK")
        return
    if country != location.country_code:
        yield Finding("country_code", "error", f"the code of ISO 3166: {country}")
    for field in ("line1", "locality"):
        given = getattr(location, field).strip()
        if len(given) > 1 and _PLACEHOLDER.fullmatch(given):
            yield Finding(field, "warning", "the real one, not a word for none")
    rules = rules_of(country)
    if rules is not None:
        if rules.requires_locality and not location.locality.strip():
            yield Finding("locality", "error", "a town, which this country requires")
        tidied = tidy(location)
        yield from _region(rules, location, tidied)
        yield from _postal_code(rules, location, tidied)
    yield from _phone(location.phone, country)


def _region(rules: Rules, given: Location, tidied: Location) -> Iterator[Finding]:
    field, region = "administrative_area", given.administrative_area.strip()
    if not region:
        if rules.requires_region:
            yield Finding(field, "error", f"a region{_such_as_region(rules)}")
        return
    if not rules.has_region:
        yield Finding(field, "warning", "empty: addresses of this country have none")
    elif rules.regions and rules.find_region(region) is None:
        expected = f"a region of this country{_such_as_region(rules)}"
        yield Finding(field, _error_if(rules.requires_region), expected)
    elif tidied.administrative_area != given.administrative_area:
        yield Finding(
            field, "warning", f"the country's own form{_such_as_region(rules)}"
        )


def _postal_code(rules: Rules, given: Location, tidied: Location) -> Iterator[Finding]:
    field, code = "postal_code", given.postal_code.strip()
    example = f", such as {rules.examples[0]}" if rules.examples[0] else ""
    if not code:
        if rules.requires_postal_code:
            yield Finding(field, "error", f"a postal code{example}")
        return
    if not rules.has_postal_code:
        yield Finding(field, "warning", "empty: this country has no postal codes")
        return
    pattern, own = rules.postal_code, tidied.postal_code
    if pattern is not None and not pattern.fullmatch(own):
        severity = _error_if(rules.requires_postal_code)
        yield Finding(field, severity, f"a postal code of this country{example}")
    elif _PLACEHOLDER.fullmatch(code) and code.strip("0-. ") == "":
        yield Finding(field, "error", f"a real postal code{example}")
    elif own != given.postal_code:
        yield Finding(field, "warning", f"the country's own form{example}")
    else:
        match = rules.find_region(tidied.administrative_area)
        begins = match.region.postal_code if match else None
        if begins is not None and not begins.match(own):
            yield Finding(field, "warning", "a postal code of the region that is given")


def _phone(given: Any, country: str) -> Iterator[Finding]:
    if not given:
        return
    expected = "a number that can be called, such as +4532123456"
    try:
        number = phonenumbers.parse(str(given), country)
    except phonenumbers.NumberParseException:
        yield Finding("phone", "warning", expected)
        return
    if not phonenumbers.is_valid_number(number):
        yield Finding("phone", "warning", expected)


def _error_if(required: bool) -> Literal["error", "warning"]:
    return "error" if required else "warning"


def _such_as_region(rules: Rules) -> str:
    return f", such as {rules.regions[0].key}" if rules.regions else ""


def _stripped(given: Any) -> Any:
    return given.strip() if isinstance(given, str) else given
