"""Payment in the shopper's own currency, as the shop is told of it."""

from __future__ import annotations

from collections import Counter
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from flask_zonos.sandbox.checkout.currencies import BY_COUNTRY
from flask_zonos.sandbox.checkout.currencies import guaranteed_rate
from flask_zonos.sandbox.checkout.currencies import rounded
from flask_zonos.sandbox.checkout.presentment import Presentment

from .conftest import ADDRESS
from .conftest import ITEM
from .conftest import Zonos

ORDER = """query ($id: String!) { order(orderId: $id) {
  currencyCode items { amount currencyCode quantity }
  amountSubtotals { items discounts shipping duties taxes fees }
  amountSubtotalsDetails {
    type amount amountUnrounded currencyCode targets exchangeRateIds }
  root { exchangeRates { id rate sourceCurrencyCode targetCurrencyCode type } } } }"""
CREDIT = """mutation ($input: StoreCreditAddCreditInput!) {
  storeCreditAddCredit(input: $input) { id } }"""
NAMES = {
    "ITEM": "items",
    "DISCOUNT": "discounts",
    "SHIPPING": "shipping",
    "DUTY": "duties",
    "TAX": "taxes",
    "FEE": "fees",
}


def ordered(zonos: Zonos, country: str, **cart: Any) -> Any:
    session = zonos.open(zonos.cart(**cart)["id"]).json()
    paid = zonos.pay(session, address={**ADDRESS, "countryCode": country})
    return zonos.data(ORDER, {"id": paid.json()["order"]["id"]})["order"]


def summed(order: Any, target: str) -> dict[str, Decimal]:
    """The details of one target, by the names of the subtotals."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in order["amountSubtotalsDetails"]:
        if target in each["targets"]:
            sums[NAMES[each["type"]]] += each["amount"]
    return dict(sums)


@pytest.mark.parametrize(
    ("country", "currency", "places"),
    [("CA", "CAD", 2), ("JP", "JPY", 0), ("KW", "KWD", 3)],
)
def test_an_order_is_in_the_shoppers_currency_and_its_items_in_the_shops(
    zonos: Zonos, country: str, currency: str, places: int
) -> None:
    adjustment = {"amount": -3.3, "currencyCode": "DKK", "type": "CART_TOTAL"}
    order = ordered(zonos, country, adjustments=[adjustment])

    assert order["currencyCode"] == currency
    assert order["items"] == [
        {"amount": Decimal("24.9"), "currencyCode": "DKK", "quantity": 2}
    ]
    (rate,) = (r for r in order["root"]["exchangeRates"] if r["type"] == "GUARANTEED")
    assert (rate["sourceCurrencyCode"], rate["targetCurrencyCode"]) == ("DKK", currency)
    paid = {name: amount for name, amount in order["amountSubtotals"].items() if amount}
    of_shop = summed(order, "MERCHANT_BASE")
    assert of_shop["items"] == Decimal("49.8")
    assert summed(order, "SHOPPER_PRESENTED") == paid
    unit = Decimal(1).scaleb(-places)
    assert {
        name: (a * rate["rate"]).quantize(unit) for name, a in of_shop.items()
    } == paid
    for each in order["amountSubtotalsDetails"]:
        is_shop = "MERCHANT_BASE" in each["targets"]
        assert each["currencyCode"] == ("DKK" if is_shop else currency)
        assert each["exchangeRateIds"] == ([] if is_shop else [rate["id"]])


@pytest.mark.parametrize("by_target", [False, True])
def test_two_targets_that_share_a_currency_give_the_same_sums(
    zonos: Zonos, by_target: bool
) -> None:
    zonos.sandbox.state.options.change({"details_by_target": by_target})
    order = ordered(zonos, "DK")

    counts = Counter(each["type"] for each in order["amountSubtotalsDetails"])
    assert set(counts.values()) == {3 if by_target else 1}
    assert summed(order, "MERCHANT_BASE") == summed(order, "SHOPPER_PRESENTED")
    assert order["root"]["exchangeRates"][0]["rate"] == 1


def test_the_checkouts_currency_counts_wherever_the_order_goes(zonos: Zonos) -> None:
    place = {"currencyCode": "JPY", "countryCode": "JP"}
    session = zonos.open(zonos.cart()["id"], **place).json()
    assert session["currencyCode"] == "JPY"

    order = zonos.pay(session).json()["order"]

    assert (order["currencyCode"], order["items"][0]["currencyCode"]) == ("JPY", "DKK")


@settings(max_examples=500, deadline=None)
@given(
    amount=st.decimals(-(10**7), 10**7, allow_nan=False, places=3),
    shop=st.sampled_from(sorted(set(BY_COUNTRY.values()))),
    shopper=st.sampled_from(sorted(set(BY_COUNTRY.values()))),
)
def test_a_sum_is_the_shops_times_the_rate_to_half_a_unit(
    amount: Decimal, shop: str, shopper: str
) -> None:
    present = Presentment(shop, shopper, guaranteed_rate(shop, shopper))

    paid = present.convert(amount)

    assert paid == rounded(paid, shopper)
    unit = {"JPY": Decimal(1), "KWD": Decimal("0.001"), "CAD": Decimal("0.01")}
    assert abs(paid - amount * present.rate) <= unit.get(shopper, Decimal(1)) / 2


def add_credit(zonos: Zonos, customer_id: str, amount: float) -> None:
    input = {"checkoutCustomerId": customer_id, "currencyCode": "DKK", "amount": amount}
    zonos.data(CREDIT, {"input": input})


def pay_with_credit(zonos: Zonos, balance: float, **choice: Any) -> tuple[Any, str]:
    """The order of a shopper with store credit, and what is left of that."""
    add_credit(zonos, "c-1", balance)
    session = zonos.open(zonos.cart()["id"], zonos.password("c-1")).json()
    card = choice.pop("payment", {"testCard": "visa"})
    paid = zonos.pay(session, storeCredit=choice, payment=card)
    order = zonos.data(ORDER, {"id": paid.json()["order"]["id"]})["order"]
    query = '{ storeCreditsByCustomer(checkoutCustomerId: "c-1") { balance } }'
    left = zonos.data(query)["storeCreditsByCustomer"][0]["balance"]
    return order, str(left)


def credit_of(order: Any) -> dict[str, Decimal]:
    return {
        each["currencyCode"]: each["amount"]
        for each in order["amountSubtotalsDetails"]
        if each["type"] == "STORE_CREDIT"
    }


def test_store_credit_pays_nothing_unless_the_shopper_chooses_so(zonos: Zonos) -> None:
    order, left = pay_with_credit(zonos, 100, choice="NONE")

    assert (credit_of(order), left) == ({}, "100")


def test_store_credit_pays_as_far_as_it_reaches(zonos: Zonos) -> None:
    order, left = pay_with_credit(zonos, 100, choice="FULL")

    assert left == "0"
    assert credit_of(order)["DKK"] == -100
    assert credit_of(order)["CAD"] == Presentment(
        "DKK", "CAD", guaranteed_rate("DKK", "CAD")
    ).convert(-100)


def test_store_credit_that_pays_all_needs_no_card(zonos: Zonos) -> None:
    order, left = pay_with_credit(zonos, 1000, choice="FULL", payment=None)

    sums = summed_without_credit(order)
    assert credit_of(order) == {currency: -total for currency, total in sums.items()}
    assert Decimal(left) == 1000 - sums["DKK"]


def test_a_part_is_named_in_the_shoppers_currency(zonos: Zonos) -> None:
    order, left = pay_with_credit(zonos, 100, choice="PARTIAL", amount=5)

    assert credit_of(order)["CAD"] == -5
    back = rounded(5 / guaranteed_rate("DKK", "CAD"), "DKK")
    assert credit_of(order)["DKK"] == -back
    assert Decimal(left) == 100 - back


def summed_without_credit(order: Any) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in order["amountSubtotalsDetails"]:
        if each["type"] != "STORE_CREDIT":
            sums[each["currencyCode"]] += each["amount"]
    return dict(sums)


@pytest.mark.parametrize(
    "wish", [{"choice": "ALL"}, {"choice": "PARTIAL", "amount": "5"}, "FULL"]
)
def test_a_wish_that_makes_no_sense_is_refused(zonos: Zonos, wish: Any) -> None:
    session = zonos.open(zonos.cart()["id"]).json()

    assert zonos.pay(session, storeCredit=wish).status_code == 400


def test_a_carts_time_is_renewed_by_its_token_alone(zonos: Zonos) -> None:
    update = """mutation ($input: CartUpdateInput!) {
      cartUpdate(input: $input) { expiresAt } }"""
    session = zonos.open(zonos.cart(items=[ITEM])["id"]).json()
    token = session["expiresAtRenewalToken"]
    zonos.sandbox.state.clock.advance(3601)
    input = {"id": session["cartId"], "expiresAtRenewalToken": "another"}
    (error,) = zonos.errors(update, {"input": input})
    assert error["extensions"]["errorType"] == "BAD_REQUEST"
    assert zonos.open(session["cartId"]).json()["reason"] == "cart-expired"

    zonos.data(update, {"input": {**input, "expiresAtRenewalToken": token}})

    assert zonos.open(session["cartId"]).status_code == 201
