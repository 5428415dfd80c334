"""Every fault of the network and every odd answer becomes one of our errors."""

from __future__ import annotations

import gzip
import inspect
import json
import socket
from typing import Any

import gql.transport.exceptions
import pytest
import requests
import requests.exceptions
import requests_mock
from gql.transport.exceptions import TransportError

import flask_zonos.api.transport
from flask_zonos import APIError
from flask_zonos import BadResponse
from flask_zonos import ConnectionFailed
from flask_zonos import ServerError
from flask_zonos import TimedOut
from flask_zonos import ZonosClient

from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.samples import profile
from ..support.upstream import Handler
from ..support.upstream import Received
from ..support.upstream import reply_with
from ..support.upstream import Upstream
from ..support.upstream import Wire
from .faults import fault
from .faults import MUTATION
from .faults import SECRET


def data_of(found: Any) -> str:
    return json.dumps({"data": {MUTATION: found}})


def test_an_answer_within_time_is_an_answer(client: ZonosClient) -> None:
    answer = client.authenticate_customer(profile())

    assert answer.one_time_password is not None
    assert answer.one_time_password.reveal() == "otp_of_1234567"


def cut_before_the_answer(received: Received, wire: Wire) -> None:
    wire.end()


def cut_within_the_headers(received: Received, wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Le")
    wire.end()


def cut_within_the_body(received: Received, wire: Wire) -> None:
    wire.send(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"data"')
    wire.end()


def cut_before_the_body(received: Received, wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")
    wire.end()


def cut_within_the_chunks(received: Received, wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{")
    wire.end()


def reset(received: Received, wire: Wire) -> None:
    wire.reset()


def no_http(received: Received, wire: Wire) -> None:
    wire.send(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
    wire.end()


@pytest.mark.parametrize(
    "handler",
    [
        cut_before_the_answer,
        cut_within_the_body,
        cut_before_the_body,
        cut_within_the_chunks,
        reset,
        no_http,
    ],
)
def test_an_answer_that_breaks_off_is_a_failed_connection_and_sent_once(
    upstream: Upstream, client: ZonosClient, handler: Handler
) -> None:
    error = fault(upstream, client, handler)

    assert type(error) is ConnectionFailed
    assert error.sent


def test_headers_that_break_off_are_a_bad_response(
    upstream: Upstream, client: ZonosClient
) -> None:
    # http.client takes the end of the connection for the end of the headers.
    assert type(fault(upstream, client, cut_within_the_headers)) is BadResponse


def test_nobody_there_is_a_failed_connection_that_sent_nothing(
    make_client: MakeClient,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    client = make_client(api_url=f"http://127.0.0.1:{port}/graphql")

    with pytest.raises(ConnectionFailed, match="ConnectionRefusedError") as caught:
        client.create_cart(cart())

    assert not caught.value.sent


def test_an_unknown_host_is_a_failed_connection_that_sent_nothing(
    upstream: Upstream, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*arguments: Any, **more: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    client = make_client()
    upstream.drop_connections()
    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(ConnectionFailed, match="gaierror") as caught:
        client.create_cart(cart())

    assert not caught.value.sent


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<!doctype html><p>" + SECRET,
        "{",
        "null",
        "7",
        '"data"',
        '["data"]',
        '{"data": null}',
        '{"data": 7}',
        '{"data": []}',
        '{"data": {}}',
        '{"data": null, "errors": []}',
        '{"errors": []}',
        "{}",
        data_of(None),
        data_of({}),
        data_of([]),
        data_of({"oneTimePassword": 7}),
        "[" * 100_000,
        b"\xff\xfe\x00",
        gzip.compress(b'{"data": {}}'),
    ],
    ids=range(21),
)
def test_an_odd_body_is_a_bad_response(
    upstream: Upstream, client: ZonosClient, body: str | bytes
) -> None:
    assert type(fault(upstream, client, reply_with(body))) is BadResponse


@pytest.mark.parametrize("given", ["", 7, None, []])
def test_a_cart_without_an_id_is_a_bad_response(
    upstream: Upstream, client: ZonosClient, given: object
) -> None:
    answer = {"data": {"cartCreate": {"id": given, "expiresAt": None}}}
    upstream.on("cartCreate", reply_with(json.dumps(answer)))

    with pytest.raises(BadResponse):
        client.create_cart(cart())


def test_an_answer_without_errors_may_lack_the_password(
    upstream: Upstream, client: ZonosClient
) -> None:
    upstream.on(MUTATION, reply_with(data_of({"oneTimePassword": None})))

    assert client.authenticate_customer(profile()).one_time_password is None


def test_an_answer_larger_than_any_asked_for_is_refused(
    upstream: Upstream, client: ZonosClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flask_zonos.api.transport, "LARGEST_BODY", 1000)

    error = fault(upstream, client, reply_with(b" " * 1001))

    assert type(error) is BadResponse
    assert "too large" in str(error)


def test_an_answer_in_chunks_is_read_whole(
    upstream: Upstream, client: ZonosClient
) -> None:
    def chunked(received: Received, wire: Wire) -> None:
        wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        answer = json.dumps({"data": {"cartCreate": {"id": "cart_é"}}}).encode()
        for at in range(0, len(answer), 7):
            part = answer[at : at + 7]
            wire.send(b"%x\r\n%s\r\n" % (len(part), part))
        wire.send(b"0\r\n\r\n")

    upstream.on("*", chunked)

    before = client.create_cart(cart()), upstream.connections

    assert (client.create_cart(cart()), upstream.connections) == before
    assert before[0].id == "cart_é"


@pytest.mark.parametrize("version", [b"HTTP/1.0", b"HTTP/1.1"])
def test_an_answer_that_ends_its_connection_is_read_whole(
    upstream: Upstream, client: ZonosClient, version: bytes
) -> None:
    def last_words(received: Received, wire: Wire) -> None:
        answer = b'{"data": {"cartCreate": {"id": "cart_1"}}}'
        wire.send(version + b" 200 OK\r\nConnection: close\r\n\r\n" + answer)
        wire.end()

    upstream.on("*", last_words)

    assert [client.create_cart(cart()).id for _ in range(2)] == ["cart_1"] * 2
    assert upstream.connections == 2


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/graphql-response+json", "text/plain", "x"],
)
def test_the_answers_content_type_and_charset_do_not_matter(
    upstream: Upstream, client: ZonosClient, content_type: str
) -> None:
    answer = '{"data": {"cartCreate": {"id": "kurv_æøå"}}}'
    headers = {"Content-Type": content_type}
    upstream.on("*", reply_with(answer, headers=headers))

    assert client.create_cart(cart()).id == "kurv_æøå"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_with_the_credential(
    upstream: Upstream, client: ZonosClient, status: int
) -> None:
    other = Upstream()
    try:
        handler = reply_with("", status=status, headers={"Location": other.url})
        error = fault(upstream, client, handler)
    finally:
        other.stop()

    assert type(error) is ServerError
    assert error.status == status
    assert other.connections == 0


@pytest.mark.parametrize("location", ["http://[", "\xff", "mailto:x", "//", "a" * 5000])
def test_an_odd_redirect_is_one_of_our_errors(
    upstream: Upstream, client: ZonosClient, location: str
) -> None:
    upstream.on(
        "*",
        lambda received, wire: wire.send(
            b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
            + location.encode("latin-1")
            + b"\r\n\r\n"
        ),
    )

    with pytest.raises(APIError):
        client.authenticate_customer(profile())


def _exceptions(module: Any, root: type[BaseException]) -> list[type[BaseException]]:
    found = [e for _, e in inspect.getmembers(module, inspect.isclass)]
    return [e for e in found if issubclass(e, root) and not issubclass(e, Warning)]


@pytest.mark.parametrize(
    "kind", _exceptions(requests.exceptions, requests.RequestException)
)
def test_every_exception_of_requests_becomes_one_of_ours(
    make_client: MakeClient, kind: type[requests.RequestException]
) -> None:
    error = kind(SECRET, "", 0) if "JSONDecode" in kind.__name__ else kind(SECRET)
    client = make_client(api_url="https://api.zonos.example/graphql")
    with requests_mock.Mocker() as mock:
        mock.post(client.api_url, exc=error)
        with pytest.raises(APIError) as caught:
            client.authenticate_customer(profile())

    timeout = issubclass(kind, requests.Timeout)
    assert isinstance(caught.value, TimedOut) == timeout
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("kind", _exceptions(gql.transport.exceptions, TransportError))
def test_every_exception_of_gql_becomes_one_of_ours(
    client: ZonosClient, monkeypatch: pytest.MonkeyPatch, kind: type[TransportError]
) -> None:
    error = kind(SECRET)

    def fails(*arguments: Any, **more: Any) -> Any:
        raise error

    monkeypatch.setattr("flask_zonos.api.transport.ZonosTransport.execute", fails)

    with pytest.raises(BadResponse) as caught:
        client.authenticate_customer(profile())

    assert SECRET not in str(caught.value)
