from __future__ import annotations

from typing import Any

import pytest

from .conftest import ITEM
from .conftest import Zonos

CART = """query ($id: ID!) { cart(id: $id) {
  id expiresAt metadata { key value } adjustments { amount type }
  items { id sku quantity amount itemType } } }"""
UPSERT = """mutation ($input: CartUpsertInput!) {
  cartUpsert(input: $input) { id expiresAt items { sku } metadata { key value } } }"""
UPDATE = """mutation ($input: CartUpdateInput!) {
  cartUpdate(input: $input) { id expiresAt items { sku } adjustments { amount } } }"""


def values(pairs: list[dict[str, str]]) -> dict[str, str]:
    return {pair["key"]: pair["value"] for pair in pairs}


def read(zonos: Zonos, id: str) -> Any:
    return zonos.data(CART, {"id": id})["cart"]


def test_a_cart_reads_back_as_it_was_made(zonos: Zonos) -> None:
    id = zonos.cart(
        adjustments=[{"amount": -5, "currencyCode": "DKK", "type": "CART_TOTAL"}],
        expiresAt="2030-01-01T12:00:00+02:00",
        metadata=[{"key": "basket", "value": "7"}],
    )["id"]

    cart = read(zonos, id)

    assert id.startswith("cart_")
    assert cart["expiresAt"] == "2030-01-01T10:00:00.000Z"
    assert cart["adjustments"] == [{"amount": -5, "type": "CART_TOTAL"}]
    assert values(cart["metadata"])["basket"] == "7"
    (item,) = cart["items"]
    assert (item["sku"], item["quantity"], item["itemType"]) == (
        "cup",
        2,
        "PHYSICAL_GOOD",
    )


def test_a_customer_id_in_the_metadata_is_overwritten(zonos: Zonos) -> None:
    cart = zonos.cart(metadata=[{"key": "customerId", "value": "someone-else"}])
    assert values(cart["metadata"])["customerId"] != "someone-else"

    zonos.open(cart["id"], zonos.password("c-1"))

    assert values(read(zonos, cart["id"])["metadata"])["customerId"] == "c-1"


def test_an_update_does_not_bring_the_customer_id_back(zonos: Zonos) -> None:
    cart = zonos.cart()
    zonos.open(cart["id"], zonos.password("c-1"))
    pairs = [{"key": "customerId", "value": "someone-else"}]

    input = {"id": cart["id"], "items": [ITEM], "metadata": pairs}
    changed = zonos.data(UPSERT, {"input": input})["cartUpsert"]

    assert values(changed["metadata"])["customerId"] == "c-1"


def test_an_unknown_cart_is_null_to_read_and_not_found_to_change(zonos: Zonos) -> None:
    assert read(zonos, "cart_unknown") is None

    (error,) = zonos.errors(UPDATE, {"input": {"id": "cart_unknown"}})

    assert error["extensions"]["errorType"] == "NOT_FOUND"


def test_an_upsert_without_id_makes_a_cart_and_with_id_replaces_its_items(
    zonos: Zonos,
) -> None:
    made = zonos.data(UPSERT, {"input": {"items": [ITEM]}})["cartUpsert"]
    input = {"id": made["id"], "items": [{**ITEM, "sku": "bowl"}]}

    changed = zonos.data(UPSERT, {"input": input})["cartUpsert"]

    assert changed["id"] == made["id"]
    assert changed["items"] == [{"sku": "bowl"}]
    assert changed["expiresAt"] == made["expiresAt"]


def test_an_update_adds_and_removes_items(zonos: Zonos) -> None:
    id = zonos.cart()["id"]
    (item,) = read(zonos, id)["items"]
    input = {
        "id": id,
        "itemsAdd": [{**ITEM, "sku": "bowl"}],
        "itemsRemove": [item["id"]],
        "expiresAt": "2031-01-01T00:00:00Z",
        "adjustments": [{"amount": -1, "currencyCode": "DKK", "type": "PROMO_CODE"}],
    }

    changed = zonos.data(UPDATE, {"input": input})["cartUpdate"]

    assert changed["items"] == [{"sku": "bowl"}]
    assert changed["expiresAt"] == "2031-01-01T00:00:00.000Z"
    assert changed["adjustments"] == [{"amount": -1}]


def test_an_update_that_would_leave_nothing_changes_nothing(zonos: Zonos) -> None:
    id = zonos.cart()["id"]
    (item,) = read(zonos, id)["items"]

    zonos.errors(UPDATE, {"input": {"id": id, "itemsRemove": [item["id"]]}})

    assert read(zonos, id)["items"] == [item]


@pytest.mark.parametrize(
    "item",
    [
        {**ITEM, "quantity": 0},
        {
            **ITEM,
            "measurements": [
                {"type": type, "unitOfMeasure": "KILOGRAM", "value": 1}
                for type in ("WEIGHT", "TOTAL_WEIGHT")
            ],
        },
    ],
)
def test_an_item_that_makes_no_sense_is_a_bad_request(
    zonos: Zonos, item: dict[str, Any]
) -> None:
    (error,) = zonos.errors(UPSERT, {"input": {"items": [item]}})

    assert error["extensions"]["errorType"] == "BAD_REQUEST"


def test_an_expired_cart_opens_no_checkout(zonos: Zonos) -> None:
    id = zonos.cart()["id"]

    zonos.sandbox.state.clock.advance(zonos.sandbox.state.options.cart_lifetime)

    answer = zonos.open(id)
    assert answer.status_code == 412
    assert "expired" in answer.json()["message"]


def test_carts_are_paged_newest_first(zonos: Zonos) -> None:
    ids = [zonos.cart()["id"] for _ in range(5)]
    query = """query ($after: String) { carts(first: 2, after: $after) {
      totalCount edges { node { id } } pageInfo { endCursor hasNextPage } } }"""
    seen, after, more = [], None, True

    while more:
        carts = zonos.data(query, {"after": after})["carts"]
        seen += [edge["node"]["id"] for edge in carts["edges"]]
        after, more = carts["pageInfo"]["endCursor"], carts["pageInfo"]["hasNextPage"]
        assert carts["totalCount"] == 5

    assert seen == ids[::-1]
