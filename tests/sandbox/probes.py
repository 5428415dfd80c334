"""Probes of a sandbox from outside, for the table of its settings."""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from typing import Any

import requests

from ..support.threads import assert_soon
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
from .test_webhooks import logs
from .test_webhooks import Receiver
from .test_webhooks import subscribe

LONG_AGO = "2020-01-01T00:00:00Z"
UNKNOWN_CART = '{ cart(id: "cart_unknown") { id } }'
UNKNOWN_ORDER = '{ order(orderId: "order_unknown") { id } }'


def fails(query: str, variables: dict[str, Any] | None = None) -> Callable[..., bool]:
    """The probe whether a call ends with an error."""
    return lambda zonos: "errors" in zonos.post(query, variables).json()


def takes(mutation: str, **input: Any) -> Callable[[Zonos], bool]:
    return lambda zonos: not fails(mutation, {"input": input})(zonos)


def status(query: str, **input: Any) -> Callable[[Zonos], int]:
    return lambda zonos: zonos.post(query, {"input": input}).status_code


def status_without_key(zonos: Zonos) -> int:
    return zonos.post("{ carts { totalCount } }", key=None).status_code


def connection_header(zonos: Zonos) -> str | None:
    return zonos.post("{ __typename }").headers.get("Connection")


def cost_of_a_list(zonos: Zonos) -> str:
    query = '{ order(orderId: "x") { references { key } } }'
    return zonos.post(query).headers["zonos-query-complexity"]


def no_items(zonos: Zonos) -> str:
    return zonos.error(CART_CREATE, input={"items": []})


def gives_milliseconds(zonos: Zonos) -> bool:
    return "." in zonos.cart(expiresAt="2030-01-01T00:00:00Z")["expiresAt"]


def takes_its_time(call: Callable[[Zonos], Any]) -> Callable[[Zonos], bool]:
    """The probe whether each of some calls takes at least 0.3 seconds."""

    def probe(zonos: Zonos) -> bool:
        started = [time.monotonic()]
        for _ in range(3):
            call(zonos)
            started.append(time.monotonic())
        return min(b - a for a, b in pairwise(started)) >= 0.3

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
    return [takes(CART_CREATE, items=[ITEM], expiresAt=day)(zonos) for day in days]


def second_call(zonos: Zonos) -> requests.Response:
    """The second of two calls that cost six points, a second after the first."""
    zonos.sandbox.state.clock.stop()
    zonos.post(UNKNOWN_ORDER)
    zonos.sandbox.state.clock.advance(1)
    return zonos.post(UNKNOWN_ORDER)


def second_calls_status(zonos: Zonos) -> int:
    return second_call(zonos).status_code


def throttled(zonos: Zonos) -> str:
    (error,) = second_call(zonos).json()["errors"]
    return str(error["extensions"]["errorType"])


def retry_after(zonos: Zonos) -> str | None:
    return second_call(zonos).headers.get("Retry-After")


# ------------------------------------------------------------- carts and profiles


def lifetime(zonos: Zonos) -> int:
    """Of a cart, in seconds."""
    zonos.sandbox.state.clock.stop()
    expires = datetime.fromisoformat(zonos.cart()["expiresAt"])
    left = expires - zonos.sandbox.state.clock.now()
    return round(left.total_seconds())


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


def ordered_cart_again(zonos: Zonos) -> int:
    return zonos.open(ordered_cart(zonos)).status_code


def changes_ordered_cart(zonos: Zonos) -> bool:
    return takes(CART_UPDATE, id=ordered_cart(zonos))(zonos)


def second_email(zonos: Zonos) -> str:
    zonos.profile(email="old@example.com")
    return str(zonos.profile(email="new@example.com")["email"])


def same_location_twice(zonos: Zonos) -> int:
    zonos.profile(locations=[location("One")])
    return len(zonos.profile(locations=[location("One")])["locations"])


def takes_place(**change: str) -> Callable[[Zonos], bool]:
    person = {"customerId": "c-1", "email": "anna@example.com"}
    return takes(AUTHENTICATE, **person, locations=[{**location("One"), **change}])


def wrong_password(zonos: Zonos) -> int:
    return zonos.open(zonos.cart()["id"], "wrong").status_code


def takes_phones(zonos: Zonos) -> list[bool]:
    phones = ("+16045550100", "(604) 555-0100", "call me")
    return [takes_place(phone=phone)(zonos) for phone in phones]


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
    others = zonos.cart(items=[{**ITEM, "sku": "bowl"}])["id"]
    zonos.pay(zonos.open(others, zonos.password("c-1")).json())
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


def shipped_status(zonos: Zonos) -> str:
    tracked = {"id": zonos.order()["id"], "trackingNumbers": ["1Z"]}
    return str(zonos.call(TRACK, **tracked)["status"])


def refuses_to_cancel(mutation: str) -> Callable[[Zonos], bool]:
    """The probe whether an order cannot be cancelled after it was changed so."""

    def probe(zonos: Zonos) -> bool:
        id = zonos.order()["id"]
        zonos.post(mutation, {"id": id, "input": {"id": id, "trackingNumbers": ["1Z"]}})
        return fails(CANCEL, {"id": id})(zonos)

    return probe


def takes_same_number(zonos: Zonos) -> bool:
    zonos.call(NUMBER, id=zonos.order()["id"], accountOrderNumber="7")
    return takes(NUMBER, id=zonos.order()["id"], accountOrderNumber="7")(zonos)


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
    assert_soon(lambda: logs(zonos))
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
