"""Faults of one customer, and faults at random."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from flask_zonos.sandbox import Fault
from flask_zonos.sandbox import Sandbox

from .conftest import AUTHENTICATE
from .conftest import CART_CREATE
from .conftest import ITEM
from .conftest import Zonos

CREATE = {"input": {"items": [ITEM]}}
FAULTS = [
    Fault("status", status=503),
    Fault("status", status=429),
    Fault("no-password", "checkoutCustomerProfileAuthenticate"),
]


def authenticate(zonos: Zonos, customer_id: str) -> int:
    input = {"customerId": customer_id, "email": "anna@example.com"}
    return zonos.post(AUTHENTICATE, {"input": input}).status_code


def carts(zonos: Zonos, calls: int) -> list[int]:
    return [zonos.post(CART_CREATE, CREATE).status_code for _ in range(calls)]


def test_a_fault_of_one_customer_spares_the_others(zonos: Zonos) -> None:
    zonos.sandbox.faults.add(Fault("status", times=None, customer_id="c-1"))

    assert authenticate(zonos, "c-1") == 503
    assert authenticate(zonos, "c-2") == 200
    assert carts(zonos, 1) == [200]


def test_a_fault_of_one_customer_hits_their_orders(zonos: Zonos) -> None:
    his, other = (zonos.order(zonos.password(id))["id"] for id in ("c-1", "c-2"))
    zonos.sandbox.faults.add(Fault("status", times=None, customer_id="c-1"))
    query = "query ($orderId: String!) { order(orderId: $orderId) { id } }"

    statuses = [zonos.post(query, {"orderId": id}).status_code for id in (his, other)]

    assert statuses == [503, 200]


def test_calls_fail_at_random_in_about_the_share_asked_for(zonos: Zonos) -> None:
    chaos = zonos.sandbox.faults.at_random(share=1 / 3, seed=7, faults=FAULTS)

    statuses = carts(zonos, 120)

    assert 25 <= len(statuses) - statuses.count(200) <= 55
    assert {503, 429} < set(statuses)
    assert chaos.calls == 120
    assert chaos.drawn.total() == len(statuses) - statuses.count(200)
    assert "no-password" not in chaos.drawn  # it is for another operation


def test_a_seed_gives_each_operation_the_same_faults_in_every_run() -> None:
    runs = []
    for others in (0, 5):
        with Sandbox() as sandbox:
            zonos = Zonos(sandbox)
            sandbox.faults.at_random(share=0.5, seed=3, faults=FAULTS)
            for _ in range(others):
                authenticate(zonos, "c-1")
            runs.append(carts(zonos, 20))

    assert runs[0] == runs[1]
    assert len(set(runs[0])) > 1


def test_random_faults_are_set_and_lifted_by_a_control_route(zonos: Zonos) -> None:
    url = f"{zonos.sandbox.url}/_sandbox/faults"
    chaos = {"share": 1, "faults": [{"kind": "html"}, {"kind": "data-null"}]}

    assert requests.post(f"{url}/random", json=chaos, timeout=30).status_code == 201
    assert zonos.post("{ __typename }").text != '{"data": {"__typename": "Query"}}'
    shown = requests.get(url, timeout=30).json()["random"]
    assert (shown["share"], shown["calls"]) == (1, 1)

    requests.delete(f"{url}/random", timeout=30)
    assert carts(zonos, 3) == [200] * 3


def test_lifting_all_faults_lifts_those_at_random(zonos: Zonos) -> None:
    zonos.sandbox.faults.at_random(share=1, faults=FAULTS)

    zonos.sandbox.faults.lift()

    assert carts(zonos, 3) == [200] * 3


@pytest.mark.parametrize(
    "chaos",
    [
        {"share": 2, "faults": [{"kind": "html"}]},
        {"share": "half", "faults": [{"kind": "html"}]},
        {"share": 0.5, "faults": []},
        {"share": 0.5, "faults": [{"kind": "earthquake"}]},
        {"share": 0.5, "faults": ["html"]},
        {"faults": [{"kind": "html"}]},
    ],
)
def test_random_faults_that_make_no_sense_are_explained(
    zonos: Zonos, chaos: dict[str, Any]
) -> None:
    url = f"{zonos.sandbox.url}/_sandbox/faults/random"

    answer = requests.post(url, json=chaos, timeout=30)

    assert answer.status_code == 400
    assert answer.json()["message"]
