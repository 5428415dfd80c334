"""Webhooks whose bodies are compressed: read as others, and bounded as others."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from typing import Any

import pytest

from flask_zonos.web.problems import Problem
from flask_zonos.web.webhook_body import decode_body
from flask_zonos.web.webhook_body import LARGEST_BODY

from .conftest import Placing
from .shop import Shop

BODY = b'{"id": "order_1"}'
PADDED = b" " * (64 * LARGEST_BODY)
BOMB = gzip.compress(PADDED)


def raw_deflate(body: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(body) + compressor.flush()


def test_a_compressed_body_is_read() -> None:
    in_parts = gzip.compress(BODY[:9]) + gzip.compress(BODY[9:])
    for encoding, body in (
        ("GZip", gzip.compress(BODY)),
        ("x-gzip", in_parts),
        ("deflate", zlib.compress(BODY)),
        ("deflate", raw_deflate(BODY)),
        (" identity ,deflate,gzip", gzip.compress(zlib.compress(BODY))),
        ("", BODY),
    ):
        assert decode_body(body, encoding) == BODY, encoding


def test_what_cannot_be_decoded_is_refused_and_no_bomb_is_unpacked() -> None:
    refused = (
        ("gzip", BOMB, 413),
        ("gzip, gzip", gzip.compress(BOMB), 413),
        ("deflate", zlib.compress(PADDED), 413),
        ("deflate", zlib.compress(b" " * (LARGEST_BODY + 1)), 413),
        ("gzip", BODY, 400),
        ("deflate", BODY, 400),
        ("gzip", gzip.compress(BODY)[:-4], 400),
        ("deflate", zlib.compress(BODY)[:-6], 400),
        ("br", BODY, 415),
        ("gzip" + ", gzip" * 9, BODY, 415),
    )
    tracemalloc.start()
    for encoding, body, status in refused:
        with pytest.raises(Problem) as caught:
            decode_body(body, encoding)
        assert caught.value.code == status, (encoding, body[:20])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * LARGEST_BODY


def test_a_compressed_webhook_is_verified_as_it_came_and_only_then_decoded(
    shop: Shop, placing: Placing
) -> None:
    verified: list[bytes] = []

    @shop.zonos.webhook_verifier
    def note(headers: Any, body: bytes) -> bool:
        verified.append(body)
        return body != BOMB

    order_id = placing.order()
    body = gzip.compress(b'{"id": "%s"}' % order_id.encode())
    headers = {"Content-Encoding": "gzip"}
    assert placing.post(body, headers=headers).status_code == 204
    assert list(shop.stored()) == [order_id]
    # Decoded, it would be a 413.
    assert placing.post(BOMB, headers=headers, secret="x").status_code == 403
    assert verified == [body]
    assert placing.post(BOMB, headers=headers).status_code == 403
    assert verified == [body, BOMB]
