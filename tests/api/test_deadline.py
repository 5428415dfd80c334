"""A deadline is for the whole call, also against a response that drips or hangs."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from flask_zonos import Busy
from flask_zonos import TimedOut
from flask_zonos import ZonosClient

from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.upstream import dripping
from ..support.upstream import Handler
from ..support.upstream import held_until
from ..support.upstream import PATIENCE
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire


def drip_body(received: Received, wire: Wire) -> None:
    wire.drip()


def drip_headers(received: Received, wire: Wire) -> None:
    wire.drip(begun=b"HTTP/1.1 200 OK\r\nX-Long: ")


def drip_chunks(received: Received, wire: Wire) -> None:
    wire.drip(begun=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n")


def hang(received: Received, wire: Wire) -> None:
    wire.until_gone()
    wire.end()


def assert_ends_at_the_deadline(client: ZonosClient, *, sent: bool) -> None:
    """The shopper is released, and so is the only slot: no thread stays."""
    for _ in range(2):
        with pytest.raises(TimedOut) as caught:
            client.create_cart(cart())
    ended = client._session.get()._executor._slots._free.acquire(timeout=PATIENCE)
    assert ended
    assert caught.value.sent or not sent


@pytest.mark.parametrize("handler", [drip_body, drip_headers, drip_chunks, hang])
def test_over_tls_a_response_ends_at_the_deadline_and_so_does_its_thread(
    secure: Upstream, make_client: MakeClient, ca_bundle: str, handler: Handler
) -> None:
    secure.on("*", handler)
    client = make_client(
        api_url=secure.url,
        ca_bundle=ca_bundle,
        pool_size=1,
        deadline=0.5,
        timeout=(PATIENCE, PATIENCE),
    )

    # Were the thread still at it, the second call would find no slot.
    assert_ends_at_the_deadline(client, sent=True)


def test_a_tls_handshake_that_stalls_ends_at_the_deadline_and_so_does_its_thread(
    make_client: MakeClient, ca_bundle: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = make_client(
            api_url=f"https://127.0.0.1:{silent.getsockname()[1]}/graphql",
            ca_bundle=ca_bundle,
            pool_size=1,
            deadline=0.5,
            timeout=(PATIENCE, PATIENCE),
        )
        assert_ends_at_the_deadline(client, sent=False)


def test_a_plain_response_that_drips_ends_at_the_deadline(
    upstream: Upstream, make_client: MakeClient
) -> None:
    gone = threading.Event()
    upstream.on("*", dripping(gone))

    with pytest.raises(TimedOut):
        make_client(deadline=0.5).create_cart(cart())

    # Between two pieces the thread sees that its time is over.
    assert gone.wait(PATIENCE)


def test_no_answer_within_the_read_timeout_is_told_as_a_timeout_and_sent_once(
    upstream: Upstream, make_client: MakeClient
) -> None:
    released = threading.Event()
    upstream.on("*", held_until(released))
    client = make_client(timeout=(2, 0.2), deadline=PATIENCE)

    with pytest.raises(TimedOut) as caught:
        client.create_cart(cart())
    upstream.wait_for(1)
    released.set()

    assert caught.value.sent
    assert len(upstream.received) == 1


def test_no_connection_within_the_connect_timeout_is_a_timeout_that_sent_nothing(
    make_client: MakeClient,
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for other in waiting:
            other.setblocking(False)
            other.connect_ex(address)
        client = make_client(
            api_url=f"http://127.0.0.1:{address[1]}/graphql", timeout=(0.2, 8)
        )
        with pytest.raises(TimedOut) as caught:
            client.create_cart(cart())
        for other in waiting:
            other.close()

    assert not caught.value.sent


def test_a_name_that_cannot_be_looked_up_does_not_hold_the_caller(
    upstream: Upstream, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, over = threading.Event(), threading.Event()

    def hangs(*arguments: Any, **more: Any) -> Any:
        released.wait(PATIENCE)
        over.set()
        raise socket.gaierror(socket.EAI_AGAIN, "no answer")

    client = make_client(deadline=0.2)
    upstream.drop_connections()
    monkeypatch.setattr(socket, "getaddrinfo", hangs)

    with pytest.raises(TimedOut):
        client.create_cart(cart())

    assert not over.is_set()
    released.set()


def test_a_call_that_finds_no_place_within_its_deadline_is_busy_and_never_sent(
    upstream: Upstream, make_client: MakeClient
) -> None:
    released = threading.Event()
    upstream.on("*", held_until(released))
    client = make_client(pool_size=1, deadline=PATIENCE)
    first = threading.Thread(target=client.create_cart, args=(cart(),))
    first.start()
    upstream.wait_for(1)

    client.deadline = 0.1
    with pytest.raises(Busy):
        client.create_cart(cart())
    released.set()
    first.join()

    assert len(upstream.received) == 1


def test_the_place_of_a_call_is_free_again_once_its_thread_is_done(
    upstream: Upstream, make_client: MakeClient
) -> None:
    client = make_client(pool_size=1)
    upstream.on("*", lambda received, wire: wire.reset())
    for _ in range(3):
        with pytest.raises(Exception, match="broke"):
            client.create_cart(cart())

    assert len(upstream.received) == 3
