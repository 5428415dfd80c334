"""Connections and responses have an end: by timeout, and by the call's deadline."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import pytest

from flask_zonos import ConnectionFailed
from flask_zonos import TimedOut
from flask_zonos.api.adapter import Deadline
from flask_zonos.api.adapter import ZonosAdapter

from ..support.fault_handlers import closes
from ..support.fault_handlers import drips_after
from ..support.fault_handlers import hangs
from ..support.fault_handlers import says
from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.threads import assert_idle
from ..support.unreachable import full_backlog
from ..support.unreachable import stalling_handshake
from ..support.upstream import dripping
from ..support.upstream import Handler
from ..support.upstream import PATIENCE
from ..support.upstream import Upstream

#: Nothing listens there: the proxy is asked, and does not get that far.
BEHIND = "https://127.0.0.1:1/graphql"
IPV4 = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")


def test_after_the_deadline_no_further_address_is_tried(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_client(timeout=(0.2, 8), deadline=0.3)
    with full_backlog() as silent:
        # No name server can be asked here.
        found = [(*IPV4, silent)] * 200
        monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: found)
        with pytest.raises(TimedOut):
            client.create_cart(cart())
        # With the timeout for each of them it would take 40 seconds.
        assert_idle(client)


def test_one_wait_on_a_tls_connection_is_no_longer_than_the_call_has_left(
    secure: Upstream, ca_bundle: str
) -> None:
    adapter = ZonosAdapter(pool_size=1, ca_bundle=ca_bundle)
    context = adapter._options["ssl_context"]
    with (
        socket.create_connection(("127.0.0.1", secure.port)) as raw,
        context.wrap_socket(raw, server_hostname="127.0.0.1") as connection,
    ):
        connection.settimeout(PATIENCE)
        with Deadline(time.monotonic() + 5).applied():
            connection.send(b"POST")
        assert connection.gettimeout() <= 5


def test_a_tls_handshake_that_stalls_ends_at_the_deadline_and_so_does_its_thread(
    make_client: MakeClient, authority: Any
) -> None:
    with stalling_handshake(authority) as url:
        client = make_client(api_url=url, deadline=0.2, timeout=(PATIENCE, PATIENCE))
        with pytest.raises(TimedOut):
            client.create_cart(cart())
        assert_idle(client)


def test_a_plain_response_that_drips_ends_at_the_deadline_and_so_does_its_thread(
    upstream: Upstream, make_client: MakeClient
) -> None:
    gone = threading.Event()
    upstream.on("*", dripping(gone))
    with pytest.raises(TimedOut):
        make_client(deadline=0.2).create_cart(cart())
    # Between two pieces the thread sees that its time is over.
    assert gone.wait(PATIENCE)


def test_no_response_within_the_read_timeout_is_told_as_a_timeout_and_sent_once(
    upstream: Upstream, make_client: MakeClient
) -> None:
    upstream.on("*", hangs)
    with pytest.raises(TimedOut) as caught:
        make_client(timeout=(2, 0.1), deadline=PATIENCE).create_cart(cart())
    assert caught.value.sent
    assert len(upstream.received) == 1


@pytest.fixture
def proxied(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> Upstream:
    """A proxy of the environment that answers as a test wants."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{upstream.port}")
    return upstream


def test_a_proxy_that_drips_keeps_nobody_beyond_the_deadline(
    proxied: Upstream, make_client: MakeClient
) -> None:
    proxied.on("*", drips_after(b"HTTP/1.1 200 OK\r\nX-A: "))
    with pytest.raises(TimedOut):
        make_client(api_url=BEHIND, deadline=0.2).create_cart(cart())


@pytest.mark.parametrize("handler", [says(b"", 407), closes], ids=["refuses", "closes"])
def test_a_proxy_that_will_not_is_no_connection(
    proxied: Upstream, make_client: MakeClient, handler: Handler
) -> None:
    proxied.on("*", handler)
    with pytest.raises(ConnectionFailed) as caught:
        make_client(api_url=BEHIND).create_cart(cart())
    assert not caught.value.sent
    # It is asked once more, since nothing was sent.
    assert {request.method for request in proxied.received} == {"CONNECT"}
    assert proxied.received[0].path == "127.0.0.1:1"
