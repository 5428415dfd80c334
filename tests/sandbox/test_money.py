"""Payment in the shopper's own currency, and with store credit."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from flask_zonos.sandbox.checkout.currencies import guaranteed_rate
from flask_zonos.sandbox.checkout.currencies import rounded
from flask_zonos.sandbox.checkout.presentment import Presentment

from ..support.paying import GUEST_ADDRESS
from .conftest import Zonos

ORDER = """query ($id: String!) { order(orderId: $id) {
  currencyCode items { amount currencyCode quantity }
  amountSubtotals { items discounts shipping duties taxes fees }
  amountSubtotalsDetails { type amount currencyCode targets }
  root { exchangeRates { rate sourceCurrencyCode targetCurrencyCode type } } } }"""
CREDIT = """mutation ($input: StoreCreditAddCreditInput!) {
  storeCreditAddCredit(input: $input) { id balance } }"""
NAMES = {"ITEM": "items", "DISCOUNT": "discounts", "SHIPPING": "shipping"}
NAMES |= {"DUTY": "duties", "TAX": "taxes", "FEE": "fees"}


def summed(order: Any, target: str, currency: str) -> dict[str, Decimal]:
    """The details of one target, by the names of the subtotals."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in order["amountSubtotalsDetails"]:
        if target in each["targets"] and each["currencyCode"] == currency:
            sums[NAMES[each["type"]]] += each["amount"]
    return dict(sums)


@pytest.mark.parametrize(
    ("country", "currency", "places"),
    [
        *(("CA", "CAD", 2), ("JP", "JPY", 0), ("KW", "KWD", 3)),
        *(("DK", "DKK", 2), ("DE", "EUR", 2)),  # domestic: without a duty
    ],
)
def test_an_order_is_in_the_shoppers_currency_and_its_items_in_the_shops(
    zonos: Zonos, country: str, currency: str, places: int
) -> None:
    adjustment = {"amount": -3.3, "currencyCode": "DKK", "type": "CART_TOTAL"}
    session = zonos.open(zonos.cart(adjustments=[adjustment])["id"]).json()
    made = zonos.pay(session, address={**GUEST_ADDRESS, "countryCode": country}).json()
    order = zonos.data(ORDER, {"id": made["order"]["id"]})["order"]
    assert order["currencyCode"] == currency
    (item,) = order["items"]
    assert (item["amount"], item["currencyCode"]) == (Decimal("24.9"), "DKK")
    (rate,) = (r for r in order["root"]["exchangeRates"] if r["type"] == "GUARANTEED")
    assert (rate["sourceCurrencyCode"], rate["targetCurrencyCode"]) == ("DKK", currency)
    paid = {name: amount for name, amount in order["amountSubtotals"].items() if amount}
    assert ("duties" in paid) == (country not in ("DK", "DE")) and "taxes" in paid
    of_shop = summed(order, "MERCHANT_BASE", "DKK")
    assert of_shop["items"] == Decimal("49.8")
    assert summed(order, "SHOPPER_PRESENTED", currency) == paid
    unit = Decimal(1).scaleb(-places)
    assert {
        name: (a * rate["rate"]).quantize(unit) for name, a in of_shop.items()
    } == paid


def test_the_checkouts_currency_counts_wherever_the_order_goes(zonos: Zonos) -> None:
    session = zonos.session(currencyCode="JPY", countryCode="JP")
    order = zonos.pay(session).json()["order"]
    assert (order["currencyCode"], order["items"][0]["currencyCode"]) == ("JPY", "DKK")


def add_credit(zonos: Zonos, customer_id: str, amount: float) -> Any:
    input = {"checkoutCustomerId": customer_id, "currencyCode": "DKK", "amount": amount}
    return zonos.call(CREDIT, **input)


def credit_left(zonos: Zonos) -> Decimal:
    query = '{ storeCreditsByCustomer(checkoutCustomerId: "c-1") { balance } }'
    return Decimal(zonos.data(query)["storeCreditsByCustomer"][0]["balance"])


RATE = guaranteed_rate("DKK", "CAD")
ALL = {"DKK": -100, "CAD": Presentment("DKK", "CAD", RATE).convert(Decimal(-100))}
FIVE = {"DKK": -rounded(5 / RATE, "DKK"), "CAD": -5}


@pytest.mark.parametrize(
    ("balance", "wish", "paid"),
    [
        (100, {"choice": "NONE"}, {}),
        (100, {"choice": "FULL"}, ALL),
        (100, {"choice": "PARTIAL", "amount": 5}, FIVE),
        (1000, {"choice": "FULL"}, "the whole order"),
    ],
    ids=str,
)
def test_store_credit_pays_what_the_shopper_chooses(
    zonos: Zonos, balance: int, wish: dict[str, Any], paid: Any
) -> None:
    add_credit(zonos, "c-1", balance)
    session = zonos.session(zonos.password("c-1"))
    card = None if paid == "the whole order" else {"testCard": "visa"}
    order = zonos.pay(session, storeCredit=wish, payment=card).json()["order"]
    details = zonos.data(ORDER, {"id": order["id"]})["order"]["amountSubtotalsDetails"]
    credit: dict[str, Decimal] = defaultdict(Decimal)
    cost: dict[str, Decimal] = defaultdict(Decimal)
    for each in details:
        sums = credit if each["type"] == "STORE_CREDIT" else cost
        sums[each["currencyCode"]] += each["amount"]
    whole = {currency: -total for currency, total in cost.items()}
    assert credit == (whole if paid == "the whole order" else paid)
    assert credit_left(zonos) == balance + credit.get("DKK", 0)


def test_store_credit_is_added_spent_and_reversed(zonos: Zonos) -> None:
    remove = """mutation ($input: StoreCreditRemoveCreditInput!) {
      storeCreditRemoveCredit(input: $input) { balance } }"""
    reverse = """mutation ($input: StoreCreditReverseTransactionInput!) {
      storeCreditReverseTransaction(input: $input) {
        balanceAfter sourceTransaction { id } storeCredit { balance } } }"""
    debits = """{ storeCreditTransactions(filter: {type: DEBIT}) {
      edges { node { id } } } }"""
    spent = {"checkoutCustomerId": "c-1", "currencyCode": "DKK", "amount": 4}
    id = add_credit(zonos, "c-1", 10.5)["id"]
    assert zonos.call(remove, **spent)["balance"] == Decimal("6.5")
    assert zonos.error(remove, **spent | {"amount": 100}) == "FAILED_PRECONDITION"
    (edge,) = zonos.data(debits)["storeCreditTransactions"]["edges"]
    back = zonos.call(reverse, transactionId=edge["node"]["id"])
    assert back["balanceAfter"] == back["storeCredit"]["balance"] == Decimal("10.5")
    query = f'{{ storeCredit(id: "{id}") {{ balance }} }}'
    assert zonos.data(query) == {"storeCredit": {"balance": Decimal("10.5")}}
