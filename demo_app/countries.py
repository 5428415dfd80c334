"""The countries this shop sends to, and which of them are domestic to it."""

from __future__ import annotations

from babel import Locale

COUNTRIES = (
    *("AU", "AT", "BE", "CA", "DK", "FI", "FR", "DE", "HK", "IS", "IE", "IT", "JP"),
    *("KR", "NL", "NZ", "NO", "PL", "PT", "SG", "ES", "SE", "CH", "GB", "US"),
)

#: The EU, for a shop in Denmark: Zonos takes no orders within it by default.
DOMESTIC = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU "
    "IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)


def is_domestic(code: str) -> bool:
    """Say whether the shop's own checkout delivers there, without duties."""
    return code in DOMESTIC


def country_name(code: str, locale: Locale) -> str:
    """Return the country's name, or the code where there is none."""
    return str(locale.territories.get(code, code))


def country_choices(locale: Locale) -> list[tuple[str, str]]:
    """Return (code, name) pairs for a select field, Denmark first."""
    pairs = [(code, country_name(code, locale)) for code in COUNTRIES]
    return sorted(pairs, key=lambda pair: (pair[0] != "DK", pair[1]))
