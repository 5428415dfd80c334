"""Currencies: their smallest units, who pays in them, and rates that are made up."""

from __future__ import annotations

from decimal import Decimal
from decimal import ROUND_HALF_UP

#: Currencies whose smallest unit is not a hundredth (ISO 4217).
_DECIMALS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}

#: What a euro is in a currency, and the countries whose shoppers pay in it. Shoppers of
#: all other countries pay in US dollars.
_CURRENCIES = {
    "AED": ("3.97", "AE"),
    "AUD": ("1.65", "AU CC CX HM KI NF NR TV"),
    "BHD": ("0.407", "BH"),
    "BRL": ("6.10", "BR"),
    "CAD": ("1.48", "CA"),
    "CHF": ("0.95", "CH LI"),
    "CLP": ("1020", "CL"),
    "CNY": ("7.80", "CN"),
    "CZK": ("25.20", "CZ"),
    "DKK": ("7.46", "DK FO GL"),
    "EGP": ("53.00", "EG"),
    "EUR": (
        "1",
        "AD AT AX BE BL CY DE EE ES FI FR GF GP GR HR IC IE IT LT LU LV MC ME MF MQ MT"
        " NL PM PT RE SI SK SM TF VA YT",
    ),
    "GBP": ("0.85", "GB GG IM JE"),
    "HKD": ("8.40", "HK"),
    "HUF": ("395", "HU"),
    "IDR": ("17600", "ID"),
    "ILS": ("4.00", "IL PS"),
    "INR": ("90.50", "IN"),
    "ISK": ("149", "IS"),
    "JOD": ("0.766", "JO"),
    "JPY": ("162.5", "JP"),
    "KRW": ("1485", "KR"),
    "KWD": ("0.332", "KW"),
    "MXN": ("19.60", "MX"),
    "MYR": ("5.05", "MY"),
    "NOK": ("11.60", "BV NO SJ"),
    "NZD": ("1.80", "CK NU NZ PN TK"),
    "OMR": ("0.416", "OM"),
    "PHP": ("62.00", "PH"),
    "PLN": ("4.30", "PL"),
    "QAR": ("3.94", "QA"),
    "RON": ("4.97", "RO"),
    "SAR": ("4.06", "SA"),
    "SEK": ("11.40", "SE"),
    "SGD": ("1.45", "SG"),
    "THB": ("38.50", "TH"),
    "TND": ("3.37", "TN"),
    "TRY": ("36.00", "TR"),
    "TWD": ("34.80", "TW"),
    "USD": ("1.08", "US"),
    "VND": ("27000", "VN"),
    "XAF": ("655.957", "CF CG CM GA GQ TD"),
    "XOF": ("655.957", "BF BJ CI GW ML NE SN TG"),
    "XPF": ("119.33", "NC PF WF"),
    "ZAR": ("20.00", "ZA"),
}
_OTHERS = "USD"
#: What Zonos's guaranteed rate adds to the middle one, as the sandbox has it.
_MARGIN = Decimal("1.02")
_RATE = Decimal("0.00000001")

#: The currency of each country whose shoppers do not pay in US dollars.
BY_COUNTRY = {
    country: currency
    for currency, (_, countries) in _CURRENCIES.items()
    for country in countries.split()
}


def rounded(amount: Decimal, currency: str) -> Decimal:
    """An amount as a currency can be paid: half a unit goes up, away from zero."""
    unit = Decimal(1).scaleb(-_DECIMALS.get(currency, 2))
    try:
        return amount.quantize(unit, ROUND_HALF_UP)
    except ArithmeticError:
        return amount


def shopper_currency(country: str) -> str:
    """The currency that the shoppers of a country pay in."""
    return BY_COUNTRY.get(country, _OTHERS)


def has_rate(currency: str) -> bool:
    """Return whether the sandbox can convert a currency."""
    return currency in _CURRENCIES


def mid_market_rate(source: str, target: str) -> Decimal:
    """One unit of a currency in another; both must have a rate."""
    if source == target:
        return Decimal(1)
    per_euro = Decimal(_CURRENCIES[target][0]), Decimal(_CURRENCIES[source][0])
    return (per_euro[0] / per_euro[1]).quantize(_RATE)


def guaranteed_rate(source: str, target: str) -> Decimal:
    """The rate that a shopper pays at: the middle one and a margin."""
    if source == target:
        return Decimal(1)
    return (mid_market_rate(source, target) * _MARGIN).quantize(_RATE)


def from_euros(amount: Decimal, currency: str) -> Decimal:
    """An amount of euros in a currency; the same number where it has no rate."""
    rate = Decimal(_CURRENCIES[currency][0]) if has_rate(currency) else Decimal(1)
    return rounded(amount * rate, currency)
