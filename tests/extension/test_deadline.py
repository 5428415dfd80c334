"""A deadline is for the whole call, also against an answer that drips or hangs."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from flask_zonos import Busy
from flask_zonos import TimedOut

from .conftest import MakeClient
from .samples import cart
from .threads import call_threads
from .upstream import dripping
from .upstream import Handler
from .upstream import held_until
from .upstream import PATIENCE
from .upstream import Received
from .upstream import Upstream
from .upstream import Wire


def test_an_answer_that_drips_is_cut_at_the_deadline_and_its_thread_ends(
    upstream: Upstream, make_client: MakeClient
) -> None:
    gone = threading.Event()
    before = call_threads()
    upstream.on("*", dripping(gone))
    client = make_client(deadline=1, timeout=(2, 8))

    with pytest.raises(TimedOut):
        client.create_cart(cart())

    # The call's thread has closed the connection, so it is done with it.
    assert gone.wait(PATIENCE)
    client.close()
    for thread in call_threads() - before:
        thread.join(PATIENCE)
    assert call_threads() <= before


def drip_headers(received: Received, wire: Wire) -> None:
    wire.drip(begun=b"HTTP/1.1 200 OK\r\nX-Long: ")


def drip_chunks(received: Received, wire: Wire) -> None:
    wire.drip(begun=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n")


@pytest.mark.parametrize("handler", [drip_headers, drip_chunks])
def test_dripping_headers_and_chunks_are_cut_as_well(
    upstream: Upstream, make_client: MakeClient, handler: Handler
) -> None:
    upstream.on("*", handler)

    with pytest.raises(TimedOut):
        make_client(deadline=0.3).create_cart(cart())


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
