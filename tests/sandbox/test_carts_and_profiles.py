"""What a checkout opens with: carts, and profiles with their one-time passwords."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..support.paying import GUEST_ADDRESS
from ..support.samples import PAGES_EXAMPLE
from .conftest import AUTHENTICATE
from .conftest import CART_UPDATE
from .conftest import CART_UPSERT
from .conftest import ITEM
from .conftest import Zonos

CART = """query ($id: ID!) { cart(id: $id) {
  expiresAt metadata { key value } adjustments { amount type }
  items { id sku quantity itemType hsCode hsCodeSource countryOfOriginSource
    measurements { value source } } } }"""
KILOGRAM = {"unitOfMeasure": "KILOGRAM", "value": 1, "type": "WEIGHT"}


def read(zonos: Zonos, id: str) -> Any:
    return zonos.data(CART, {"id": id})["cart"]


def test_a_cart_reads_back_as_it_was_made(zonos: Zonos) -> None:
    pairs = [{"key": "basket", "value": "7"}]
    customs = {"hsCode": "6912.00", "countryOfOrigin": "DK"}
    id = zonos.cart(
        items=[{**ITEM, **customs, "measurements": [KILOGRAM]}],
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
    assert zonos.error(CART_UPDATE, **gone) == "BAD_REQUEST"
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
        refused = zonos.error(CART_UPSERT, items=[{**ITEM, **change}])
        assert refused == "BAD_REQUEST", change


def test_an_expired_cart_opens_nothing_till_its_token_renews_it(zonos: Zonos) -> None:
    session = zonos.session()
    zonos.sandbox.state.clock.advance(zonos.sandbox.state.options.cart_lifetime)
    wrong = {"id": session["cartId"], "expiresAtRenewalToken": "another"}
    assert zonos.error(CART_UPDATE, **wrong) == "BAD_REQUEST"
    refused = zonos.open(session["cartId"])
    assert (refused.status_code, refused.json()["reason"]) == (412, "cart-expired")
    token = session["expiresAtRenewalToken"]
    zonos.call(CART_UPDATE, id=session["cartId"], expiresAtRenewalToken=token)
    assert zonos.open(session["cartId"]).status_code == 201


def location(line1: str) -> dict[str, str]:
    place = {name: value for name, value in GUEST_ADDRESS.items() if name != "email"}
    return {**place, "line1": line1}


def lines(profile: Any) -> list[str]:
    return [each["line1"] for each in profile["locations"]]


def recognised(zonos: Zonos, password: str | None) -> bool:
    return zonos.session(password)["customer"] is not None


def test_the_documented_example_is_answered_as_documented(zonos: Zonos) -> None:
    profile = zonos.call(AUTHENTICATE, **PAGES_EXAMPLE)
    assert len(profile.pop("oneTimePassword")) >= 32
    assert profile.pop("organizationId").startswith("organization_")
    places = [
        {name: value for name, value in each.items() if name != "name"}
        for each in PAGES_EXAMPLE["locations"]
    ]
    assert profile == {**PAGES_EXAMPLE, "locations": places}


def test_a_profile_only_grows_and_is_its_customers_alone(zonos: Zonos) -> None:
    zonos.profile(name="Anna", locations=[location("One")])
    profile = zonos.profile(
        email="new@example.com", name="Other", phone="1", locations=[location("Two")]
    )
    assert lines(profile) == ["One", "Two"]
    assert (profile["name"], profile["email"]) == ("Anna", "anna@example.com")
    assert profile["phone"] == "1"  # there was none before
    assert lines(zonos.profile("c-2", locations=[location("Three")])) == ["Three"]


def test_a_password_that_is_raced_for_is_redeemed_once(zonos: Zonos) -> None:
    password = zonos.password()
    carts = [zonos.cart()["id"] for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        sessions = list(pool.map(zonos.open, carts, [password] * 8))
    customers = [each.json()["customer"] for each in sessions]
    assert len([each for each in customers if each is not None]) == 1


def test_without_the_exact_password_it_is_a_guests_checkout(zonos: Zonos) -> None:
    zonos.profile(locations=[location("One")])
    password = zonos.password()
    for wrong in (None, password[1:], "!" + password[1:]):
        session = zonos.open(zonos.cart()["id"], wrong)
        assert session.json()["customer"] is None
        assert "Toronto" not in session.text


def test_a_password_opens_the_profile_once_and_for_its_time(zonos: Zonos) -> None:
    zonos.set(password_lifetime=0.5)
    zonos.sandbox.state.clock.stop()
    in_time, too_late = zonos.password(), zonos.password()
    zonos.open("cart_unknown", in_time)  # which does not use it
    zonos.sandbox.state.clock.advance(0.4)
    assert zonos.session(in_time)["customer"]["customerId"] == "c-1"
    assert not recognised(zonos, in_time)
    zonos.sandbox.state.clock.advance(0.2)
    assert not recognised(zonos, too_late)
