from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from .conftest import Zonos

ORDER = """query ($id: String!) { order(orderId: $id) {
  id status accountOrderNumber zonosOrderId trackingNumbers currencyCode mode
  references { key value } checkoutSession { cartId order { id } }
  amountSubtotals { items shipping duties taxes fees discounts }
  parties { type person { firstName lastName email } location { line1 countryCode } }
  notes { note type } statusTransitions { status } root { order { id } items { sku } }
  shipmentRatings { displayName } landedCosts { id duties { amount } }
  shipments { trackingDetails { number } } } }"""
ORDERS = """query ($filter: OrdersFilter, $first: Int, $after: String) {
  orders(filter: $filter, first: $first, after: $after) {
    totalCount edges { node { id } } pageInfo { hasNextPage endCursor } } }"""
NUMBER = """mutation ($input: OrderUpdateAccountOrderNumberInput!) {
  orderUpdateAccountOrderNumber(input: $input) { id accountOrderNumber } }"""
TRACK = """mutation ($input: OrderAddTrackingNumberInput) {
  orderAddTrackingNumber(input: $input) { status trackingNumbers } }"""
UNTRACK = """mutation ($input: OrderRemoveTrackingNumberInput) {
  orderRemoveTrackingNumber(input: $input) { status trackingNumbers
    shipments { trackingDetails { number url } } } }"""
CANCEL = "mutation ($id: ID!) { orderCancel(id: $id) { status } }"
NOTE = """mutation ($input: OrderNoteCreateInput!) {
  orderAddNote(input: $input) { notes { note } } }"""


def read(zonos: Zonos, id: str) -> Any:
    return zonos.data(ORDER, {"id": id})["order"]


def listed(zonos: Zonos, **filter: Any) -> list[str]:
    edges = zonos.data(ORDERS, {"filter": filter})["orders"]["edges"]
    return [edge["node"]["id"] for edge in edges]


def test_an_order_says_whose_it_is_and_which_cart_it_was(zonos: Zonos) -> None:
    cart_id = zonos.cart()["id"]
    session = zonos.open(cart_id, zonos.password("c-1")).json()
    id = zonos.pay(session).json()["order"]["id"]

    order = read(zonos, id)

    references = {each["key"]: each["value"] for each in order["references"]}
    assert references["customerId"] == "c-1"
    assert references["zonosOrderNumber"] == order["zonosOrderId"]
    assert order["checkoutSession"] == {"cartId": cart_id, "order": {"id": id}}
    assert order["status"] == "OPEN"
    assert {party["type"] for party in order["parties"]} == {"DESTINATION", "PAYOR"}
    assert order["parties"][0]["person"]["lastName"] == "Andersen"
    assert order["parties"][0]["location"]["line1"] == "Robson Street 1"
    assert order["amountSubtotals"]["items"] == Decimal("10.08")
    assert order["root"] == {"order": {"id": id}, "items": [{"sku": "cup"}]}
    assert order["landedCosts"] == order["shipments"] == []


def test_a_guests_order_has_no_customer(zonos: Zonos) -> None:
    order = read(zonos, zonos.order()["id"])

    assert [each["key"] for each in order["references"]] == ["zonosOrderNumber"]


def test_the_key_of_the_reference_is_a_setting(zonos: Zonos) -> None:
    zonos.sandbox.state.options.change({"customer_reference": "customer"})

    order = read(zonos, zonos.order(zonos.password("c-1"))["id"])

    assert {"key": "customer", "value": "c-1"} in order["references"]


def test_paying_twice_in_one_checkout_gives_one_order(zonos: Zonos) -> None:
    session = zonos.open(zonos.cart()["id"]).json()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(zonos.pay, [session] * 4))

    assert len({answer.json()["order"]["id"] for answer in answers}) == 1
    assert len(listed(zonos)) == 1


def test_a_cart_becomes_one_order(zonos: Zonos) -> None:
    cart_id = zonos.cart()["id"]
    first, second = zonos.open(cart_id).json(), zonos.open(cart_id).json()

    answers = [zonos.pay(first).status_code, zonos.pay(second).status_code]

    assert answers == [201, 412]
    assert zonos.open(cart_id).status_code == 412


def test_a_declined_card_places_no_order(zonos: Zonos) -> None:
    session = zonos.open(zonos.cart()["id"]).json()

    answer = zonos.pay(session, payment={"testCard": "declined"})

    assert answer.status_code == 412
    assert "declined" in answer.json()["message"]
    assert listed(zonos) == []


def test_the_card_is_saved_for_the_next_checkout_if_wanted(zonos: Zonos) -> None:
    zonos.order(zonos.password("c-1"), saveCard=True)
    zonos.order(zonos.password("c-2"), saveCard=False)

    first = zonos.open(zonos.cart()["id"], zonos.password("c-1")).json()["customer"]
    second = zonos.open(zonos.cart()["id"], zonos.password("c-2")).json()["customer"]

    assert [card["lastFour"] for card in first["paymentMethods"]] == ["4242"]
    assert second["paymentMethods"] == []


@pytest.mark.parametrize(
    "choices",
    [
        {"address": {}},
        {"address": None},
        {"locationId": "location_of_somebody_else"},
        {"serviceLevel": "teleport"},
        {"payment": {"id": "payment_method_of_somebody_else"}},
        {"payment": "cash"},
    ],
)
def test_a_choice_that_there_is_not_is_refused(
    zonos: Zonos, choices: dict[str, Any]
) -> None:
    session = zonos.open(zonos.cart()["id"]).json()

    assert zonos.pay(session, **choices).status_code == 400
    assert listed(zonos) == []


def test_an_unknown_order_is_null_or_not_found_as_is_set(zonos: Zonos) -> None:
    assert read(zonos, "order_unknown") is None

    zonos.sandbox.state.options.change({"unknown_order_is_error": True})

    (error,) = zonos.errors(ORDER, {"id": "order_unknown"})
    assert error["extensions"]["errorType"] == "NOT_FOUND"


def test_the_shops_number_is_kept_found_and_unique(zonos: Zonos) -> None:
    first, second = zonos.order()["id"], zonos.order()["id"]

    for _ in range(2):  # a repeat with the same value is harmless
        zonos.data(NUMBER, {"input": {"id": first, "accountOrderNumber": "A-1"}})

    assert listed(zonos, accountOrderNumber="A-1") == [first]
    query = '{ ordersByAccountOrderNumbers(accountOrderNumbers: ["A-1"]) { id } }'
    assert zonos.data(query)["ordersByAccountOrderNumbers"] == [{"id": first}]
    input = {"id": second, "accountOrderNumber": "A-1"}
    (error,) = zonos.errors(NUMBER, {"input": input})
    assert error["extensions"]["errorType"] == "BAD_REQUEST"


def test_an_order_is_shipped_or_cancelled_but_not_both(zonos: Zonos) -> None:
    shipped, cancelled = zonos.order()["id"], zonos.order()["id"]

    input = {"id": shipped, "trackingNumbers": ["T1", "T2", "T1"]}
    tracked = zonos.data(TRACK, {"input": input})["orderAddTrackingNumber"]
    assert tracked == {"status": "COMPLETED", "trackingNumbers": ["T1", "T2"]}
    (error,) = zonos.errors(CANCEL, {"id": shipped})
    assert error["extensions"]["errorType"] == "FAILED_PRECONDITION"

    for _ in range(2):
        data = zonos.data(CANCEL, {"id": cancelled})
        assert data == {"orderCancel": {"status": "CANCELED"}}
    input = {"id": cancelled, "trackingNumbers": ["T3"]}
    (error,) = zonos.errors(TRACK, {"input": input})
    assert error["extensions"]["errorType"] == "FAILED_PRECONDITION"
    steps = [each["status"] for each in read(zonos, cancelled)["statusTransitions"]]
    assert steps == ["OPEN", "CANCELED"]


def test_a_tracking_number_is_removed_and_the_last_one_unships(zonos: Zonos) -> None:
    id = zonos.order()["id"]
    zonos.data(TRACK, {"input": {"id": id, "trackingNumbers": ["T1", "T 2"]}})
    remove = {"id": id, "trackingNumbers": ["T1"]}

    left = zonos.data(UNTRACK, {"input": remove})["orderRemoveTrackingNumber"]

    assert (left["status"], left["trackingNumbers"]) == ("COMPLETED", ["T 2"])
    ((tracking,),) = (each["trackingDetails"] for each in left["shipments"])
    assert tracking["number"] == "T 2" and tracking["url"].endswith("/T%202")
    (error,) = zonos.errors(UNTRACK, {"input": remove})
    assert error["extensions"]["errorType"] == "BAD_REQUEST"
    none = {"id": id, "trackingNumbers": ["T 2"]}
    left = zonos.data(UNTRACK, {"input": none})["orderRemoveTrackingNumber"]
    assert left == {"status": "OPEN", "trackingNumbers": [], "shipments": []}


def test_a_note_is_added(zonos: Zonos) -> None:
    input = {"orderId": zonos.order()["id"], "note": "Call first", "type": "COMMENT"}

    data = zonos.data(NOTE, {"input": input})

    assert data["orderAddNote"]["notes"] == [{"note": "Call first"}]


@pytest.mark.parametrize(
    ("mutation", "input"),
    [
        (NUMBER, {"id": "order_unknown", "accountOrderNumber": "1"}),
        (TRACK, {"id": "order_unknown", "trackingNumbers": ["1"]}),
        (UNTRACK, {"id": "order_unknown", "trackingNumbers": ["1"]}),
        (NOTE, {"orderId": "order_unknown", "note": "1", "type": "COMMENT"}),
    ],
)
def test_what_concerns_no_order_is_not_found(
    zonos: Zonos, mutation: str, input: dict[str, Any]
) -> None:
    (error,) = zonos.errors(mutation, {"input": input})

    assert error["extensions"]["errorType"] == "NOT_FOUND"


def test_orders_are_filtered_by_time_status_and_id(zonos: Zonos) -> None:
    clock = zonos.sandbox.state.clock
    ids = []
    for _ in range(3):
        clock.stop()
        ids.append(zonos.order()["id"])
        clock.advance(86_400)
    zonos.data(CANCEL, {"id": ids[0]})
    made = zonos.data(f'{{ order(orderId: "{ids[1]}") {{ createdAt }} }}')["order"]

    assert listed(zonos) == ids[::-1]
    assert listed(zonos, status="CANCELED") == [ids[0]]
    assert listed(zonos, ids=[ids[2], "order_unknown"]) == [ids[2]]
    assert listed(zonos, between={"after": made["createdAt"]}) == [ids[2]]
    assert listed(zonos, between={"before": made["createdAt"]}) == [ids[0]]
    assert listed(zonos, storeId="1") == ids[::-1]
    assert listed(zonos, storeId="2") == []


def test_orders_are_paged_without_gap_or_double(zonos: Zonos) -> None:
    ids = [zonos.order()["id"] for _ in range(5)]
    seen, after, more = [], None, True

    while more:
        variables = {"first": 2, "after": after}
        orders = zonos.data(ORDERS, variables)["orders"]
        seen += [edge["node"]["id"] for edge in orders["edges"]]
        after, more = orders["pageInfo"]["endCursor"], orders["pageInfo"]["hasNextPage"]

    assert seen == ids[::-1]


@pytest.mark.parametrize(
    "arguments",
    ["first: -1", 'after: "nonsense"', "first: 1, last: 1", "last: -1"],
)
def test_a_window_that_makes_no_sense_is_a_bad_request(
    zonos: Zonos, arguments: str
) -> None:
    (error,) = zonos.errors(f"{{ orders({arguments}) {{ totalCount }} }}")

    assert error["extensions"]["errorType"] == "BAD_REQUEST"


def test_store_credit_is_added_spent_and_reversed(zonos: Zonos) -> None:
    amount = {"checkoutCustomerId": "c-1", "currencyCode": "DKK", "amount": 10.5}
    add = """mutation ($input: StoreCreditAddCreditInput!) {
      storeCreditAddCredit(input: $input) { id balance } }"""
    remove = """mutation ($input: StoreCreditRemoveCreditInput!) {
      storeCreditRemoveCredit(input: $input) { balance } }"""
    reverse = """mutation ($input: StoreCreditReverseTransactionInput!) {
      storeCreditReverseTransaction(input: $input) {
        balanceAfter sourceTransaction { id } storeCredit { balance } } }"""

    credit = zonos.data(add, {"input": amount})["storeCreditAddCredit"]
    zonos.data(remove, {"input": {**amount, "amount": 4}})
    (error,) = zonos.errors(remove, {"input": {**amount, "amount": 100}})
    edges = zonos.data(
        "{ storeCreditTransactions(filter: {type: DEBIT}) { edges { node { id } } } }"
    )["storeCreditTransactions"]["edges"]
    input = {"transactionId": edges[0]["node"]["id"]}
    back = zonos.data(reverse, {"input": input})["storeCreditReverseTransaction"]

    assert error["extensions"]["errorType"] == "FAILED_PRECONDITION"
    assert back["balanceAfter"] == Decimal("10.5")
    assert back["storeCredit"] == {"balance": Decimal("10.5")}
    query = f'{{ storeCredit(id: "{credit["id"]}") {{ balance }} }}'
    assert zonos.data(query) == {"storeCredit": {"balance": Decimal("10.5")}}
