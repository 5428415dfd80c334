"""An order's sums in two currencies: the shop's, and the shopper's at a rate."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..graph.resolvers import Object
from ..graph.resolvers import timestamps
from ..state import State
from .currencies import guaranteed_rate
from .currencies import has_rate
from .currencies import mid_market_rate
from .currencies import rounded
from .currencies import shopper_currency
from .pricing import currency_of

#: The schema's subtotals and the type that each has among the details.
_TYPES = {
    "items": "ITEM",
    "discounts": "DISCOUNT",
    "shipping": "SHIPPING",
    "duties": "DUTY",
    "taxes": "TAX",
    "fees": "FEE",
}
_OF_SHOP = ("MERCHANT_BASE", "MERCHANT_SETTLED")
_OF_SHOPPER = ("SHOPPER_PRESENTED",)


@dataclass(frozen=True)
class Presentment:
    """The shop's currency, the shopper's, and the rate from the first to the second."""

    shop: str
    shopper: str
    rate: Decimal

    def convert(self, amount: Decimal | int) -> Decimal:
        """An amount of the shop's as the shopper pays it."""
        return rounded(self.exactly(amount), self.shopper)

    def exactly(self, amount: Decimal | int) -> Decimal:
        """The same before it is rounded."""
        return Decimal(amount) * self.rate

    def back(self, amount: Decimal | int) -> Decimal:
        """An amount of the shopper's in the shop's currency."""
        return rounded(Decimal(amount) / self.rate, self.shop)

    def subtotals(self, of_shop: Object) -> Object:
        """The schema's subtotals, each of them converted and rounded by itself."""
        return {name: self.convert(amount) for name, amount in of_shop.items()}


def presentment(state: State, cart: Object, country: str, wanted: str) -> Presentment:
    """The currency, rate and sums that a shopper is shown.

    :param wanted: the currency of the checkout, or empty for that of the country
    """
    shop = currency_of(cart)
    shopper = wanted or shopper_currency(country)
    known = has_rate(shop) and has_rate(shopper)
    if not known or not state.options.shopper_currency:
        shopper = shop
    rate = guaranteed_rate(shop, shopper)
    return Presentment(shop, shopper, rate)


def exchange_rates(state: State, present: Presentment, now: str) -> list[Object]:
    """The rates of an order: the guaranteed one, and the middle one of the market."""
    rates = {"GUARANTEED": present.rate}
    if present.shop != present.shopper:
        rates["MID_MARKET"] = mid_market_rate(present.shop, present.shopper)
    return [
        {
            "id": state.ids.new("exchange_rate"),
            **timestamps(now),
            "expiresAt": now,
            "mode": state.options.mode,
            "rate": rate,
            "sourceCurrencyCode": present.shop,
            "targetCurrencyCode": present.shopper,
            "type": type,
        }
        for type, rate in rates.items()
    ]


def amount_details(
    state: State,
    present: Presentment,
    of_shop: Object,
    credit: tuple[Decimal, Decimal],
    rates: list[Object],
    now: str,
) -> list[Object]:
    """The details of an order's subtotals, once for each currency or target.

    :param credit: the store credit that has paid, in the shop's and the shopper's
        currency
    """
    of_shopper = present.subtotals(of_shop)
    amounts = [
        (type, Decimal(of_shop[name]), Decimal(of_shopper[name]))
        for name, type in _TYPES.items()
    ]
    amounts.append(("STORE_CREDIT", -credit[0], -credit[1]))
    rate_ids = [rates[0]["id"]] if present.shop != present.shopper else []
    details = []
    for type, paid_out, paid in amounts:
        for targets, is_shop in _targets(state, present):
            if not paid_out and not paid:
                continue
            currency = present.shop if is_shop else present.shopper
            unrounded = paid_out if is_shop else present.exactly(paid_out)
            details.append(
                {
                    "id": state.ids.new("amount_detail"),
                    "amount": paid_out if is_shop else paid,
                    "amountUnrounded": unrounded,
                    "createdAt": now,
                    "currencyCode": currency,
                    "exchangeRateIds": [] if is_shop else rate_ids,
                    "orderChargeId": None,
                    "targets": list(targets),
                    "type": type,
                }
            )
    return details


def _targets(state: State, present: Presentment) -> list[tuple[tuple[str, ...], bool]]:
    if state.options.details_by_target:
        return [
            *(((target,), True) for target in _OF_SHOP),
            *(((target,), False) for target in _OF_SHOPPER),
        ]
    if present.shop == present.shopper:
        return [((*_OF_SHOP, *_OF_SHOPPER), True)]
    return [(_OF_SHOP, True), (_OF_SHOPPER, False)]
