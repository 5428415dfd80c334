from __future__ import annotations

from typing import Any

from .conftest import CART_UPDATE
from .conftest import CART_UPSERT
from .conftest import ITEM
from .conftest import Zonos

CART = """query ($id: ID!) { cart(id: $id) {
  expiresAt metadata { key value } adjustments { amount type }
  items { id sku quantity itemType hsCode hsCodeSource countryOfOriginSource
    measurements { value source } } } }"""
CUSTOMS = {"hsCode": "6912.00", "countryOfOrigin": "DK"}
KILOGRAM = {"unitOfMeasure": "KILOGRAM", "value": 1, "type": "WEIGHT"}


def read(zonos: Zonos, id: str) -> Any:
    return zonos.data(CART, {"id": id})["cart"]


def test_a_cart_reads_back_as_it_was_made(zonos: Zonos) -> None:
    pairs = [{"key": "basket", "value": "7"}]
    id = zonos.cart(
        items=[{**ITEM, **CUSTOMS, "measurements": [KILOGRAM]}],
        adjustments=[{"amount": -5, "currencyCode": "DKK", "type": "CART_TOTAL"}],
        expiresAt="2030-01-01T12:00:00+02:00",
        metadata=pairs,
    )["id"]
    cart = read(zonos, id)
    assert cart["expiresAt"] == "2030-01-01T10:00:00.000Z"
    assert cart["adjustments"] == [{"amount": -5, "type": "CART_TOTAL"}]
    assert cart["metadata"][:1] == pairs
    (item,) = cart["items"]
    assert item.pop("id")
    assert item == {
        **{"sku": "cup", "quantity": 2, "itemType": "PHYSICAL_GOOD"},
        **{"hsCode": "6912.00", "hsCodeSource": "API_REQUEST"},
        "countryOfOriginSource": "API_REQUEST",
        "measurements": [{"value": 1, "source": "API_REQUEST"}],
    }


def test_a_recognised_customer_stays_in_the_metadata(zonos: Zonos) -> None:
    id = zonos.cart()["id"]
    zonos.open(id, zonos.password("c-1"))
    other = [{"key": "customerId", "value": "someone-else"}]
    changed = zonos.call(CART_UPSERT, id=id, items=[ITEM], metadata=other)
    assert {"key": "customerId", "value": "c-1"} in changed["metadata"]


def test_an_upsert_without_id_makes_a_cart_and_with_id_changes_it(zonos: Zonos) -> None:
    made = zonos.call(CART_UPSERT, items=[ITEM])
    changed = zonos.call(CART_UPSERT, id=made["id"], items=[{**ITEM, "sku": "bowl"}])
    assert changed == {**made, "items": [{"sku": "bowl"}]}


def test_an_update_adds_and_removes_items_but_never_all(zonos: Zonos) -> None:
    id = zonos.cart()["id"]
    (item,) = read(zonos, id)["items"]
    gone = {"id": id, "itemsRemove": [item["id"]]}
    assert zonos.error(CART_UPDATE, input=gone) == "BAD_REQUEST"
    assert read(zonos, id)["items"] == [item]
    changed = zonos.call(
        CART_UPDATE,
        **gone,
        itemsAdd=[{**ITEM, "sku": "bowl"}],
        expiresAt="2031-01-01T00:00:00Z",
        adjustments=[{"amount": -1, "currencyCode": "DKK", "type": "PROMO_CODE"}],
    )
    assert changed["items"] == [{"sku": "bowl"}]
    assert changed["expiresAt"] == "2031-01-01T00:00:00.000Z"
    assert changed["adjustments"] == [{"amount": -1}]


def test_an_item_that_makes_no_sense_is_a_bad_request(zonos: Zonos) -> None:
    weights = [KILOGRAM, {**KILOGRAM, "type": "TOTAL_WEIGHT"}]
    for change in ({"quantity": 0}, {"measurements": weights}):
        input = {"items": [{**ITEM, **change}]}
        assert zonos.error(CART_UPSERT, input=input) == "BAD_REQUEST"


def test_an_expired_cart_opens_nothing_till_its_token_renews_it(zonos: Zonos) -> None:
    session = zonos.session()
    zonos.sandbox.state.clock.advance(zonos.sandbox.state.options.cart_lifetime)
    wrong = {"id": session["cartId"], "expiresAtRenewalToken": "another"}
    assert zonos.error(CART_UPDATE, input=wrong) == "BAD_REQUEST"
    refused = zonos.open(session["cartId"])
    assert (refused.status_code, refused.json()["reason"]) == (412, "cart-expired")
    token = session["expiresAtRenewalToken"]
    zonos.call(CART_UPDATE, id=session["cartId"], expiresAtRenewalToken=token)
    assert zonos.open(session["cartId"]).status_code == 201
