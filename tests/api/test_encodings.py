"""A response is read in the form it comes in, and refused where it is too large."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from codecs import BOM_UTF8

import pytest

from flask_zonos import APIError
from flask_zonos import BadResponse
from flask_zonos import ZonosClient

from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.upstream import PATIENCE
from ..support.upstream import reply_with
from ..support.upstream import Upstream

RESPONSE = json.dumps({"data": {"cartCreate": {"id": "kurv_æøå"}}}).encode()
MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(RESPONSE), "gzip"),
        (zlib.compress(RESPONSE), "deflate"),
        (gzip.compress(BOM_UTF8 + RESPONSE), "gzip"),
        (BOM_UTF8 + RESPONSE, "identity"),
    ],
    ids=["gzip", "deflate", "gzip of a BOM", "a BOM"],
)
def test_an_encoded_response_is_read(
    upstream: Upstream, client: ZonosClient, body: bytes, encoding: str
) -> None:
    upstream.on("*", reply_with(body, headers={"Content-Encoding": encoding}))

    assert client.create_cart(cart()).id == "kurv_æøå"


@pytest.mark.parametrize(
    "body",
    [b"no gzip", gzip.compress(RESPONSE)[:-10]],
    ids=["no gzip", "cut short"],
)
def test_a_response_that_cannot_be_decoded_is_an_error_of_ours(
    upstream: Upstream, client: ZonosClient, body: bytes
) -> None:
    upstream.on("*", reply_with(body, headers={"Content-Encoding": "gzip"}))

    with pytest.raises(APIError):
        client.create_cart(cart())


def test_a_small_response_that_decodes_to_much_is_refused_while_it_is_decoded(
    secure: Upstream, make_client: MakeClient, ca_bundle: str
) -> None:
    client = make_client(api_url=secure.url, ca_bundle=ca_bundle, deadline=PATIENCE)
    body = gzip.compress(bytes(128 * MIB))
    secure.on("*", reply_with(body, headers={"Content-Encoding": "gzip"}))
    tracemalloc.start()
    try:
        with pytest.raises(BadResponse, match="too large"):
            client.create_cart(cart())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 32 * MIB
