"""Webhooks whose bodies are compressed: read as others, and bounded as others."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from flask_zonos.web.problems import Problem
from flask_zonos.web.webhook_body import decode_body
from flask_zonos.web.webhook_body import LARGEST_BODY

from .conftest import Placing
from .shop import Shop


def raw_deflate(body: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(body) + compressor.flush()


def twice(body: bytes) -> bytes:
    return gzip.compress(zlib.compress(body))


def in_parts(body: bytes) -> bytes:
    return gzip.compress(body[:9]) + gzip.compress(body[9:])


ENCODINGS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("GZip", gzip.compress),
    ("x-gzip", in_parts),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    (" identity ,deflate,gzip", twice),
    ("", bytes),
]


def test_a_compressed_webhook_is_read(shop: Shop, placing: Placing) -> None:
    verified: list[bytes] = []

    @shop.zonos.webhook_verifier
    def note(headers: Any, body: bytes) -> bool:
        verified.append(body)
        return True

    order_id = placing.order()
    plain_body = json.dumps({"data": {"order": {"id": order_id}}}).encode()
    for encoding, encode in ENCODINGS:
        body = encode(plain_body)
        response = placing.post(body, headers={"Content-Encoding": encoding})
        assert response.status_code == 204, encoding
        assert verified.pop() == body, encoding
    assert shop.stored()[order_id]["told"] == len(ENCODINGS)


BODY = b'{"id": "order_1"}'
BOMB = gzip.compress(b" " * (64 * LARGEST_BODY))


def test_what_cannot_be_decoded_is_refused(shop: Shop, placing: Placing) -> None:
    for encoding, body, status, reason in (
        ("gzip", BOMB, 413, "too-large"),
        ("gzip, gzip", gzip.compress(BOMB), 413, "too-large"),
        ("deflate", zlib.compress(b" " * (LARGEST_BODY + 1)), 413, "too-large"),
        ("gzip", BODY, 400, "invalid-body"),
        ("deflate", BODY, 400, "invalid-body"),
        ("gzip", gzip.compress(BODY)[:-4], 400, "invalid-body"),
        ("deflate", zlib.compress(BODY)[:-6], 400, "invalid-body"),
        ("gzip", gzip.compress(BODY)[:-8] + bytes(8), 400, "invalid-body"),
        ("br", BODY, 415, "unsupported-encoding"),
        ("gzip" + ", gzip" * 9, BODY, 415, "unsupported-encoding"),
    ):
        response = placing.post(body, headers={"Content-Encoding": encoding})
        assert response.status_code == status, (encoding, body[:20])
        assert shop.rejected.pop()["reason"] == reason


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_is_not_unpacked(encoding: str) -> None:
    packed = BOMB if encoding == "gzip" else zlib.compress(b" " * (64 * LARGEST_BODY))
    tracemalloc.start()
    with pytest.raises(Problem, match="too large"):
        decode_body(packed, encoding)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * LARGEST_BODY


def test_nothing_is_decoded_before_the_proof(shop: Shop, placing: Placing) -> None:
    headers = {"Content-Encoding": "gzip"}
    assert placing.post(BOMB, headers=headers, secret="x").status_code == 403
    shop.zonos.webhook_verifier(lambda headers, body: False)
    # Decoded, it would be a 413.
    assert placing.post(BOMB, headers=headers).status_code == 403
