"""The countries this shop knows, in English and Danish."""

from __future__ import annotations

COUNTRIES: dict[str, tuple[str, str]] = {
    "AU": ("Australia", "Australien"),
    "AT": ("Austria", "Østrig"),
    "BE": ("Belgium", "Belgien"),
    "CA": ("Canada", "Canada"),
    "DK": ("Denmark", "Danmark"),
    "FI": ("Finland", "Finland"),
    "FR": ("France", "Frankrig"),
    "DE": ("Germany", "Tyskland"),
    "HK": ("Hong Kong", "Hongkong"),
    "IS": ("Iceland", "Island"),
    "IE": ("Ireland", "Irland"),
    "IT": ("Italy", "Italien"),
    "JP": ("Japan", "Japan"),
    "KR": ("South Korea", "Sydkorea"),
    "NL": ("Netherlands", "Nederlandene"),
    "NZ": ("New Zealand", "New Zealand"),
    "NO": ("Norway", "Norge"),
    "PL": ("Poland", "Polen"),
    "PT": ("Portugal", "Portugal"),
    "SG": ("Singapore", "Singapore"),
    "ES": ("Spain", "Spanien"),
    "SE": ("Sweden", "Sverige"),
    "CH": ("Switzerland", "Schweiz"),
    "GB": ("United Kingdom", "Storbritannien"),
    "US": ("United States", "USA"),
}


MADE_IN = {"LT": ("Lithuania", "Litauen")}


def country_name(code: str, language: str) -> str:
    """Return the country's name, or the code where the shop does not know it."""
    names = COUNTRIES.get(code) or MADE_IN.get(code)
    return names[language == "da"] if names else code


def country_choices(language: str) -> list[tuple[str, str]]:
    """Return (code, name) pairs for a select field, Denmark first."""
    pairs = [(code, country_name(code, language)) for code in COUNTRIES]
    return sorted(pairs, key=lambda pair: (pair[0] != "DK", pair[1]))
