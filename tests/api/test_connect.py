"""A connection is made to one of a host's addresses, or through a proxy, in time."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from contextlib import ExitStack
from typing import Any

import pytest

from flask_zonos import ConnectionFailed
from flask_zonos import TimedOut

from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.upstream import PATIENCE
from ..support.upstream import Received
from ..support.upstream import reply_with
from ..support.upstream import Upstream
from ..support.upstream import Wire

#: Nothing listens there: the proxy is asked, and does not get that far.
BEHIND = "https://127.0.0.1:1/graphql"


@contextmanager
def silent_address() -> Iterator[tuple[str, int]]:
    """An address that takes no connection, and refuses none."""
    with ExitStack() as stack:
        full = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(closing(socket.socket()))
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        yield full.getsockname()


def refused_address() -> tuple[str, int]:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address: tuple[str, int] = gone.getsockname()
    return address


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: tuple[str, int]) -> None:
    """Give the host these addresses; no name server can be asked here."""
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", address)
        for address in addresses
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: found)


def test_an_address_that_is_silent_leaves_time_for_the_next(
    upstream: Upstream, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_client(timeout=(1, 8))
    with silent_address() as silent:
        resolve_to(monkeypatch, silent, ("127.0.0.1", upstream.port))

        assert client.create_cart(cart()).id


def test_an_address_that_refuses_is_passed_over(
    upstream: Upstream, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, refused_address(), ("127.0.0.1", upstream.port))

    assert make_client().create_cart(cart()).id


def test_an_address_of_a_family_that_the_machine_does_not_speak_is_passed_over(
    upstream: Upstream, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = (200, socket.SOCK_STREAM, 0, "", ("::1", upstream.port))
    known = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", upstream.port))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [unknown, known])

    assert make_client().create_cart(cart()).id


def test_after_the_deadline_no_further_address_is_tried(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_client(timeout=(0.2, 8), deadline=0.5, pool_size=1)
    with silent_address() as silent:
        resolve_to(monkeypatch, *[silent] * 200)
        with pytest.raises(TimedOut):
            client.create_cart(cart())
        # With the timeout for each of them the slot would be free in 40 seconds.
        slots = client._session.get()._executor._slots
        assert slots._free.acquire(timeout=PATIENCE)


@pytest.fixture
def proxied(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> Upstream:
    """A proxy of the environment that answers as a test wants."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{upstream.port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    return upstream


def test_a_proxy_that_drips_keeps_nobody_beyond_the_deadline(
    proxied: Upstream, make_client: MakeClient
) -> None:
    def drip(received: Received, wire: Wire) -> None:
        wire.drip(begun=b"HTTP/1.1 200 OK\r\nX-A: ")

    proxied.on("*", drip)

    with pytest.raises(TimedOut):
        make_client(api_url=BEHIND, deadline=0.5).create_cart(cart())


def hang_up(received: Received, wire: Wire) -> None:
    wire.end()


@pytest.mark.parametrize(
    "answer",
    [reply_with("", status=407), reply_with("", status=502), hang_up],
)
def test_a_proxy_that_will_not_is_no_connection(
    proxied: Upstream, make_client: MakeClient, answer: Any
) -> None:
    proxied.on("*", answer)

    with pytest.raises(ConnectionFailed) as caught:
        make_client(api_url=BEHIND).create_cart(cart())

    assert not caught.value.sent
    # It is asked once more, since nothing was sent.
    assert {request.method for request in proxied.received} == {"CONNECT"}
    assert proxied.received[0].path == "127.0.0.1:1"
