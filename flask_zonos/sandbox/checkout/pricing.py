"""Prices of a checkout. All but the goods' price is made up, and says so."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..control.options import Options
from ..graph.problems import BadRequest
from ..graph.resolvers import Object
from .currencies import from_euros
from .currencies import rounded

_EUROPEAN_UNION = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
)
_TAX = {"CA": "0.13", "US": "0.07", "JP": "0.10", "GB": "0.20", "DK": "0.25"}
_DUTY = Decimal("0.06")


@dataclass(frozen=True)
class ServiceLevel:
    """A shipping option of the sandbox's, with an invented price."""

    code: str
    name: str
    price: Decimal
    days: tuple[int, int]


#: What the sandbox ships with, the preselected one first.
SERVICE_LEVELS = (
    ServiceLevel("sandbox.economy", "Economy", Decimal("9.90"), (6, 10)),
    ServiceLevel("sandbox.express", "Express", Decimal("24.50"), (2, 3)),
)


def service_level(code: str) -> ServiceLevel:
    """The shipping option with a code.

    :raises BadRequest: if the sandbox has none
    """
    for level in SERVICE_LEVELS:
        if level.code == code:
            return level
    raise BadRequest("There is no such shipping option")


def currency_of(cart: Object) -> str:
    """The currency of a cart: that of its first item."""
    return str(cart["items"][0]["currencyCode"])


def shipping_price(level: ServiceLevel, currency: str) -> Decimal:
    """The price of a service level in a currency."""
    return from_euros(level.price, currency)


def domestic_countries(ships_from: str) -> list[str]:
    """The countries that are domestic to a shop: its own, and within the EU all of it.

    :param ships_from: the code of the shop's country
    """
    union = _EUROPEAN_UNION.split()
    return union if ships_from in union else [ships_from]


def quote(cart: Object, country: str, level: ServiceLevel, options: Options) -> Object:
    """The sums of a cart that is shipped to a country: the schema's subtotals.

    They are in the shop's currency, that of the cart.
    """
    currency = currency_of(cart)
    goods = sum((i["amount"] * i["quantity"] for i in cart["items"]), Decimal(0))
    discounts = sum((a["amount"] for a in cart["adjustments"]), Decimal(0))
    taxable = max(goods + discounts, Decimal(0))
    abroad = country not in domestic_countries(options.ships_from)
    duties = rounded(taxable * _DUTY if abroad else Decimal(0), currency)
    rate = Decimal(_TAX.get(country, "0.15"))
    shipping = shipping_price(level, currency)
    taxes = rounded((taxable + duties + shipping) * rate, currency)
    return {
        "items": goods,
        "discounts": discounts if options.discounts_are_negative else -discounts,
        "shipping": shipping,
        "duties": duties,
        "taxes": taxes,
        "fees": Decimal(0),
        "variance": Decimal(0),
    }


def total(subtotals: Object) -> Decimal:
    """The sum of subtotals; a discount makes it less, whatever its sign."""
    names = ("items", "shipping", "duties", "taxes", "fees")
    discount = abs(Decimal(subtotals["discounts"]))
    return sum((Decimal(subtotals[name]) for name in names), Decimal(0)) - discount
