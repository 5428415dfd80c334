"""One open session, shared by all threads: connections are kept, and keep nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import requests_mock

from flask_zonos import ConfigurationError
from flask_zonos import ZonosClient

from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.samples import item
from ..support.shops import TOKEN
from ..support.upstream import answer_well
from ..support.upstream import held_until
from ..support.upstream import Received
from ..support.upstream import together
from ..support.upstream import Upstream
from ..support.upstream import Wire


@contextmanager
def threads(count: int) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(count) as executor:
        yield executor


def sku_back(client: ZonosClient, sku: str) -> str:
    return client.create_cart(cart(item(sku=sku))).id.removeprefix("cart_of_")


def test_calls_in_a_row_share_one_connection(
    upstream: Upstream, client: ZonosClient
) -> None:
    for _ in range(20):
        client.create_cart(cart())

    assert upstream.connections == 1


def test_two_calls_at_once_on_one_client_both_succeed(
    upstream: Upstream, client: ZonosClient
) -> None:
    upstream.on("*", together(2))
    with threads(2) as executor:
        found = list(executor.map(lambda sku: sku_back(client, sku), ["a", "b"]))

    assert found == ["a", "b"]
    assert upstream.connections == 2


def test_as_many_connections_as_calls_at_once_are_kept_for_the_next(
    upstream: Upstream, client: ZonosClient
) -> None:
    for _ in range(2):
        all_there = threading.Barrier(16)

        def meet(
            received: Received, wire: Wire, barrier: threading.Barrier = all_there
        ) -> None:
            barrier.wait(10)
            answer_well(received, wire)

        upstream.on("*", meet)
        with threads(16) as executor:
            list(executor.map(lambda n: sku_back(client, str(n)), range(16)))

    assert upstream.connections == 16


@pytest.mark.usefixtures("small_switch_interval")
def test_sixteen_threads_get_each_their_own_answer(client: ZonosClient) -> None:
    wanted = [f"sku_{n}" for n in range(400)]

    with threads(16) as executor:
        found = list(executor.map(lambda sku: sku_back(client, sku), wanted))

    assert found == wanted


@pytest.mark.usefixtures("small_switch_interval")
def test_the_client_can_be_mocked_by_requests_mock_in_threads(
    make_client: MakeClient,
) -> None:
    client = make_client(api_url="https://api.zonos.example/graphql")

    def answer(request: Any, context: Any) -> Any:
        sku = request.json()["variables"]["input"]["items"][0]["sku"]
        return {"data": {"cartCreate": {"id": f"cart_of_{sku}", "expiresAt": None}}}

    wanted = [f"sku_{n}" for n in range(64)]
    with requests_mock.Mocker() as mock, threads(8) as executor:
        mock.post(client.api_url, json=answer)
        found = list(executor.map(lambda sku: sku_back(client, sku), wanted))

    assert found == wanted


def test_a_call_leaves_nothing_on_the_shared_document(client: ZonosClient) -> None:
    client.create_cart(cart())

    document = client.cart_operation.document

    assert not hasattr(document, "variable_values")


def test_a_cookie_of_upstreams_is_not_sent_with_the_next_shoppers_call(
    upstream: Upstream, client: ZonosClient
) -> None:
    def with_cookie(received: Received, wire: Wire) -> None:
        answer = '{"data": {"cartCreate": {"id": "cart_1"}}}'
        cookie = "sid=shopper-a; Path=/"
        wire.reply(answer, headers={"Set-Cookie": cookie})

    upstream.on("*", with_cookie)
    for _ in range(3):
        client.create_cart(cart())

    assert not any("cookie" in request.headers for request in upstream.received)


def test_a_connection_that_the_server_closed_meanwhile_costs_no_call(
    upstream: Upstream, client: ZonosClient
) -> None:
    for _ in range(3):
        client.create_cart(cart())
        upstream.drop_connections()

    assert upstream.connections == 3
    assert len(upstream.received) == 3


def test_a_server_that_speaks_unasked_is_not_listened_to(
    upstream: Upstream, client: ZonosClient
) -> None:
    said = threading.Event()

    def says_more(received: Received, wire: Wire) -> None:
        answer_well(received, wire)
        forged = b'{"data": {"cartCreate": {"id": "cart_forged"}}}'
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 47\r\n\r\n" + forged)
        said.set()

    upstream.on("*", says_more)
    found = []
    for _ in range(2):
        found.append(client.create_cart(cart()).id)
        assert said.wait(10)
        said.clear()

    assert found == ["cart_of_mug", "cart_of_mug"]


def test_over_tls_what_came_with_the_response_before_is_not_listened_to(
    secure: Upstream, make_client: MakeClient, ca_bundle: str
) -> None:
    def forge(received: Received, wire: Wire) -> None:
        body = b'{"data": {"cartCreate": {"id": "cart_mine"}}}'
        forged = b'{"data": {"cartCreate": {"id": "cart_forged"}}}'
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
        # One TLS record of two buffers of http.client's: the second is left unread.
        first = (head % len(body) + body).ljust(8192)
        wire.send(first + head % len(forged) + forged)

    secure.on("*", forge)
    client = make_client(api_url=secure.url, ca_bundle=ca_bundle)

    found = [client.create_cart(cart()).id for _ in range(3)]

    assert found == ["cart_mine"] * 3
    assert len(secure.received) == 3


def test_closing_the_client_closes_its_connections_also_those_in_use(
    upstream: Upstream, client: ZonosClient
) -> None:
    gone: list[bool] = []
    released, arrived, seen = (threading.Event() for _ in range(3))

    def held(received: Received, wire: Wire) -> None:
        arrived.set()
        wire.hold(released)
        answer_well(received, wire)
        gone.append(wire.until_gone())
        wire.end()
        seen.set()

    upstream.on("*", held)
    with threads(1) as executor:
        call = executor.submit(sku_back, client, "mug")
        assert arrived.wait(10)
        client.close()
        released.set()
        assert call.result(10) == "mug"
        assert seen.wait(10)

    assert gone == [True]


def test_a_closed_client_opens_new_connections_at_the_next_call(
    upstream: Upstream, client: ZonosClient
) -> None:
    client.create_cart(cart())
    client.close()
    client.create_cart(cart())

    assert upstream.connections == 2


def test_a_request_carries_the_credential_and_names_its_operation(
    upstream: Upstream, client: ZonosClient
) -> None:
    client.create_cart(cart())

    (request,) = upstream.received
    assert (request.method, request.path) == ("POST", "/graphql")
    assert request.headers["host"] == f"127.0.0.1:{upstream.port}"
    assert request.headers["credentialtoken"] == TOKEN
    assert request.headers["content-type"] == "application/json"
    assert request.headers["accept-encoding"] == "identity"
    assert "authorization" not in request.headers
    assert request.operation == "cartCreate"


@pytest.mark.parametrize("token", [None, "", "  ", "a\nb", "a\r\nX: y", "tøken", 7])
def test_a_token_that_no_header_can_carry_is_refused_at_the_start(token: Any) -> None:
    with pytest.raises(ConfigurationError, match="ZONOS_CREDENTIAL_TOKEN") as caught:
        ZonosClient(token)

    assert "token_value" not in str(caught.value)
    assert caught.value.setting == "ZONOS_CREDENTIAL_TOKEN"


def test_blanks_around_a_token_are_left_out(
    upstream: Upstream, client: ZonosClient
) -> None:
    other = ZonosClient(f" {TOKEN}\n", api_url=upstream.url)
    other.create_cart(cart())
    other.close()

    assert upstream.received[0].headers["credentialtoken"] == TOKEN


def test_only_so_many_calls_run_at_once_as_the_pool_holds(
    upstream: Upstream, make_client: MakeClient
) -> None:
    released = threading.Event()
    upstream.on("*", held_until(released))
    client = make_client(pool_size=2)
    with threads(5) as executor:
        calls = [executor.submit(sku_back, client, str(n)) for n in range(5)]
        upstream.wait_for(2)
        assert upstream.connections == 2
        released.set()
        assert [call.result(10) for call in calls] == ["0", "1", "2", "3", "4"]

    assert upstream.connections == 2
