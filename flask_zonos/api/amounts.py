"""An order's sums: what the shopper pays, and the same in the shop's own currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

#: Zonos's ``AmountDetailSourceType``, by the names here. ``STORE_CREDIT`` pays a sum
#: and is none; ``DUTY_TAX_FEE`` cannot be split.
_TYPES = {
    "items": "ITEM",
    "shipping": "SHIPPING",
    "duties": "DUTY",
    "taxes": "TAX",
    "fees": "FEE",
    "discounts": "DISCOUNT",
}

#: Zonos's ``AmountDetailTarget``, the one that is nearest to the shop's prices first.
_TARGETS = (
    "MERCHANT_PROVIDED",
    "MERCHANT_BASE",
    "MERCHANT_SETTLED",
    "SHOPPER_PRESENTED",
    "BILLING_COMPANY",
    "ZONOS_BASE",
)


@dataclass(frozen=True, kw_only=True)
class AmountSubtotals:
    """An order's sums, in major units of one currency.

    :param discounts: as Zonos gives it; 0 where there is none.
    """

    items: Decimal
    shipping: Decimal
    duties: Decimal
    taxes: Decimal
    fees: Decimal
    discounts: Decimal

    @property
    def total(self) -> Decimal:
        """Everything the shopper pays; discounts count against it either way round."""
        charges = self.items + self.shipping + self.duties + self.taxes + self.fees
        return charges - abs(self.discounts)


@dataclass(frozen=True, kw_only=True)
class ShopAmounts(AmountSubtotals):
    """An order's sums in the shop's currency, as Zonos converted them."""

    currency_code: str


def read_subtotals(subtotals: dict[str, Any]) -> AmountSubtotals:
    """Return the order's own sums, in the currency that the shopper pays in."""
    given = {name: _decimal(subtotals[name]) for name in _TYPES if name != "discounts"}
    return AmountSubtotals(**given, discounts=_decimal(subtotals["discounts"] or 0))


def read_shop_amounts(
    order: dict[str, Any], subtotals: AmountSubtotals
) -> ShopAmounts | None:
    """Return an order's sums in the shop's currency; ``None`` where one is missing.

    The details of one target are summed, never those of two: targets may share a
    currency, and each has the whole sum.
    """
    currency = shop_currency(order)
    if currency is None:
        return None
    if currency == order["currencyCode"]:
        return ShopAmounts(**vars(subtotals), currency_code=currency)
    details = {
        detail["id"]: detail
        for detail in _details(order)
        if detail["currencyCode"] == currency
    }
    for target in _TARGETS:
        sums = _sums([d for d in details.values() if target in d["targets"]])
        if all(name in sums or not getattr(subtotals, name) for name in _TYPES):
            missing = dict.fromkeys(_TYPES, Decimal(0))
            return ShopAmounts(**{**missing, **sums}, currency_code=currency)
    return None


def read_exchange_rate(order: dict[str, Any]) -> Decimal | None:
    """Return the shopper's units for one of the shop's; ``None`` where it is missing.

    It is the rate that the shopper's details name, else the guaranteed one.
    """
    shop, shopper = shop_currency(order), order["currencyCode"]
    if shop is None:
        return None
    if shop == shopper:
        return Decimal(1)
    rates = [
        rate
        for rate in (order.get("root") or {}).get("exchangeRates") or ()
        if (rate["sourceCurrencyCode"], rate["targetCurrencyCode"]) == (shop, shopper)
    ]
    used = {
        rate_id
        for detail in _details(order)
        if detail["currencyCode"] == shopper
        for rate_id in detail["exchangeRateIds"] or ()
    }
    named = [rate for rate in rates if rate["id"] in used]
    chosen = named or [rate for rate in rates if rate["type"] == "GUARANTEED"]
    found = {_decimal(rate["rate"]) for rate in chosen}
    return found.pop() if len(found) == 1 else None


def shop_currency(order: dict[str, Any]) -> str | None:
    """Return the currency of the shop's prices: that of the order's items.

    Where they do not say, it is the one in which the details have the merchant's sums.
    """
    currencies = {item["currencyCode"] for item in order.get("items") or ()}
    for target in ("MERCHANT_PROVIDED", "MERCHANT_BASE"):
        if len(currencies) != 1:
            currencies = {
                detail["currencyCode"]
                for detail in _details(order)
                if target in detail["targets"]
            }
    return str(currencies.pop()) if len(currencies) == 1 else None


def _details(order: dict[str, Any]) -> Sequence[dict[str, Any]]:
    return order.get("amountSubtotalsDetails") or ()


def _sums(details: Sequence[dict[str, Any]]) -> dict[str, Decimal]:
    """Return the sums of those types that there are details of."""
    sums: dict[str, Decimal] = {}
    for name, type in _TYPES.items():
        amounts = [_decimal(d["amount"]) for d in details if d["type"] == type]
        if amounts:
            sums[name] = sum(amounts, Decimal(0))
    return sums


def _decimal(value: Any) -> Decimal:
    found = Decimal(value)
    if not found.is_finite():
        raise ValueError("an amount that is no number")
    return found
