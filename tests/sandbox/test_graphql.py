"""The GraphQL endpoint: what it takes and refuses, how, and over which connection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
import requests
from graphql import get_introspection_query

from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.serving import LARGEST_BODY

from .conftest import CART_CREATE
from .conftest import ITEM
from .conftest import Zonos

QUERY = json.dumps({"query": CART_CREATE, "variables": {"input": {"items": [ITEM]}}})
KEY = {"credentialToken": Sandbox.credential_token}
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
        (f"{{ ... {aliases(LARGE, 60)} }}", 400),
        (f"{{ ...f0 }}{FRAGMENTS}fragment f40 on Query {{ {SMALL} }}", 400),
    ],
    ids=["many", "large", "inline", "fragments"],
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
    whole = get_introspection_query(input_value_deprecation=True)
    assert "errors" not in zonos.post(whole, key=None).json()


def test_pages_of_other_origins_get_no_answer(zonos: Zonos) -> None:
    body, url = {"query": "{ __typename }"}, zonos.sandbox.graphql_url
    for headers in (
        {"Origin": "http://shop.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        refused = requests.post(url, json=body, headers=headers, timeout=30)
        assert refused.status_code == 403


def test_a_missing_or_wrong_key_gets_the_documented_401(zonos: Zonos) -> None:
    for key in (None, "wrong", "credential_test_sandbox", "ø"):
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


def test_what_does_not_fit_the_schema_is_refused(zonos: Zonos) -> None:
    for unfit in (
        {"items": [{**ITEM, "amount": True}]},
        {"items": [{**ITEM, "amount": 1e300}]},
        {"items": [ITEM], "expiresAt": "9999-12-31T23:59:59-23:59"},
        {"items": [ITEM], "expiresAt": "0000-01-01T00:00:00Z"},
    ):
        refused = zonos.post(CART_CREATE, {"input": unfit})
        assert refused.status_code == 400, unfit
        assert refused.json()["data"] is None


def test_an_error_of_a_resolver_has_path_type_and_request_id(zonos: Zonos) -> None:
    failed = zonos.post(CART_CREATE, {"input": {"items": []}, "undeclared": 1})
    assert (failed.status_code, failed.json()["data"]) == (200, None)
    (error,) = failed.json()["errors"]
    assert error["path"] == ["cartCreate"]
    assert error["extensions"]["errorType"] == "BAD_REQUEST"
    assert error["extensions"]["requestId"] == failed.headers["x-request-id"]


def test_the_answer_says_what_the_query_cost(zonos: Zonos) -> None:
    for query, points in (
        ("{ orders(first: 10) { edges { node { id } } } }", "15"),
        ("query ($n: Int) { orders(first: $n) { edges { node { id } } } }", "105"),
        ('{ order(orderId: "x") { id references { key } } }', "7"),
        ('{ order(orderId: "x") { ...A } } fragment A on Order { root { id } }', "7"),
        ("mutation { cartCreate(input: {items: []}) { id } }", "11"),
        ("mutation { cartCreate { id } }", None),  # never executed
    ):
        found = zonos.post(query).headers.get("zonos-query-complexity")
        assert found == points, query


@pytest.fixture
def connection(sandbox: Sandbox) -> Iterator[HTTPConnection]:
    """A connection that stays one: a second would be an error."""
    with closing(HTTPConnection(urlsplit(sandbox.url).netloc, timeout=30)) as one:
        one.connect()
        one.auto_open = 0
        yield one


def create(connection: HTTPConnection) -> int:
    headers = {**KEY, "Content-Type": "application/json"}
    connection.request("POST", "/graphql", QUERY, headers)
    response = connection.getresponse()
    response.read()
    return response.status


def test_a_body_that_nobody_reads_is_not_taken_for_the_next_request(
    connection: HTTPConnection,
) -> None:
    for method, path in (("POST", "/nowhere"), ("PUT", "/graphql"), ("HEAD", "/")):
        connection.request(method, path, b"GET /stray HTTP/1.1\r\n\r\n" * 2000)
        connection.getresponse().read()
        assert [create(connection) for _ in range(2)] == [200, 200], method


def test_a_body_in_chunks_is_read_to_its_end(connection: HTTPConnection) -> None:
    for _ in range(2):
        halves = iter([QUERY[:9].encode(), QUERY[9:].encode()])
        connection.request("POST", "/graphql", halves, KEY, encode_chunked=True)
        response = connection.getresponse()
        assert json.loads(response.read())["data"]["cartCreate"]["id"]


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (f"Content-Length: {LARGEST_BODY + 1}", 413),
        ("Content-Length: -5", 400),
        ("Content-Length: five", 400),
        ("Transfer-Encoding: chunked", 400),
    ],
)
def test_a_body_that_cannot_be_read_ends_the_connection(
    connection: HTTPConnection, head: str, status: int
) -> None:
    request = f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n\r\n"
    connection.sock.sendall(request.encode())
    connection.sock.sendall(b"no chunk\r\n")
    response = b"".join(iter(lambda: connection.sock.recv(65536), b""))
    assert response.startswith(f"HTTP/1.1 {status} ".encode())
