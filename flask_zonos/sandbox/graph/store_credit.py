"""Store credit: a balance for each customer and currency, and how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..checkout.presentment import Presentment
from ..control.clock import format_datetime
from ..encoding import dumps
from ..encoding import loads
from ..state import State
from .pagination import page
from .problems import BadRequest
from .problems import FailedPrecondition
from .problems import NotFound
from .resolvers import Info
from .resolvers import Object
from .resolvers import Resolvers


def _credit(_: Any, info: Info, id: str) -> Object:
    return _existing(info.context, id)


def _by_customer(
    _: Any, info: Info, checkoutCustomerId: str, filter: Object | None = None
) -> list[Object]:
    currency = (filter or {}).get("currencyCode")
    rows = info.context.store.all(
        "SELECT body FROM store_credit WHERE customer_id = ?"
        " AND (? IS NULL OR currency_code = ?) ORDER BY seq",
        checkoutCustomerId,
        currency,
        currency,
    )
    return [loads(row["body"]) for row in rows]


def _transactions(
    _: Any, info: Info, filter: Object | None = None, **window: Any
) -> Object:
    wanted = filter or {}
    rows = info.context.store.all(
        "SELECT seq, body FROM store_credit_transaction ORDER BY seq DESC"
    )
    fitting = [row for row in rows if _fits(loads(row["body"]), wanted)]
    options = info.context.options
    return page(fitting, lambda row: loads(row["body"]), options, **window)


def _fits(transaction: Object, wanted: Object) -> bool:
    start, end = wanted.get("createdAtStart"), wanted.get("createdAtEnd")
    ids, type = wanted.get("storeCreditIds"), wanted.get("type")
    session = wanted.get("checkoutSessionId")
    return (
        (start is None or transaction["createdAt"] >= format_datetime(start))
        and (end is None or transaction["createdAt"] <= format_datetime(end))
        and (ids is None or transaction["storeCreditId"] in ids)
        and (type is None or transaction["type"] == type)
        and (session is None or transaction["checkoutSessionId"] == session)
    )


@dataclass(frozen=True)
class Wish:
    """The part of the store credit that the shopper wants to pay with.

    :ivar choice: ``FULL`` as far as it reaches, ``PARTIAL``, or ``NONE``
    :ivar amount: for ``PARTIAL``, in the shopper's currency
    """

    choice: str = "NONE"
    amount: Decimal = Decimal(0)


NO_CREDIT = Wish()


def wish_from(given: object) -> Wish:
    """The wish of a checkout's frame: ``{"choice", "amount"}``, or nothing.

    :raises BadRequest: if it makes no sense
    """
    if given is None:
        return NO_CREDIT
    choice = given.get("choice") if isinstance(given, dict) else None
    amount = given.get("amount") if isinstance(given, dict) else None
    if choice not in ("FULL", "PARTIAL", "NONE"):
        raise BadRequest("Choose how much store credit to use")
    if choice != "PARTIAL":
        return Wish(choice)
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal) or amount < 0:
        raise BadRequest("Enter how much store credit to use")
    return Wish(choice, Decimal(amount))


def balance_of(state: State, customer_id: str | None, currency: str) -> Decimal:
    """The store credit that a customer has in a currency."""
    credit = _found(state, customer_id, currency)
    return Decimal(credit["balance"]) if credit else Decimal(0)


def reachable_credit(
    state: State,
    customer_id: str | None,
    present: Presentment,
    totals: tuple[Decimal, Decimal],
    wish: Wish,
) -> tuple[Decimal, Decimal]:
    """Store credit's part of an order, in the shop's and the shopper's currency.

    :param totals: the order's, in the shop's and the shopper's currency
    """
    nothing = (Decimal(0), Decimal(0))
    balance = balance_of(state, customer_id, present.shop)
    if wish.choice == "NONE" or balance <= 0 or totals[0] <= 0:
        return nothing
    wanted = totals[1] if wish.choice == "FULL" else min(wish.amount, totals[1])
    of_shop = totals[0] if wanted == totals[1] else present.back(wanted)
    if of_shop <= balance:
        return of_shop, wanted
    return balance, min(present.convert(balance), totals[1])


def spend(state: State, session: Object, currency: str, amount: Decimal) -> None:
    """Take what has paid for an order from the customer's credit."""
    credit = _found(state, session["customer_id"], currency)
    if credit is not None and amount > 0:
        _book(state, credit, -amount, {"checkoutSessionId": session["id"]})


def _found(state: State, customer_id: str | None, currency: str) -> Object | None:
    row = state.store.one(
        "SELECT body FROM store_credit WHERE customer_id = ? AND currency_code = ?",
        customer_id,
        currency,
    )
    return loads(row["body"]) if row is not None else None


def _add(_: Any, info: Info, input: Object) -> Object:
    return _change(info.context, input, input["amount"])


def _remove(_: Any, info: Info, input: Object) -> Object:
    return _change(info.context, input, -input["amount"])


def _change(state: State, input: Object, amount: Decimal) -> Object:
    if input["amount"] <= 0:
        raise BadRequest("'amount' must be more than 0")
    with state.store.transaction():
        credit = _of_customer(state, input)
        if credit["balance"] + amount < 0:
            raise FailedPrecondition("The balance is smaller than that")
        _book(state, credit, amount, input)
    return credit


def _of_customer(state: State, input: Object) -> Object:
    key = (input["checkoutCustomerId"], input["currencyCode"])
    found = _found(state, *key)
    if found is not None:
        return found
    credit = {
        "id": state.new_id("store_credit", "store_credit"),
        "balance": Decimal(0),
        "checkoutCustomerId": key[0],
        "currencyCode": key[1],
        "metadata": input.get("metadata") or [],
        "references": input.get("references") or [],
    }
    state.store.insert(
        "store_credit",
        id=credit["id"],
        customer_id=key[0],
        currency_code=key[1],
        body=credit,
    )
    return credit


def _book(
    state: State, credit: Object, amount: Decimal, input: Object, source: str = ""
) -> Object:
    credit["balance"] += amount
    state.store.change(
        "UPDATE store_credit SET body = ? WHERE id = ?", dumps(credit), credit["id"]
    )
    transaction = {
        "id": state.new_id("store_credit_transaction", "store_credit_transaction"),
        "amount": abs(amount),
        "balanceAfter": credit["balance"],
        "checkoutSessionId": input.get("checkoutSessionId"),
        "createdAt": state.clock.text(),
        "currencyCode": credit["currencyCode"],
        "metadata": input.get("metadata") or [],
        "notes": input.get("notes"),
        "referenceId": None,
        "references": input.get("references") or [],
        "sourceId": source,
        "storeCreditId": credit["id"],
        "type": "CREDIT" if amount >= 0 else "DEBIT",
    }
    state.store.insert(
        "store_credit_transaction",
        id=transaction["id"],
        credit_id=credit["id"],
        created_at=transaction["createdAt"],
        body=transaction,
    )
    return transaction


def _reverse(_: Any, info: Info, input: Object) -> Object:
    state = info.context
    with state.store.transaction():
        id = input["transactionId"]
        source = state.store.body("store_credit_transaction", id)
        if source is None:
            raise NotFound("store credit transaction", id)
        left = source["amount"] - sum(each["amount"] for each in _of(state, id))
        amount = input.get("amount")
        amount = left if amount is None else amount
        if not 0 < amount <= left:
            raise BadRequest("'amount' must be more than 0 and at most what is left")
        credit = _existing(state, source["storeCreditId"])
        sign = -1 if source["type"] == "CREDIT" else 1
        if credit["balance"] + sign * amount < 0:
            raise FailedPrecondition("The balance is smaller than that")
        return _book(state, credit, sign * amount, input, source=id)


def _existing(state: State, id: str) -> Object:
    credit: Object | None = state.store.body("store_credit", id)
    if credit is None:
        raise NotFound("store credit", id)
    return credit


def _of(state: State, source_id: str) -> list[Object]:
    rows = state.store.all("SELECT body FROM store_credit_transaction ORDER BY seq")
    found = [loads(row["body"]) for row in rows]
    return [each for each in found if each["sourceId"] == source_id]


def _reversals(transaction: Object, info: Info) -> list[Object]:
    return _of(info.context, transaction["id"])


def _source(transaction: Object, info: Info) -> Object | None:
    source: Object | None = info.context.store.body(
        "store_credit_transaction", transaction["sourceId"]
    )
    return source


def _store_credit(transaction: Object, info: Info) -> Object:
    return _existing(info.context, transaction["storeCreditId"])


RESOLVERS: Resolvers = {
    ("Query", "storeCredit"): _credit,
    ("Query", "storeCreditsByCustomer"): _by_customer,
    ("Query", "storeCreditTransactions"): _transactions,
    ("Mutation", "storeCreditAddCredit"): _add,
    ("Mutation", "storeCreditRemoveCredit"): _remove,
    ("Mutation", "storeCreditReverseTransaction"): _reverse,
    ("StoreCreditTransaction", "reversalTransactions"): _reversals,
    ("StoreCreditTransaction", "sourceTransaction"): _source,
    ("StoreCreditTransaction", "storeCredit"): _store_credit,
}
