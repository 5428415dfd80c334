from __future__ import annotations

import time
from typing import Any

import pytest
import requests
from requests.exceptions import ChunkedEncodingError

from flask_zonos.sandbox.control.faults import KINDS

from .conftest import CART_CREATE
from .conftest import ITEM
from .conftest import Zonos

CREATE = {"input": {"items": [ITEM]}}


def set_fault(zonos: Zonos, kind: str, **details: Any) -> requests.Response:
    url = f"{zonos.sandbox.url}/_sandbox/faults"
    return requests.post(url, json={"kind": kind, **details}, timeout=30)


def create(zonos: Zonos) -> requests.Response:
    return zonos.post(CART_CREATE, CREATE)


def count(zonos: Zonos) -> int:
    return int(zonos.data("{ carts { totalCount } }")["carts"]["totalCount"])


@pytest.mark.parametrize(
    ("kind", "executed"),
    [("reset-before", 0), ("reset-after", 1), ("closed-early", 1)],
)
def test_a_cut_connection_is_an_error_for_the_client(
    zonos: Zonos, kind: str, executed: int
) -> None:
    set_fault(zonos, kind)

    with pytest.raises((requests.ConnectionError, ChunkedEncodingError)):
        create(zonos)

    assert count(zonos) == executed
    assert create(zonos).status_code == 200


def test_a_truncated_answer_is_no_json(zonos: Zonos) -> None:
    set_fault(zonos, "truncated")

    answer = create(zonos)

    assert answer.status_code == 200
    with pytest.raises(ValueError):
        answer.json()


def test_no_answer_lasts_until_the_client_gives_up(zonos: Zonos) -> None:
    set_fault(zonos, "no-answer", seconds=30)
    headers = {"credentialToken": zonos.sandbox.credential_token}
    body = {"query": CART_CREATE, "variables": CREATE}

    with pytest.raises(requests.Timeout):
        requests.post(zonos.sandbox.graphql_url, json=body, headers=headers, timeout=1)


def test_a_body_that_drips_is_whole_in_the_end(zonos: Zonos) -> None:
    set_fault(zonos, "drip", seconds=0.001)
    begun = time.monotonic()

    answer = create(zonos)

    assert time.monotonic() - begun >= 0.001 * len(answer.content)
    assert answer.json()["data"]["cartCreate"]["id"]


def test_latency_comes_before_the_answer(zonos: Zonos) -> None:
    set_fault(zonos, "latency", seconds=[0.2, 0.3])
    begun = time.monotonic()

    assert create(zonos).status_code == 200

    assert time.monotonic() - begun >= 0.2


@pytest.mark.parametrize("status", [400, 401, 404, 409, 412, 422, 429, 500, 503, 504])
def test_each_status_of_the_error_table_can_be_had(zonos: Zonos, status: int) -> None:
    set_fault(zonos, "status", status=status)

    answer = create(zonos)

    assert answer.status_code == status
    assert answer.json()["data"] is None


@pytest.mark.parametrize(
    "error_type", ["UNAVAILABLE", "BAD_REQUEST", "NOT_FOUND", "INTERNAL", "UNKNOWN"]
)
def test_each_class_of_graphql_error_can_be_had(zonos: Zonos, error_type: str) -> None:
    set_fault(zonos, "error", error_type=error_type)

    answer = create(zonos)

    (error,) = answer.json()["errors"]
    assert answer.status_code == 200
    assert error["extensions"]["errorType"] == error_type
    assert error["path"] == ["cartCreate"]


def test_answers_can_be_html_redirects_or_empty(zonos: Zonos) -> None:
    set_fault(zonos, "html")
    set_fault(zonos, "redirect", location="http://127.0.0.1:9/elsewhere", times=2)

    html = create(zonos)
    assert (html.status_code, html.headers["Content-Type"][:9]) == (200, "text/html")
    headers = {"credentialToken": zonos.sandbox.credential_token}
    moved = requests.post(
        zonos.sandbox.graphql_url,
        json={"query": "{ __typename }"},
        headers=headers,
        timeout=30,
        allow_redirects=False,
    )
    assert moved.headers["Location"] == "http://127.0.0.1:9/elsewhere"

    set_fault(zonos, "data-null")
    assert create(zonos).json() == {"data": None}


def test_data_and_errors_come_together(zonos: Zonos) -> None:
    set_fault(zonos, "data-and-errors")

    body = create(zonos).json()

    assert body["data"]["cartCreate"]["id"]
    assert body["errors"]


@pytest.mark.parametrize(("seconds", "header"), [(None, None), (7, "7")])
def test_429_comes_with_and_without_retry_after(
    zonos: Zonos, seconds: int | None, header: str | None
) -> None:
    set_fault(zonos, "rate-limited", seconds=seconds)

    answer = create(zonos)

    assert answer.status_code == 429
    assert answer.headers.get("Retry-After") == header


def test_a_password_can_be_missing_used_or_too_old(zonos: Zonos) -> None:
    set_fault(zonos, "no-password")
    assert zonos.profile()["oneTimePassword"] is None

    for kind in ("used-password", "expired-password"):
        set_fault(zonos, kind)
        session = zonos.open(zonos.cart()["id"], zonos.password())
        assert session.json()["customer"] is not None  # the cart's call took the fault

        set_fault(zonos, kind, operation="checkoutCustomerProfileAuthenticate")
        session = zonos.open(zonos.cart()["id"], zonos.password())
        assert session.json()["customer"] is None


def test_a_cart_can_be_made_expired(zonos: Zonos) -> None:
    set_fault(zonos, "expired-cart", operation="cartCreate")

    assert zonos.open(zonos.cart()["id"]).status_code == 412


def test_a_fault_hits_its_operation_so_often_and_no_more(zonos: Zonos) -> None:
    set_fault(zonos, "status", operation="cartCreate", times=2)

    assert count(zonos) == 0
    answers = [create(zonos).status_code for _ in range(3)]

    assert answers == [503, 503, 200]


def test_a_fault_without_end_is_lifted(zonos: Zonos) -> None:
    id = set_fault(zonos, "status", times=None).json()["id"]
    assert [create(zonos).status_code for _ in range(2)] == [503, 503]

    requests.delete(f"{zonos.sandbox.url}/_sandbox/faults/{id}", timeout=30)

    assert create(zonos).status_code == 200


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "earthquake"},
        {"kind": "latency"},
        {"kind": "latency", "seconds": "long"},
        {"kind": "status", "status": 200},
        {"kind": "error", "error_type": "SAD"},
        {"kind": "html", "times": 0},
        {"kind": "html", "colour": "red"},
        {},
    ],
)
def test_a_fault_that_makes_no_sense_is_explained(
    zonos: Zonos, fault: dict[str, Any]
) -> None:
    url = f"{zonos.sandbox.url}/_sandbox/faults"

    answer = requests.post(url, json=fault, timeout=30)

    assert answer.status_code == 400
    assert answer.json()["message"]


def test_every_kind_of_fault_is_explained_and_leaves_the_sandbox_alive(
    zonos: Zonos,
) -> None:
    for kind in KINDS:
        set_fault(zonos, kind, seconds=0)
        try:
            zonos.post(CART_CREATE, CREATE)
        except requests.RequestException:
            pass

    assert zonos.data("{ __typename }") == {"__typename": "Query"}


def test_a_mistyped_operation_is_refused_with_those_there_are(zonos: Zonos) -> None:
    refused = set_fault(zonos, "error", operation="createCart")
    fault = {"kind": "error", "operation": "createCart"}
    url = f"{zonos.sandbox.url}/_sandbox/faults/random"
    at_random = requests.post(url, json={"share": 1, "faults": [fault]}, timeout=30)

    for answer in (refused, at_random):
        assert answer.status_code == 400
        assert "no operation 'createCart'" in answer.text
        assert "cartCreate, " in answer.text
    assert create(zonos).status_code == 200
    assert zonos.sandbox.faults.as_list() == []
    assert zonos.sandbox.faults.random_as_dict() is None


@pytest.mark.parametrize("operation", ["*", "__schema", "cartCreate", "order"])
def test_each_operation_that_is_called_may_be_hit(zonos: Zonos, operation: str) -> None:
    assert set_fault(zonos, "error", operation=operation).status_code == 201
