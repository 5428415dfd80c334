"""One connection for many calls, as Zonos keeps them, and what ends it."""

from __future__ import annotations

import gc
import json
import socket
import warnings
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from flask_zonos import ZonosClient
from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.serving import LARGEST_BODY

from .conftest import CART_CREATE
from .conftest import ITEM

QUERY = json.dumps({"query": CART_CREATE, "variables": {"input": {"items": [ITEM]}}})
KEY = {"credentialToken": Sandbox.credential_token}


def address(sandbox: Sandbox) -> tuple[str, int]:
    parts = urlsplit(sandbox.url)
    assert parts.hostname is not None and parts.port is not None
    return parts.hostname, parts.port


@pytest.fixture
def connection(sandbox: Sandbox) -> Iterator[HTTPConnection]:
    """A connection that stays one: a second would be an error."""
    with closing(HTTPConnection(*address(sandbox), timeout=30)) as one:
        one.connect()
        one.auto_open = 0
        yield one


def create(connection: HTTPConnection) -> int:
    headers = {**KEY, "Content-Type": "application/json"}
    connection.request("POST", "/graphql", QUERY, headers)
    response = connection.getresponse()
    response.read()
    return response.status


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/nowhere"), ("PUT", "/graphql"), ("HEAD", "/")],
)
def test_a_body_that_nobody_reads_is_not_taken_for_the_next_request(
    connection: HTTPConnection, method: str, path: str
) -> None:
    connection.request(method, path, b"GET /stray HTTP/1.1\r\n\r\n" * 2000)
    connection.getresponse().read()
    assert [create(connection) for _ in range(2)] == [200, 200]


def test_a_body_in_chunks_is_read_to_its_end(
    connection: HTTPConnection,
) -> None:
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
    sandbox: Sandbox, head: str, status: int
) -> None:
    request = f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n\r\n"
    with closing(socket.create_connection(address(sandbox), timeout=30)) as raw:
        raw.sendall(request.encode())
        raw.sendall(b"no chunk\r\n")
        response = b"".join(iter(lambda: raw.recv(65536), b""))
    assert response.startswith(f"HTTP/1.1 {status} ".encode())


def test_connections_that_nobody_uses_do_not_hold_up_the_end() -> None:
    with Sandbox() as sandbox:
        unused = socket.create_connection(address(sandbox))
        used = HTTPConnection(*address(sandbox), timeout=30)
        create(used)
    assert used.sock.recv(1) == b""
    used.close()
    unused.close()


def test_a_client_that_is_dropped_closes_its_connection(sandbox: Sandbox) -> None:
    client = ZonosClient(sandbox.credential_token, api_url=sandbox.graphql_url)
    client.get_order("order_unknown")
    with warnings.catch_warnings(record=True) as unclosed:
        warnings.simplefilter("always", ResourceWarning)
        del client
        gc.collect()
    assert [str(warning.message) for warning in unclosed] == []
