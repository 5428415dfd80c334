"""A good response is read in whatever form it comes, and no more of it than allowed."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from codecs import BOM_UTF8

import pytest

from flask_zonos import BadResponse
from flask_zonos import ZonosClient

from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.upstream import Handler
from ..support.upstream import PATIENCE
from ..support.upstream import Received
from ..support.upstream import reply_with
from ..support.upstream import Upstream
from ..support.upstream import Wire

RESPONSE = json.dumps(
    {"data": {"cartCreate": {"id": "kurv_æøå"}}}, ensure_ascii=False
).encode()
MIB = 1024 * 1024


def encoded(body: bytes, encoding: str) -> Handler:
    return reply_with(body, headers={"Content-Encoding": encoding})


def chunked(received: Received, wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for at in range(0, len(RESPONSE), 7):
        part = RESPONSE[at : at + 7]
        wire.send(b"%x\r\n%s\r\n" % (len(part), part))
    wire.send(b"0\r\n\r\n")


def to_the_end(received: Received, wire: Wire) -> None:
    wire.send(b"HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n" + RESPONSE)
    wire.end()


FORMS: dict[str, Handler] = {
    "gzip of a BOM": encoded(gzip.compress(BOM_UTF8 + RESPONSE), "gzip"),
    "no type": reply_with(RESPONSE, headers={"Content-Type": "x"}),
    "chunks": chunked,
    "to the end of the connection": to_the_end,
}


@pytest.mark.parametrize("handler", FORMS.values(), ids=FORMS)
def test_a_response_of_any_form_is_read_whole_and_so_is_the_next(
    upstream: Upstream, client: ZonosClient, handler: Handler
) -> None:
    upstream.on("*", handler)
    assert [client.create_cart(cart()).id for _ in range(2)] == ["kurv_æøå"] * 2


def test_a_small_response_that_decodes_to_much_is_refused_while_it_is_decoded(
    secure: Upstream, make_client: MakeClient
) -> None:
    client = make_client(api_url=secure.url, deadline=PATIENCE)
    secure.on("*", encoded(gzip.compress(bytes(128 * MIB), 1), "gzip"))
    tracemalloc.start()
    try:
        with pytest.raises(BadResponse, match="too large"):
            client.create_cart(cart())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 32 * MIB
