"""An address as people of its country write it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Any

import phonenumbers

from ..models import Location
from .folding import is_latin
from .rules import Rules
from .rules import rules_of

#: Codes that many shops use in place of ISO 3166's.
ALIASES = {"UK": "GB", "EL": "GR", "USA": "US", "GBR": "GB", "CAN": "CA"}
_BLANKS_AND_MARKS = " \u00a0\u3000\u200b\u200e\u200f\u2060\ufeff"
_DASHES = re.compile("[\u2010-\u2015\u2212\u30fc\uff0d]")
_PREFIX = re.compile(r"(?:[A-Z]{1,3}[- ]+|〒\s*|[A-Z]{2}(?=\d))(?=\S)")


def tidy(location: Location) -> Location:
    """The address, never worse than it came, with spelling and case otherwise as given.

    Blanks around it go, accents are composed (NFC), the country's usual aliases become
    its code, a region becomes its code or the name that the country uses, in the script
    that it came in, a postal code gets its country's blanks and hyphens and loses a
    country's prefix, a phone number becomes E.164. Region and postal code are emptied
    where the country has none; nothing else is, and nothing is invented. ``tidy`` of
    what is tidy changes nothing.
    """
    trimmed = replace(location, **{n: _trimmed(v) for n, v in vars(location).items()})
    country = tidy_country(trimmed.country_code)
    tidied = replace(trimmed, country_code=country)
    rules = rules_of(country) if isinstance(country, str) else None
    if rules is not None:
        tidied = replace(
            tidied,
            administrative_area=tidy_region(rules, tidied),
            postal_code=tidy_postal_code(rules, tidied.postal_code),
        )
    return replace(tidied, phone=tidy_phone(tidied.phone, country))


def tidy_country(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    code = given.upper()
    return ALIASES.get(code, code if len(code) == 2 else given)


def tidy_region(rules: Rules, location: Location) -> Any:
    """The region by the country's key for it; as it came where it is not known."""
    given = location.administrative_area
    if not isinstance(given, str) or not given:
        return given
    if not rules.has_region:
        return ""
    match = rules.find_region(given)
    if match is None:
        return given
    region = match.region
    if match.is_code and region.latin_name and not is_latin(region.key):
        city = location.locality or location.line1
        return region.latin_name if is_latin(str(city)) else region.key
    if is_latin(region.key) == is_latin(given) and not rules.regions_by_name:
        return region.key
    # Of another script or language: as it came, with the accents that it lacks.
    return match.form if match.is_whole else given


def tidy_postal_code(rules: Rules, given: Any) -> Any:
    """The postal code in the form of the country; as it came where it has another."""
    if not isinstance(given, str) or not given:
        return given
    if not rules.has_postal_code:
        return ""
    if rules.postal_code is None:
        return given
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", given)).strip().upper()
    for variant in dict.fromkeys((text, _PREFIX.sub("", text, count=1))):
        bare = _bare(variant)
        shaped = _shaped(bare, rules.examples)
        # Separators that came and fit stay: Swedes write 11455 and 114 55.
        known = (*shaped, variant) if variant == bare else (variant, *shaped)
        for code in (*known, bare):
            if rules.postal_code.fullmatch(code):
                return code
    return given


def tidy_phone(given: Any, country: Any) -> Any:
    """A number that can be one, as E.164; any other as it came."""
    if not isinstance(given, str) or not given or not isinstance(country, str):
        return given
    try:
        number = phonenumbers.parse(given, country)
    except phonenumbers.NumberParseException:
        return given
    if number.extension or not phonenumbers.is_valid_number(number):
        return given
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _trimmed(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    composed = unicodedata.normalize("NFC", "".join(given))
    return re.sub(r"[\t\n\v\f\r]+", " ", composed).strip(_BLANKS_AND_MARKS + "\t\r\n")


def _bare(code: str) -> str:
    return re.sub(r"[\s.-]", "", code)


def _shaped(bare: str, examples: tuple[str, ...]) -> list[str]:
    """A bare code with the separators of each example as long, the most alike first.

    Ireland's one example, A65 F4E2, stands for D02 AF30 too.
    """
    as_long = [each for each in examples if len(_bare(each)) == len(bare)]
    as_long.sort(key=lambda each: _kinds(_bare(each)) != _kinds(bare))
    found = []
    for example in as_long:
        rest = iter(bare)
        found.append("".join(next(rest) if c.isalnum() else c for c in example))
    return found


def _kinds(code: str) -> str:
    return re.sub("[A-Z]", "A", re.sub(r"\d", "9", code))
