from __future__ import annotations

from typing import Any

import pytest
import requests
from graphql import get_introspection_query

from .conftest import AUTHENTICATE
from .conftest import CART_CREATE
from .conftest import ITEM
from .conftest import Zonos

CREATE = "mutation ($input: CartCreateInput!) { cartCreate(input: $input) { id } }"


def test_introspection_is_open_without_a_key(zonos: Zonos) -> None:
    answer = zonos.post("{ __schema { queryType { name } } }", key=None)

    assert answer.json() == {"data": {"__schema": {"queryType": {"name": "Query"}}}}


SMALL = "__schema { types { name } }"
LARGE = "__schema { types { fields { type { fields { name } } } } }"


def aliases(text: str, count: int) -> str:
    return "{ " + " ".join(f"a{i}: {text}" for i in range(count)) + " }"


@pytest.mark.parametrize(
    ("text", "status_without_key"),
    [
        (aliases(SMALL, 1000), 401),
        (aliases(LARGE, 60), 400),
        (
            "{ ...f0 }"
            + "".join(
                f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }} "
                for i in range(40)
            )
            + f"fragment f40 on Query {{ {SMALL} }}",
            400,
        ),
    ],
    ids=["many", "large", "fragments"],
)
def test_introspection_of_too_much_is_refused_before_it_runs(
    zonos: Zonos, text: str, status_without_key: int
) -> None:
    assert zonos.post(text, key=None).status_code == status_without_key
    answer = zonos.post(text)
    assert answer.status_code == 400
    assert "introspection asks for too much" in answer.json()["errors"][0]["message"]
    assert len(answer.content) < 1000


def test_the_introspection_of_any_tool_is_answered_without_a_key(zonos: Zonos) -> None:
    whole = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )

    assert "errors" not in zonos.post(whole, key=None).json()


def test_pages_of_other_origins_get_no_answer(zonos: Zonos) -> None:
    for headers in (
        {"Origin": "http://shop.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        answer = requests.post(
            zonos.sandbox.graphql_url,
            json={"query": "{ __typename }"},
            headers=headers,
            timeout=30,
        )
        assert answer.status_code == 403


@pytest.mark.parametrize("key", [None, "", "wrong", "credential_test_sandbox", "ø"])
def test_a_missing_or_wrong_key_gets_the_documented_401(
    zonos: Zonos, key: str | None
) -> None:
    headers = {} if key is None else {"credentialToken": key.encode()}
    body = {"query": '{ order(orderId: "x") { id } }'}

    answer = requests.post(
        zonos.sandbox.graphql_url, json=body, headers=headers, timeout=30
    )

    assert answer.status_code == 401
    (error,) = answer.json()["errors"]
    assert error["message"].startswith("HTTP Status 401")
    assert "extensions" not in error
    assert answer.json()["data"] is None


def test_a_get_without_an_operation_is_a_bad_request(zonos: Zonos) -> None:
    answer = requests.get(zonos.sandbox.graphql_url, timeout=30)

    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "INVALID_GRAPHQL_REQUEST"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"[]",
        b"{}",
        b'{"query": 1}',
        b'{"query": "{"}',
        b'{"query": "{ __typename }", "variables": []}',
        b'{"query": "query A { __typename } query B { __typename }"}',
        b'{"query": "{ __typename }", "operationName": "Other"}',
        b'{"query": "{ cart { id } }"}',
        b'{"query": "{ cart(id: 1) { nothing } }"}',
        b'{"query": "{ __typename }", "variables": {"a": NaN}}',
        b'{"query": "{ __typename }", "variables": {"a": "\\ud800"}}',
        b'{"query": "' + b"{a" * 5000 + b'"}',
        b'{"query": "{ __typename }", "variables": ' + b"[" * 100_000,
        b'{"query": "{ __typename }", "variables": {"a": ' + b"9" * 5000 + b"}}",
    ],
)
def test_what_is_no_request_is_refused_in_the_documented_form(
    zonos: Zonos, body: bytes
) -> None:
    headers = {"credentialToken": zonos.sandbox.credential_token}

    answer = requests.post(
        zonos.sandbox.graphql_url, data=body, headers=headers, timeout=30
    )

    assert answer.status_code == 400
    for error in answer.json()["errors"]:
        assert error["message"]
        assert error["extensions"]["errorType"] == "BAD_REQUEST"
        assert error["extensions"]["requestId"].startswith("req_")


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "24.90"},
        {"amount": True},
        {"amount": None},
        {"amount": 1e300},
        {"currencyCode": "XXX"},
        {"quantity": 1.5},
        {"quantity": 2**40},
        {"itemType": "SOLID"},
        {"colour": "red"},
        {"measurements": [{"type": "WEIGHT", "value": 1}]},
    ],
)
def test_an_item_that_the_schema_does_not_know_is_refused(
    zonos: Zonos, change: dict[str, Any]
) -> None:
    answer = zonos.post(CREATE, {"input": {"items": [{**ITEM, **change}]}})

    assert answer.status_code == 400
    assert answer.json()["data"] is None


@pytest.mark.parametrize(
    "moment",
    [
        "2026-01-01",
        "2026-01-01T10:00:00",
        "2026-13-01T10:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "0000-01-01T00:00:00Z",
        "tomorrow",
        1764000000,
    ],
)
def test_a_moment_without_zone_or_meaning_is_refused(
    zonos: Zonos, moment: object
) -> None:
    input = {"items": [ITEM], "expiresAt": moment}

    assert zonos.post(CREATE, {"input": input}).status_code == 400


@pytest.mark.parametrize(
    "change",
    [{"customerId": None}, {"email": None}, {"locations": [{"countryCode": "CA"}]}],
)
def test_a_profile_with_something_missing_is_refused(
    zonos: Zonos, change: dict[str, Any]
) -> None:
    input = {"customerId": "c-1", "email": "a@example.com", **change}

    assert zonos.post(AUTHENTICATE, {"input": input}).status_code == 400


@pytest.mark.parametrize("amount", ["0.1", "24.90", "19.999", "123456789012345678.01"])
def test_an_amount_keeps_every_digit(zonos: Zonos, amount: str) -> None:
    query = (
        "mutation { cartCreate(input: {items: [{amount: AMOUNT, currencyCode: USD,"
        ' quantity: 1, sku: "a"}]}) { items { amount } } }'
    )

    answer = zonos.post(query.replace("AMOUNT", amount))

    plain = amount.rstrip("0") if amount.endswith("0") else amount
    assert f'"amount": {plain}}}' in answer.text


def test_variables_that_the_query_does_not_declare_are_ignored(zonos: Zonos) -> None:
    assert zonos.data("{ __typename }", {"a": 1}) == {"__typename": "Query"}


def test_an_error_of_a_resolver_has_path_type_and_request_id(zonos: Zonos) -> None:
    answer = zonos.post(CREATE, {"input": {"items": []}})

    body = answer.json()
    assert answer.status_code == 200
    assert body["data"] is None
    (error,) = body["errors"]
    assert error["path"] == ["cartCreate"]
    assert error["extensions"]["errorType"] == "BAD_REQUEST"
    assert error["extensions"]["requestId"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("query", "points"),
    [
        ('{ order(orderId: "x") { id } }', 6),
        ("{ orders(first: 10) { edges { node { id } } } }", 15),
        ("{ orders(first: 10) { pageInfo { hasNextPage } totalCount } }", 5),
        ('{ order(orderId: "x") { id references { key } } }', 7),
        ('{ order(orderId: "x") { ...A } } fragment A on Order { root { id } }', 7),
    ],
)
def test_the_answer_says_what_the_query_cost(
    zonos: Zonos, query: str, points: int
) -> None:
    assert zonos.post(query).headers["zonos-query-complexity"] == str(points)


def test_a_mutation_costs_ten_and_its_object(zonos: Zonos) -> None:
    answer = zonos.post(CART_CREATE.replace("metadata { key value }", ""), None)
    assert "zonos-query-complexity" not in answer.headers  # never executed

    answer = zonos.post(CREATE, {"input": {"items": [ITEM]}})
    assert answer.headers["zonos-query-complexity"] == "11"
