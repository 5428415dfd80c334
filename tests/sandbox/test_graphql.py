"""The GraphQL endpoint: what it takes, what it refuses and in which form."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from graphql import assert_valid_schema
from graphql import get_introspection_query

from flask_zonos.sandbox.control.options import Options
from flask_zonos.sandbox.graph.schema import build_graph

from .conftest import CART_CREATE
from .conftest import ITEM
from .conftest import Zonos

SMALL = "__schema { types { name } }"
LARGE = "__schema { types { fields { type { fields { name } } } } }"
FRAGMENTS = "".join(
    f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }} " for i in range(40)
)
EMPTY = b'{"query": "{ __typename }"'
BODIES = {
    "nothing": b"",
    "a list": b"[]",
    "variables": EMPTY + b', "variables": []}',
    "two": b'{"query": "query A { __typename } query B { __typename }"}',
    "name": EMPTY + b', "operationName": "Other"}',
    "nan": EMPTY + b', "variables": {"a": NaN}}',
    "surrogate": EMPTY + b', "variables": {"a": "\\ud800"}}',
    "deep": b'{"query": "' + b"{a" * 5000 + b'"}',
    "deep variables": EMPTY + b', "variables": ' + b"[" * 100_000,
    "digits": EMPTY + b', "variables": {"a": ' + b"9" * 5000 + b"}}",
}


def aliases(text: str, count: int) -> str:
    return "{ " + " ".join(f"a{i}: {text}" for i in range(count)) + " }"


@pytest.mark.parametrize(
    ("text", "status_without_key"),
    [
        (aliases(SMALL, 1000), 401),
        (aliases(LARGE, 60), 400),
        (f"{{ ...f0 }}{FRAGMENTS}fragment f40 on Query {{ {SMALL} }}", 400),
    ],
    ids=["many", "large", "fragments"],
)
def test_introspection_of_too_much_is_refused_before_it_runs(
    zonos: Zonos, text: str, status_without_key: int
) -> None:
    assert zonos.post(text, key=None).status_code == status_without_key
    refused = zonos.post(text)
    assert refused.status_code == 400
    assert "introspection asks for too much" in refused.json()["errors"][0]["message"]
    assert len(refused.content) < 1000


def test_the_introspection_of_any_tool_is_answered_without_a_key(zonos: Zonos) -> None:
    whole = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    assert "errors" not in zonos.post(whole, key=None).json()


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://shop.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_pages_of_other_origins_get_no_answer(
    zonos: Zonos, headers: dict[str, str]
) -> None:
    body, url = {"query": "{ __typename }"}, zonos.sandbox.graphql_url
    refused = requests.post(url, json=body, headers=headers, timeout=30)
    assert refused.status_code == 403


@pytest.mark.parametrize("key", [None, "wrong", "credential_test_sandbox", "ø"])
def test_a_missing_or_wrong_key_gets_the_documented_401(
    zonos: Zonos, key: str | None
) -> None:
    refused = zonos.post('{ order(orderId: "x") { id } }', key=key)
    assert refused.status_code == 401
    (error,) = refused.json()["errors"]
    assert error["message"].startswith("HTTP Status 401")
    assert "extensions" not in error
    assert refused.json()["data"] is None


def test_a_get_without_an_operation_is_a_bad_request(zonos: Zonos) -> None:
    refused = requests.get(zonos.sandbox.graphql_url, timeout=30)
    (error,) = refused.json()["errors"]
    assert refused.status_code == 400
    assert error["extensions"]["code"] == "INVALID_GRAPHQL_REQUEST"


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_is_no_request_is_refused_in_the_documented_form(
    zonos: Zonos, body: bytes
) -> None:
    refused = zonos.post("", json=None, data=body)
    assert refused.status_code == 400
    for error in refused.json()["errors"]:
        assert error["message"]
        assert error["extensions"]["errorType"] == "BAD_REQUEST"
        assert error["extensions"]["requestId"].startswith("req_")


UNFIT: list[dict[str, Any]] = [
    {"items": [{**ITEM, "amount": True}]},
    {"items": [{**ITEM, "amount": 1e300}]},
    {"items": [ITEM], "expiresAt": "9999-12-31T23:59:59-23:59"},
    {"items": [ITEM], "expiresAt": "0000-01-01T00:00:00Z"},
]


@pytest.mark.parametrize("input", UNFIT, ids=str)
def test_what_does_not_fit_the_schema_is_refused(
    zonos: Zonos, input: dict[str, Any]
) -> None:
    refused = zonos.post(CART_CREATE, {"input": input})
    assert refused.status_code == 400
    assert refused.json()["data"] is None


def test_an_error_of_a_resolver_has_path_type_and_request_id(zonos: Zonos) -> None:
    failed = zonos.post(CART_CREATE, {"input": {"items": []}, "undeclared": 1})
    assert (failed.status_code, failed.json()["data"]) == (200, None)
    (error,) = failed.json()["errors"]
    assert error["path"] == ["cartCreate"]
    assert error["extensions"]["errorType"] == "BAD_REQUEST"
    assert error["extensions"]["requestId"] == failed.headers["x-request-id"]


@pytest.mark.parametrize(
    ("query", "points"),
    [
        ("{ orders(first: 10) { edges { node { id } } } }", "15"),
        ("query ($n: Int) { orders(first: $n) { edges { node { id } } } }", "105"),
        ('{ order(orderId: "x") { id references { key } } }', "7"),
        ('{ order(orderId: "x") { ...A } } fragment A on Order { root { id } }', "7"),
        ("mutation { cartCreate(input: {items: []}) { id } }", "11"),
        ("mutation { cartCreate { id } }", None),  # never executed
    ],
)
def test_the_answer_says_what_the_query_cost(
    zonos: Zonos, query: str, points: str | None
) -> None:
    assert zonos.post(query).headers.get("zonos-query-complexity") == points


def test_the_schema_is_one_and_every_root_field_has_a_resolver() -> None:
    schema = build_graph(Options())
    assert_valid_schema(schema)
    assert schema.query_type is not None and schema.mutation_type is not None
    fields = {**schema.query_type.fields, **schema.mutation_type.fields}
    assert [name for name, field in fields.items() if field.resolve is None] == []
