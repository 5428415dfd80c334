"""Probes of a sandbox from outside, for the table of its settings."""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from .conftest import AUTHENTICATE
from .conftest import CART_CREATE
from .conftest import CART_UPDATE
from .conftest import CART_UPSERT
from .conftest import ITEM
from .conftest import Zonos
from .test_carts import values
from .test_orders import CANCEL
from .test_orders import listed
from .test_orders import NUMBER
from .test_orders import read
from .test_orders import TRACK
from .test_profiles import location
from .test_profiles import recognised
from .test_webhooks import eventually
from .test_webhooks import logs
from .test_webhooks import Receiver
from .test_webhooks import subscribe

LONG_AGO = "2020-01-01T00:00:00Z"
#: Six points.
QUERY = '{ order(orderId: "x") { id } }'


def fails(query: str, variables: dict[str, Any] | None = None) -> Callable[..., bool]:
    """The probe whether a call ends with an error."""
    return lambda zonos: "errors" in zonos.post(query, variables).json()


def takes_half_a_second(call: Callable[[Zonos], Any]) -> Callable[[Zonos], bool]:
    def probe(zonos: Zonos) -> bool:
        started = time.monotonic()
        call(zonos)
        return time.monotonic() - started >= 0.5

    return probe


def carts_on_a_page(arguments: str = "") -> Callable[[Zonos], int]:
    def probe(zonos: Zonos) -> int:
        for _ in range(3):
            zonos.cart()
        query = f"{{ carts{arguments} {{ edges {{ cursor }} }} }}"
        return len(zonos.data(query)["carts"]["edges"])

    return probe


def plain_dates(zonos: Zonos) -> list[bool]:
    days = ("2030-01-01", "2030-01-01T00:00", "2030-01-01T00:00:00")
    inputs = ({"items": [ITEM], "expiresAt": day} for day in days)
    return [not fails(CART_CREATE, {"input": input})(zonos) for input in inputs]


def second_call(zonos: Zonos) -> requests.Response:
    """The second of two calls that cost six points, a second after the first."""
    zonos.sandbox.state.clock.stop()
    zonos.post(QUERY)
    zonos.sandbox.state.clock.advance(1)
    return zonos.post(QUERY)


# ------------------------------------------------------------- carts and profiles


def lifetime(zonos: Zonos) -> str:
    clock = zonos.sandbox.state.clock
    clock.stop(clock.now().replace(2030, 1, 1, 0, 0, 0, 0))
    return str(zonos.cart()["expiresAt"])


def expired_cart(zonos: Zonos) -> int:
    return zonos.open(zonos.cart(expiresAt=LONG_AGO)["id"]).status_code


def reads_expired_cart(zonos: Zonos) -> bool:
    id = zonos.cart(expiresAt=LONG_AGO)["id"]
    return zonos.data(f'{{ cart(id: "{id}") {{ id }} }}')["cart"] is not None


def reserved_metadata(zonos: Zonos) -> list[str | None]:
    """A cart's ``customerId``, before and after the recognition."""
    id = zonos.cart(metadata=[{"key": "customerId", "value": "mine"}])["id"]
    query = f'{{ cart(id: "{id}") {{ metadata {{ key value }} }} }}'
    seen = []
    for _ in range(2):
        seen.append(values(zonos.data(query)["cart"]["metadata"]).get("customerId"))
        zonos.open(id, zonos.password("c-1"))
    return seen


def added_metadata(zonos: Zonos) -> list[str]:
    query = f'{{ cart(id: "{zonos.cart()["id"]}") {{ metadata {{ key value }} }} }}'
    return [*values(zonos.data(query)["cart"]["metadata"])]


def items_after_an_upsert(zonos: Zonos) -> int:
    upsert = {"id": zonos.cart()["id"], "items": [ITEM]}
    return len(zonos.call(CART_UPSERT, **upsert)["items"])


def ordered_cart(zonos: Zonos) -> str:
    session = zonos.session()
    zonos.pay(session)
    return str(session["cartId"])


def changes_ordered_cart(zonos: Zonos) -> bool:
    update = {"input": {"id": ordered_cart(zonos)}}
    return not fails(CART_UPDATE, update)(zonos)


def second_email(zonos: Zonos) -> str:
    zonos.profile(email="old@example.com")
    return str(zonos.profile(email="new@example.com")["email"])


def same_location_twice(zonos: Zonos) -> int:
    zonos.profile(locations=[location("One")])
    return len(zonos.profile(locations=[location("One")])["locations"])


def takes_location(**change: str) -> Callable[[Zonos], bool]:
    profile = {"customerId": "c-1", "email": "anna@example.com"}
    place = {**location("One"), **change}
    refused = fails(AUTHENTICATE, {"input": {**profile, "locations": [place]}})
    return lambda zonos: not refused(zonos)


def takes_phones(zonos: Zonos) -> list[bool]:
    phones = ("+16045550100", "(604) 555-0100", "call me")
    return [takes_location(phone=phone)(zonos) for phone in phones]


def dots_and_dashes(zonos: Zonos) -> tuple[int, bool]:
    """The dots of a password, and whether its dashes stand as in a UUID."""
    password = zonos.password()
    lengths = [len(part) for part in password.split("-")]
    return password.count("."), lengths == [8, 4, 4, 4, 12]


def after_a_minute(zonos: Zonos) -> bool:
    password = zonos.password()
    zonos.sandbox.state.clock.advance(60)
    return recognised(zonos, password)


def used_twice(zonos: Zonos) -> bool:
    password = zonos.password()
    recognised(zonos, password)
    return recognised(zonos, password)


def after_a_failure(zonos: Zonos) -> bool:
    password = zonos.password()
    zonos.open("cart_unknown", password)
    return recognised(zonos, password)


# ----------------------------------------------------------- orders and webhooks


def reference(zonos: Zonos) -> str:
    order = zonos.order(zonos.password("c-1"))
    (key,) = (e["key"] for e in order["references"] if e["value"] == "c-1")
    return str(key)


def names_cart(zonos: Zonos) -> bool:
    return read(zonos, zonos.order()["id"])["checkoutSession"] is not None


def parties(zonos: Zonos) -> list[str]:
    order = read(zonos, zonos.order()["id"])
    return [party["type"] for party in order["parties"]]


def asks_before_a_repeat(zonos: Zonos) -> bool:
    zonos.order(zonos.password("c-1"))
    session = zonos.session(zonos.password("c-1"))
    url = f"{zonos.sandbox.url}/checkout/duplicates"
    headers = {"Checkout-Session": session["token"]}
    body = {"address": {**location("One"), "email": "anna@example.com"}}
    return (
        requests.post(url, json=body, headers=headers, timeout=30).json()["duplicate"]
        is not None
    )


def orders_after_payment(zonos: Zonos) -> int:
    zonos.order()
    return len(listed(zonos))


def details_of_goods(zonos: Zonos) -> int:
    query = """query ($id: String!) { order(orderId: $id) {
      amountSubtotalsDetails { type } } }"""
    order = zonos.data(query, {"id": zonos.order()["id"]})["order"]
    return [each["type"] for each in order["amountSubtotalsDetails"]].count("ITEM")


def discount(zonos: Zonos) -> str:
    zonos.set(shopper_currency=False)
    adjustment = {"amount": -1, "currencyCode": "DKK", "type": "CART_TOTAL"}
    session = zonos.open(zonos.cart(adjustments=[adjustment])["id"]).json()
    return str(zonos.pay(session).json()["order"]["amountSubtotals"]["discounts"])


def shipped(zonos: Zonos) -> str:
    id = str(zonos.order()["id"])
    zonos.call(TRACK, id=id, trackingNumbers=["1Z"])
    return id


def refuses_to_cancel(zonos: Zonos, id: str) -> bool:
    return fails(CANCEL, {"id": id})(zonos)


def refuses_to_cancel_twice(zonos: Zonos) -> bool:
    id = zonos.order()["id"]
    refuses_to_cancel(zonos, id)
    return refuses_to_cancel(zonos, id)


def refuses_same_number(zonos: Zonos) -> bool:
    first, second = (
        {"id": zonos.order()["id"], "accountOrderNumber": "7"} for _ in range(2)
    )
    zonos.call(NUMBER, **first)
    return fails(NUMBER, {"input": second})(zonos)


def newest_comes_first(zonos: Zonos) -> bool:
    ids = [zonos.order()["id"] for _ in range(2)]
    return listed(zonos) == ids[::-1]


def found_at_its_moment(zonos: Zonos) -> int:
    zonos.sandbox.state.clock.stop()
    made = read(zonos, zonos.order()["id"])["createdAt"]
    return len(listed(zonos, between={"after": made}))


@contextmanager
def delivered(zonos: Zonos, status: int = 204, delay: float = 0) -> Iterator[Receiver]:
    """A receiver after the first attempt of a delivery."""
    receiver = Receiver()
    receiver.statuses, receiver.delay = [status], delay
    subscribe(zonos, receiver.url)
    zonos.order()
    eventually(lambda: logs(zonos))
    yield receiver
    receiver.close()


def sends(name: str) -> Callable[[Zonos], bool]:
    """The probe whether a delivery has a field of the order."""

    def probe(zonos: Zonos) -> bool:
        with delivered(zonos) as receiver:
            return name in receiver.received[0][1]["data"]["order"]

    return probe


def reads_secret_again(zonos: Zonos) -> bool:
    made = subscribe(zonos, "https://shop.example/webhooks")
    query = "query ($id: ID!) { webhook(id: $id) { secret } }"
    return bool(zonos.data(query, {"id": made["id"]})["webhook"]["secret"])


def state_after(status: int = 204, delay: float = 0) -> Callable[[Zonos], str]:
    def probe(zonos: Zonos) -> str:
        with delivered(zonos, status, delay):
            row = zonos.sandbox.state.store.one("SELECT state FROM delivery")
        assert row is not None
        return str(row["state"])

    return probe


def deliveries(zonos: Zonos) -> int:
    subscribe(zonos, "http://203.0.113.7/beyond-this-machine")
    zonos.order()
    return len(zonos.sandbox.state.store.all("SELECT 1 FROM delivery"))


def no_items(zonos: Zonos) -> str:
    return zonos.error(CART_CREATE, input={"items": []})
