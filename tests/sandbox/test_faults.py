"""Faults: on demand, of one customer, at random."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

from flask_zonos.sandbox import Fault

from .conftest import AUTHENTICATE
from .conftest import CART_CREATE
from .conftest import ITEM
from .conftest import Zonos
from .test_control import counts

CREATE = {"input": {"items": [ITEM]}}


def create(zonos: Zonos, **more: Any) -> requests.Response:
    return zonos.post(CART_CREATE, CREATE, **more)


def create_with(zonos: Zonos, kind: str, **details: Any) -> requests.Response:
    """The response to a call that a fault hits."""
    zonos.sandbox.faults.add(Fault(kind, **details))
    return create(zonos, allow_redirects=False)


def statuses(zonos: Zonos, calls: int) -> list[int]:
    return [create(zonos).status_code for _ in range(calls)]


@pytest.mark.parametrize(
    ("kind", "executed"),
    [("reset-before", 0), ("reset-after", 1), ("closed-early", 1)],
)
def test_a_cut_connection_is_an_error_for_the_client(
    zonos: Zonos, kind: str, executed: int
) -> None:
    with pytest.raises(requests.RequestException):
        create_with(zonos, kind)
    assert counts(zonos) == (executed, 0)
    assert create(zonos).status_code == 200


def test_no_answer_lasts_until_the_client_gives_up(zonos: Zonos) -> None:
    zonos.sandbox.faults.add(Fault("no-answer", seconds=30))
    with pytest.raises(requests.Timeout):
        create(zonos, timeout=0.3)


def test_latency_comes_before_the_answer_and_a_drip_within(zonos: Zonos) -> None:
    begun = time.monotonic()
    assert create_with(zonos, "latency", seconds=[0.2, 0.3]).status_code == 200
    assert time.monotonic() - begun >= 0.2
    begun = time.monotonic()
    whole = create_with(zonos, "drip", seconds=0.001)
    assert time.monotonic() - begun >= 0.001 * len(whole.content)
    assert whole.json()["data"]["cartCreate"]["id"]


def test_odd_responses_can_be_had(zonos: Zonos) -> None:
    failed = create_with(zonos, "status", status=409)
    assert (failed.status_code, failed.json()["data"]) == (409, None)
    failed = create_with(zonos, "error", error_type="NOT_FOUND")
    (error,) = failed.json()["errors"]
    assert (failed.status_code, error["path"]) == (200, ["cartCreate"])
    assert error["extensions"]["errorType"] == "NOT_FOUND"
    truncated = create_with(zonos, "truncated")
    assert truncated.status_code == 200
    with pytest.raises(ValueError):
        truncated.json()
    html = create_with(zonos, "html")
    assert (html.status_code, html.headers["Content-Type"][:9]) == (200, "text/html")
    moved = create_with(zonos, "redirect", location="http://127.0.0.1:9/elsewhere")
    assert moved.headers["Location"] == "http://127.0.0.1:9/elsewhere"
    assert create_with(zonos, "data-null").json() == {"data": None}
    both = create_with(zonos, "data-and-errors").json()
    assert both["data"]["cartCreate"]["id"] and both["errors"]
    for seconds, header in ((None, None), (7, "7")):
        limited = create_with(zonos, "rate-limited", seconds=seconds)
        assert limited.status_code == 429
        assert limited.headers.get("Retry-After") == header


def test_what_is_made_can_be_missing_used_or_too_old(zonos: Zonos) -> None:
    faults = zonos.sandbox.faults
    faults.add(Fault("no-password"))
    assert zonos.profile()["oneTimePassword"] is None
    for kind in ("used-password", "expired-password"):
        faults.add(Fault(kind))
        cart = zonos.cart()["id"]  # its call takes the fault
        assert zonos.open(cart, zonos.password()).json()["customer"] is not None
        faults.add(Fault(kind, "checkoutCustomerProfileAuthenticate"))
        assert zonos.session(zonos.password())["customer"] is None
    faults.add(Fault("expired-cart", "cartCreate"))
    assert zonos.open(zonos.cart()["id"]).status_code == 412


def test_a_fault_can_hit_one_customers_calls_and_orders_alone(zonos: Zonos) -> None:
    ids = [zonos.order(zonos.password(id))["id"] for id in ("c-1", "c-2")]
    zonos.sandbox.faults.add(Fault("status", times=None, customer_id="c-1"))
    query = "query ($orderId: String!) { order(orderId: $orderId) { id } }"
    found = [zonos.post(query, {"orderId": id}).status_code for id in ids]
    for id in ("c-1", "c-2"):
        variables = {"input": {"email": "anna@example.com", "customerId": id}}
        found.append(zonos.post(AUTHENTICATE, variables).status_code)
    assert [*found, *statuses(zonos, 1)] == [503, 200, 503, 200, 200]


def test_calls_fail_at_random_in_about_the_share_asked_for(zonos: Zonos) -> None:
    url = f"{zonos.sandbox.url}/_sandbox/faults"
    kinds = [{"kind": "status", "status": status} for status in (503, 429)]
    other = {"kind": "no-password", "operation": "checkoutCustomerProfileAuthenticate"}
    chaos = {"share": 1 / 3, "seed": 7, "faults": [*kinds, other]}
    for lifted in (url, f"{url}/random"):
        assert zonos.control("faults/random", chaos).status_code == 201
        found = statuses(zonos, 60)
        failed = len(found) - found.count(200)
        assert 10 <= failed <= 30
        assert set(found) == {200, 503, 429}
        shown = requests.get(url, timeout=30).json()["random"]
        assert (shown["calls"], shown["drawn"]) == (60, {"status": failed})
        requests.delete(lifted, timeout=30)
        assert statuses(zonos, 10) == [200] * 10
