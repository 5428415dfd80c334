"""Probes of a sandbox from outside, for the table of its settings."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from .conftest import ADDRESS
from .conftest import CART_CREATE
from .conftest import ITEM
from .conftest import Zonos
from .test_orders import CANCEL
from .test_orders import NUMBER
from .test_orders import ORDERS
from .test_orders import TRACK
from .test_webhooks import eventually
from .test_webhooks import logs
from .test_webhooks import Receiver
from .test_webhooks import subscribe

PLACE = {name: value for name, value in ADDRESS.items() if name != "email"}
UPSERT = """mutation ($input: CartUpsertInput!) {
  cartUpsert(input: $input) { items { sku } } }"""
UPDATE = """mutation ($input: CartUpdateInput!) {
  cartUpdate(input: $input) { id } }"""
LONG_AGO = "2020-01-01T00:00:00Z"


def fails(answer: requests.Response) -> bool:
    return "errors" in answer.json()


# --------------------------------------------------------------------- endpoint


def keeps_the_connection(zonos: Zonos) -> bool:
    answer = zonos.post("{ __typename }")
    return answer.headers.get("Connection") != "close"


def keyless(zonos: Zonos) -> int:
    return zonos.post("{ carts { totalCount } }", key=None).status_code


def nonsense(zonos: Zonos) -> int:
    return zonos.post("{ nothing }").status_code


def unknown_update(zonos: Zonos) -> int:
    return zonos.post(UPDATE, {"input": {"id": "cart_unknown"}}).status_code


def no_items(zonos: Zonos) -> str:
    (error,) = zonos.errors(CART_CREATE, {"input": {"items": []}})
    return str(error["extensions"]["errorType"])


def amount_as_text(zonos: Zonos) -> bool:
    item = {**ITEM, "amount": "24.9"}
    return fails(zonos.post(CART_CREATE, {"input": {"items": [item]}}))


def moment(zonos: Zonos) -> str:
    return str(zonos.cart(expiresAt="2030-01-01T00:00:00Z")["expiresAt"])


def plain_dates(zonos: Zonos) -> list[bool]:
    days = ("2030-01-01", "2030-01-01T00:00", "2030-01-01T00:00:00")
    inputs = ({"items": [ITEM], "expiresAt": day} for day in days)
    return [not fails(zonos.post(CART_CREATE, {"input": input})) for input in inputs]


def cost_of_a_list(zonos: Zonos) -> str:
    answer = zonos.post('{ order(orderId: "x") { references { key } } }')
    return answer.headers["zonos-query-complexity"]


def page_of_three(zonos: Zonos, arguments: str = "") -> int:
    for _ in range(3):
        zonos.cart()
    edges = zonos.data(f"{{ carts{arguments} {{ edges {{ cursor }} }} }}")["carts"]
    return len(edges["edges"])


def first_three(zonos: Zonos) -> int:
    return page_of_three(zonos, "(first: 3)")


def two_calls(zonos: Zonos) -> requests.Response:
    """The second of two calls that cost six points, a second after the first."""
    zonos.sandbox.state.clock.stop()
    query = '{ order(orderId: "x") { id } }'
    zonos.post(query)
    zonos.sandbox.state.clock.advance(1)
    return zonos.post(query)


def second_call(zonos: Zonos) -> int:
    return two_calls(zonos).status_code


def second_calls_error(zonos: Zonos) -> str:
    (error,) = two_calls(zonos).json()["errors"]
    return str(error["extensions"]["errorType"])


def second_calls_pause(zonos: Zonos) -> str | None:
    return two_calls(zonos).headers.get("Retry-After")


def mode(zonos: Zonos) -> str:
    return str(zonos.order()["mode"])


def organization(zonos: Zonos) -> str:
    return str(zonos.profile()["organizationId"])


# ------------------------------------------------------------------------ carts


def lifetime(zonos: Zonos) -> str:
    zonos.data("{ __typename }")
    clock = zonos.sandbox.state.clock
    clock.stop(clock.now().replace(2030, 1, 1, 0, 0, 0, 0))
    return str(zonos.cart()["expiresAt"])


def expired_cart(zonos: Zonos) -> int:
    return zonos.open(zonos.cart(expiresAt=LONG_AGO)["id"]).status_code


def read_expired_cart(zonos: Zonos) -> bool:
    id = zonos.cart(expiresAt=LONG_AGO)["id"]
    return zonos.data(f'{{ cart(id: "{id}") {{ id }} }}')["cart"] is not None


def reserved_metadata(zonos: Zonos) -> list[str]:
    """A cart's ``customerId``, before and after the recognition."""
    id = zonos.cart(metadata=[{"key": "customerId", "value": "mine"}])["id"]
    seen = []
    for _ in range(2):
        cart = zonos.data(f'{{ cart(id: "{id}") {{ metadata {{ key value }} }} }}')
        pairs = cart["cart"]["metadata"]
        seen += [pair["value"] for pair in pairs if pair["key"] == "customerId"]
        zonos.open(id, zonos.password("c-1"))
    return seen


def added_metadata(zonos: Zonos) -> list[str]:
    cart = zonos.data(
        f'{{ cart(id: "{zonos.cart()["id"]}") {{ metadata {{ key }} }} }}'
    )
    return [pair["key"] for pair in cart["cart"]["metadata"]]


def unknown_cart(zonos: Zonos) -> bool:
    return fails(zonos.post('{ cart(id: "cart_unknown") { id } }'))


def upsert_unknown(zonos: Zonos) -> bool:
    input = {"id": "cart_mine", "items": [ITEM]}
    return fails(zonos.post(UPSERT, {"input": input}))


def upsert_again(zonos: Zonos) -> int:
    input = {"id": zonos.cart()["id"], "items": [ITEM]}
    return len(zonos.data(UPSERT, {"input": input})["cartUpsert"]["items"])


def ordered_cart(zonos: Zonos) -> str:
    id = str(zonos.cart()["id"])
    zonos.pay(zonos.open(id).json())
    return id


def open_ordered(zonos: Zonos) -> int:
    return zonos.open(ordered_cart(zonos)).status_code


def change_ordered(zonos: Zonos) -> bool:
    return fails(zonos.post(UPDATE, {"input": {"id": ordered_cart(zonos)}}))


# --------------------------------------------------------------------- profiles


def second_email(zonos: Zonos) -> str:
    zonos.profile(email="old@example.com")
    return str(zonos.profile(email="new@example.com")["email"])


def same_address_twice(zonos: Zonos) -> int:
    zonos.profile(locations=[PLACE])
    return len(zonos.profile(locations=[PLACE])["locations"])


def _sends(zonos: Zonos, **input: Any) -> bool:
    mutation = """mutation ($input: CheckoutCustomerProfileAuthenticateInput!) {
      checkoutCustomerProfileAuthenticate(input: $input) { customerId } }"""
    input = {"customerId": "c-1", "email": "anna@example.com", **input}
    return not fails(zonos.post(mutation, {"input": input}))


def address_without_region(zonos: Zonos) -> bool:
    return _sends(zonos, locations=[{**PLACE, "administrativeArea": ""}])


def address_without_postal_code(zonos: Zonos) -> bool:
    return _sends(zonos, locations=[{**PLACE, "postalCode": ""}])


def region_by_name(zonos: Zonos) -> bool:
    return _sends(zonos, locations=[{**PLACE, "administrativeArea": "Ontario"}])


def phones(zonos: Zonos) -> list[bool]:
    given = ("+16045550100", "(604) 555-0100", "call me")
    return [_sends(zonos, locations=[{**PLACE, "phone": phone}]) for phone in given]


def dots_and_dashes(zonos: Zonos) -> tuple[int, bool]:
    """The dots of a password, and whether its dashes stand as in a UUID."""
    password = zonos.password()
    return password.count("."), [len(p) for p in password.split("-")] == [
        8,
        4,
        4,
        4,
        12,
    ]


def second_password_is_new(zonos: Zonos) -> bool:
    return zonos.password() != zonos.password()


def empty_customer(zonos: Zonos) -> bool:
    return _sends(zonos, customerId="")


def recognised(zonos: Zonos, password: str) -> bool:
    session = zonos.open(zonos.cart()["id"], password).json()
    return session["customer"] is not None


def after_a_minute(zonos: Zonos) -> bool:
    password = zonos.password()
    zonos.sandbox.state.clock.advance(60)
    return recognised(zonos, password)


def used_twice(zonos: Zonos) -> bool:
    password = zonos.password()
    recognised(zonos, password)
    return recognised(zonos, password)


def wrong_password(zonos: Zonos) -> int:
    return zonos.open(zonos.cart()["id"], "wrong").status_code


def after_a_failure(zonos: Zonos) -> bool:
    password = zonos.password()
    zonos.open("cart_unknown", password)
    return recognised(zonos, password)


# ----------------------------------------------------------------------- orders


def reference(zonos: Zonos) -> str:
    order = zonos.order(zonos.password("c-1"))
    (key,) = (e["key"] for e in order["references"] if e["value"] == "c-1")
    return str(key)


def _first_order(zonos: Zonos, fields: str) -> Any:
    zonos.order()
    found = zonos.data(f"{{ orders {{ edges {{ node {{ {fields} }} }} }} }}")
    return found["orders"]["edges"][0]["node"]


def order_has_cart(zonos: Zonos) -> bool:
    return bool(_first_order(zonos, "checkoutSession { cartId }")["checkoutSession"])


def parties(zonos: Zonos) -> list[str]:
    return [
        party["type"] for party in _first_order(zonos, "parties { type }")["parties"]
    ]


def unknown_order(zonos: Zonos) -> bool:
    return fails(zonos.post('{ order(orderId: "order_unknown") { id } }'))


def currency(zonos: Zonos) -> str:
    return str(zonos.order()["currencyCode"])


def orders_after_payment(zonos: Zonos) -> int:
    zonos.order()
    return len(_listed(zonos))


def details_of_goods(zonos: Zonos) -> int:
    query = """query ($id: String!) { order(orderId: $id) {
      amountSubtotalsDetails { type } } }"""
    order = zonos.data(query, {"id": zonos.order()["id"]})["order"]
    return [each["type"] for each in order["amountSubtotalsDetails"]].count("ITEM")


def discount(zonos: Zonos) -> str:
    zonos.sandbox.state.options.change({"shopper_currency": False})
    adjustment = {"amount": -1, "currencyCode": "DKK", "type": "CART_TOTAL"}
    session = zonos.open(zonos.cart(adjustments=[adjustment])["id"]).json()
    order = zonos.pay(session).json()["order"]
    return str(order["amountSubtotals"]["discounts"])


def shipped_order(zonos: Zonos) -> Any:
    input = {"id": zonos.order()["id"], "trackingNumbers": ["1Z"]}
    shipped = zonos.data(TRACK, {"input": input})["orderAddTrackingNumber"]
    return {**shipped, "id": input["id"]}


def shipped_status(zonos: Zonos) -> str:
    return str(shipped_order(zonos)["status"])


def cancel_shipped(zonos: Zonos) -> bool:
    return fails(zonos.post(CANCEL, {"id": shipped_order(zonos)["id"]}))


def cancel_twice(zonos: Zonos) -> bool:
    id = zonos.order()["id"]
    zonos.data(CANCEL, {"id": id})
    return fails(zonos.post(CANCEL, {"id": id}))


def same_number(zonos: Zonos) -> bool:
    for _ in range(2):
        input = {"id": zonos.order()["id"], "accountOrderNumber": "7"}
        answer = zonos.post(NUMBER, {"input": input})
    return fails(answer)


def _listed(zonos: Zonos, **filter: Any) -> list[str]:
    edges = zonos.data(ORDERS, {"filter": filter})["orders"]["edges"]
    return [edge["node"]["id"] for edge in edges]


def newest_comes_first(zonos: Zonos) -> bool:
    ids = [zonos.order()["id"] for _ in range(2)]
    return _listed(zonos) == ids[::-1]


def found_at_its_moment(zonos: Zonos) -> int:
    zonos.sandbox.state.clock.stop()
    order = zonos.order()
    return len(_listed(zonos, between={"after": order["createdAt"]}))


# --------------------------------------------------------------------- webhooks


@contextmanager
def receiver(zonos: Zonos) -> Iterator[Receiver]:
    running = Receiver()
    subscribe(zonos, running.url)
    yield running
    running.close()


def fields_of_the_body(zonos: Zonos, field: str = "id") -> bool:
    with receiver(zonos) as shop:
        zonos.order()
        eventually(lambda: logs(zonos))
        return field in shop.received[0][1]["data"]["order"]


def references_of_the_body(zonos: Zonos) -> bool:
    return fields_of_the_body(zonos, "references")


def reads_secret_again(zonos: Zonos) -> bool:
    made = subscribe(zonos, "https://shop.example/webhooks")
    query = "query ($id: ID!) { webhook(id: $id) { secret } }"
    return bool(zonos.data(query, {"id": made["id"]})["webhook"]["secret"])


def delivery_after(zonos: Zonos, *, status: int = 204, delay: float = 0) -> str:
    """The state of a delivery after its first attempt."""
    with receiver(zonos) as shop:
        shop.statuses, shop.delay = [status], delay
        zonos.order()
        eventually(lambda: logs(zonos))
    row = zonos.sandbox.state.store.one("SELECT state FROM delivery")
    assert row is not None
    return str(row["state"])


def refused_delivery(zonos: Zonos) -> str:
    return delivery_after(zonos, status=500)


def slow_delivery(zonos: Zonos) -> str:
    return delivery_after(zonos, delay=0.5)


def queued(zonos: Zonos) -> int:
    subscribe(zonos, "http://203.0.113.7/beyond-this-machine")
    zonos.order()
    return len(zonos.sandbox.state.store.all("SELECT 1 FROM delivery"))


def cart_takes_half_a_second(zonos: Zonos) -> bool:
    started = time.monotonic()
    zonos.cart()
    return time.monotonic() - started >= 0.5


def profile_takes_half_a_second(zonos: Zonos) -> bool:
    started = time.monotonic()
    zonos.profile("c-1")
    return time.monotonic() - started >= 0.5
