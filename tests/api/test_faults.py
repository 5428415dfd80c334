"""Every fault and every odd response becomes one of our errors, and has an end.

By timeout, by the call's deadline, and by size.
"""

from __future__ import annotations

import gzip
import socket
import time
import tracemalloc
from codecs import BOM_UTF8

import pytest
import trustme

from flask_zonos import APIError
from flask_zonos import BadResponse
from flask_zonos import TimedOut
from flask_zonos import ZonosClient
from flask_zonos.api.adapter import Deadline
from flask_zonos.api.adapter import ZonosAdapter

from ..support.fault_handlers import CART
from ..support.fault_handlers import drips
from ..support.fault_handlers import errors
from ..support.fault_handlers import hangs
from ..support.fault_handlers import REQUEST_ID
from ..support.fault_handlers import TOLD
from ..support.faults import BESIDE
from ..support.faults import Fault
from ..support.faults import TABLE
from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.samples import profile
from ..support.threads import assert_idle
from ..support.unreachable import full_backlog
from ..support.unreachable import stalling_handshake
from ..support.unreachable import UNREACHABLE
from ..support.unreachable import Unreachable
from ..support.upstream import Handler
from ..support.upstream import PATIENCE
from ..support.upstream import Received
from ..support.upstream import reply_with
from ..support.upstream import Upstream
from ..support.upstream import Wire

#: Those that end by themselves; the others are in tests/web/test_faults.py.
FAULTS = {
    name: fault for name, fault in TABLE.items() if fault.error and not fault.lasts
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_an_error_that_tells_no_text_of_upstreams(
    upstream: Upstream, client: ZonosClient, fault: Fault
) -> None:
    upstream.on("*", fault.handler)
    with pytest.raises(APIError) as caught:
        client.authenticate_customer(profile())

    error = caught.value
    assert type(error) is fault.error
    assert fault.log in str(error)
    assert TOLD not in str(error)
    assert "\n" not in str(error)
    assert error.request_id == (REQUEST_ID if fault.told else None)
    assert error.sent
    assert error.__cause__ is error.__context__ is None
    assert len(upstream.received) == fault.times


@pytest.mark.parametrize("unreachable", UNREACHABLE.values(), ids=UNREACHABLE)
def test_without_a_connection_the_error_says_whether_anything_was_sent(
    authority: trustme.CA,
    make_client: MakeClient,
    unreachable: Unreachable,
) -> None:
    with unreachable.address(authority) as url:
        client = make_client(
            api_url=url,
            timeout=(unreachable.connect, PATIENCE),
            deadline=unreachable.deadline,
        )
        with pytest.raises(APIError) as caught:
            client.create_cart(cart())

    assert type(caught.value) is unreachable.error
    assert unreachable.log in str(caught.value)
    assert caught.value.sent == unreachable.sent


def test_a_cart_that_comes_with_errors_is_kept_and_the_log_says_so(
    upstream: Upstream, client: ZonosClient, caplog: pytest.LogCaptureFixture
) -> None:
    upstream.on(CART, errors("INTERNAL", data=BESIDE))
    assert client.create_cart(cart()).id == "cart_1"
    [record] = [r for r in caplog.records if r.name == "flask_zonos.api.session"]
    assert REQUEST_ID in record.getMessage()
    assert TOLD not in record.getMessage()


RESPONSE = '{"data": {"cartCreate": {"id": "kurv_æøå"}}}'.encode()
MIB = 1024 * 1024


def zipped(body: bytes) -> Handler:
    return reply_with(gzip.compress(body, 1), headers={"Content-Encoding": "gzip"})


def chunked(received: Received, wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for at in range(0, len(RESPONSE), 7):
        part = RESPONSE[at : at + 7]
        wire.send(b"%x\r\n%s\r\n" % (len(part), part))
    wire.send(b"0\r\n\r\n")


@pytest.mark.parametrize("handler", [zipped(BOM_UTF8 + RESPONSE), chunked])
def test_a_response_of_any_form_is_read_whole_and_so_is_the_next(
    upstream: Upstream, client: ZonosClient, handler: Handler
) -> None:
    upstream.on("*", handler)
    assert [client.create_cart(cart()).id for _ in range(2)] == ["kurv_æøå"] * 2


def test_a_small_response_that_decodes_to_much_is_refused_while_it_is_decoded(
    secure: Upstream, make_client: MakeClient
) -> None:
    client = make_client(api_url=secure.url, deadline=PATIENCE)
    secure.on("*", zipped(bytes(128 * MIB)))
    tracemalloc.start()
    try:
        with pytest.raises(BadResponse, match="too large"):
            client.create_cart(cart())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 32 * MIB


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
        with Deadline(time.monotonic() + 20).applied():
            connection.send(b"POST")
        assert connection.gettimeout() <= 20


def test_what_stalls_or_drips_ends_at_the_deadline_and_so_does_its_thread(
    upstream: Upstream, authority: trustme.CA, make_client: MakeClient
) -> None:
    upstream.on("*", drips)
    with stalling_handshake(authority) as silent:
        for url in (silent, upstream.url):
            client = make_client(
                api_url=url, deadline=0.2, timeout=(PATIENCE, PATIENCE)
            )
            with pytest.raises(TimedOut):
                client.create_cart(cart())
            assert_idle(client)


def test_no_response_within_the_read_timeout_is_told_as_a_timeout_and_sent_once(
    upstream: Upstream, make_client: MakeClient
) -> None:
    upstream.on("*", hangs)
    with pytest.raises(TimedOut) as caught:
        make_client(timeout=(2, 0.1), deadline=PATIENCE).create_cart(cart())
    assert caught.value.sent
    upstream.wait_for(1)
    assert len(upstream.received) == 1
