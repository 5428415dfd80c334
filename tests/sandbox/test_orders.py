from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from .conftest import Zonos
from .test_carts_and_profiles import location

ORDER = """query ($id: String!) { order(orderId: $id) {
  id status zonosOrderId createdAt references { key value }
  checkoutSession { cartId order { id } } parties { type person { lastName } }
  statusTransitions { status } root { order { id } items { sku } } } }"""
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


def cancel(id: str) -> str:
    return f'mutation {{ orderCancel(id: "{id}") {{ status }} }}'


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
    assert {each["key"]: each["value"] for each in order["references"]} == {
        "customerId": "c-1",
        "zonosOrderNumber": order["zonosOrderId"],
    }
    assert order["checkoutSession"] == {"cartId": cart_id, "order": {"id": id}}
    destination, payor = order["parties"]
    assert (destination["type"], payor["type"]) == ("DESTINATION", "PAYOR")
    assert destination["person"]["lastName"] == "Guest"
    assert order["root"] == {"order": {"id": id}, "items": [{"sku": "cup"}]}
    guests = read(zonos, zonos.order()["id"])["references"]
    assert [each["key"] for each in guests] == ["zonosOrderNumber"]


def test_a_cart_becomes_one_order_however_often_it_is_paid_for(zonos: Zonos) -> None:
    cart_id = zonos.cart()["id"]
    first, second = zonos.open(cart_id).json(), zonos.open(cart_id).json()
    with ThreadPoolExecutor(4) as pool:
        paid = list(pool.map(zonos.pay, [first] * 4))
    assert len({each.json()["order"]["id"] for each in paid}) == 1
    assert zonos.pay(second).status_code == 412
    assert zonos.open(cart_id).status_code == 412
    assert len(listed(zonos)) == 1


def test_the_card_is_saved_for_the_next_checkout_if_wanted(zonos: Zonos) -> None:
    for customer_id, wanted in (("c-1", True), ("c-2", False)):
        zonos.order(zonos.password(customer_id), saveCard=wanted)
        customer = zonos.session(zonos.password(customer_id))["customer"]
        cards = [card["lastFour"] for card in customer["paymentMethods"]]
        assert cards == ["4242"] * wanted


@pytest.mark.parametrize(
    ("choices", "status"),
    [
        ({"payment": {"testCard": "declined"}}, 412),
        ({"address": {}}, 400),
        ({"address": None}, 400),
        ({"locationId": "location_of_somebody_else"}, 400),
        ({"serviceLevel": "teleport"}, 400),
        ({"payment": {"id": "payment_method_of_somebody_else"}}, 400),
        ({"payment": "cash"}, 400),
        ({"storeCredit": {"choice": "ALL"}}, 400),
        ({"storeCredit": {"choice": "PARTIAL", "amount": "5"}}, 400),
        ({"storeCredit": "FULL"}, 400),
    ],
    ids=str,
)
def test_what_cannot_be_paid_so_places_no_order(
    zonos: Zonos, choices: dict[str, Any], status: int
) -> None:
    zonos.profile(locations=[location("One")])
    session = zonos.session(zonos.password())
    assert zonos.pay(session, **choices).status_code == status
    assert listed(zonos) == []


def test_the_shops_number_is_kept_found_and_unique(zonos: Zonos) -> None:
    first, second = zonos.order()["id"], zonos.order()["id"]
    for _ in range(2):  # a repeat with the same value is harmless
        zonos.call(NUMBER, id=first, accountOrderNumber="A-1")
    assert listed(zonos, accountOrderNumber="A-1") == [first]
    query = '{ ordersByAccountOrderNumbers(accountOrderNumbers: ["A-1"]) { id } }'
    assert zonos.data(query)["ordersByAccountOrderNumbers"] == [{"id": first}]
    assert zonos.error(NUMBER, id=second, accountOrderNumber="A-1") == "BAD_REQUEST"


def test_an_order_is_shipped_or_cancelled_but_not_both(zonos: Zonos) -> None:
    shipped, cancelled = zonos.order()["id"], zonos.order()["id"]
    tracked = zonos.call(TRACK, id=shipped, trackingNumbers=["T1", "T 2", "T1"])
    assert tracked == {"status": "COMPLETED", "trackingNumbers": ["T1", "T 2"]}
    assert zonos.error(cancel(shipped)) == "FAILED_PRECONDITION"
    for _ in range(2):
        data = zonos.data(cancel(cancelled))
        assert data == {"orderCancel": {"status": "CANCELED"}}
    zonos.set(cancelling_twice_is_error=True)
    assert zonos.error(cancel(cancelled)) == "FAILED_PRECONDITION"
    late = zonos.error(TRACK, id=cancelled, trackingNumbers=["T3"])
    assert late == "FAILED_PRECONDITION"
    steps = [each["status"] for each in read(zonos, cancelled)["statusTransitions"]]
    assert steps == ["OPEN", "CANCELED"]

    left = zonos.call(UNTRACK, id=shipped, trackingNumbers=["T1"])
    assert (left["status"], left["trackingNumbers"]) == ("COMPLETED", ["T 2"])
    ((tracking,),) = (each["trackingDetails"] for each in left["shipments"])
    assert tracking["number"] == "T 2" and tracking["url"].endswith("/T%202")
    assert zonos.error(UNTRACK, id=shipped, trackingNumbers=["T1"]) == "BAD_REQUEST"
    left = zonos.call(UNTRACK, id=shipped, trackingNumbers=["T 2"])
    assert left == {"status": "OPEN", "trackingNumbers": [], "shipments": []}


def test_what_concerns_no_order_is_not_found(zonos: Zonos) -> None:
    for mutation, input in (
        (NUMBER, {"id": "order_unknown", "accountOrderNumber": "1"}),
        (TRACK, {"id": "order_unknown", "trackingNumbers": ["1"]}),
        (UNTRACK, {"id": "order_unknown", "trackingNumbers": ["1"]}),
    ):
        assert zonos.error(mutation, **input) == "NOT_FOUND"


def test_orders_are_filtered_by_time_status_and_id(zonos: Zonos) -> None:
    clock = zonos.sandbox.state.clock
    ids = []
    for _ in range(3):
        clock.stop()
        ids.append(zonos.order()["id"])
        clock.advance(86_400)
    zonos.data(cancel(ids[0]))
    made = read(zonos, ids[1])["createdAt"]
    for filter, found in (
        ({}, ids[::-1]),
        ({"status": "CANCELED"}, [ids[0]]),
        ({"ids": [ids[2], "order_unknown"]}, [ids[2]]),
        ({"between": {"after": made}}, [ids[2]]),
        ({"between": {"before": made}}, [ids[0]]),
        ({"storeId": "2"}, []),
    ):
        assert listed(zonos, **filter) == found, filter


def test_orders_are_paged_without_gap_or_double(zonos: Zonos) -> None:
    ids = [zonos.order()["id"] for _ in range(3)]
    seen, after, more = [], None, True
    while more:
        orders = zonos.data(ORDERS, {"first": 2, "after": after})["orders"]
        seen += [edge["node"]["id"] for edge in orders["edges"]]
        after, more = orders["pageInfo"]["endCursor"], orders["pageInfo"]["hasNextPage"]
        assert orders["totalCount"] == 3
    assert seen == ids[::-1]
    for window in ("first: -1", "last: -1", "first: 1, last: 1", 'after: "nonsense"'):
        query = f"{{ orders({window}) {{ totalCount }} }}"
        assert zonos.error(query) == "BAD_REQUEST", window
