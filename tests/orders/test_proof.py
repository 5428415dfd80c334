"""Webhooks that are forged, broken, too large or sent by somebody else."""

from __future__ import annotations

import gzip
import socket
import tracemalloc
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from flask_zonos.web.problems import Problem
from flask_zonos.web.webhook_body import decode_body
from flask_zonos.web.webhook_body import LARGEST_BODY
from flask_zonos.web.webhooks import is_proven

from ..support.serving import serve
from ..support.shops import problem
from .conftest import Placing
from .conftest import SECRET
from .conftest import Shop


@pytest.fixture
def untouched(shop: Shop, placing: Placing) -> Iterator[str]:
    """An order that a webhook speaks of, and that must not be received by it."""
    order_id = placing.order("anna")
    placing.calls()
    yield order_id
    assert placing.calls() == []
    assert shop.stored() == {}
    assert shop.events == []


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        (None, "no-secret"),
        (SECRET[:-1], "wrong-secret"),
        (f"{SECRET},{SECRET}", "wrong-secret"),
        ("æøå", "wrong-secret"),
    ],
)
@pytest.mark.parametrize("debug", [False, True])
def test_a_webhook_without_the_secret_is_refused(
    debug: bool,
    secret: str | None,
    reason: str,
    untouched: str,
    shop: Shop,
    placing: Placing,
    caplog: pytest.LogCaptureFixture,
) -> None:
    shop.app.debug = debug
    response = placing.post({"data": {"order": {"id": untouched}}}, secret=secret)
    assert problem(response, 403, "not-proven")
    assert reason not in response.text
    assert shop.rejected == [{"reason": reason, "kind": None, "order_id": None}]
    assert reason in caplog.text
    assert SECRET[:-1] not in caplog.text


@pytest.mark.parametrize(
    ("written", "proving"),
    [
        (None, []),
        (f",{SECRET}, ,", [SECRET]),
        (f"the-next-one,{SECRET}", ["the-next-one", SECRET]),
        ([SECRET, ""], [SECRET]),
    ],
)
def test_each_value_of_a_rotated_secret_proves_and_an_empty_one_does_not(
    written: Any, proving: list[str], shop: Shop, placing: Placing
) -> None:
    shop.app.config["ZONOS_WEBHOOK_SECRET"] = written
    body, refused = {"id": placing.order()}, 403 if written else 404
    for secret in (None, "", " ", "None", "the-last-one"):
        assert placing.post(body, secret=secret).status_code == refused
    assert shop.stored() == {}
    for secret in proving:
        assert placing.post(body, secret=secret).status_code == 204


def test_a_secret_sent_as_utf8_arrives_as_latin1_and_proves() -> None:
    assert is_proven("blåbær".encode().decode("latin-1"), ["one", "blåbær"])


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b'{"id": "order_1", "x": "%s"}' % (b"x" * LARGEST_BODY), 413, "too-large"),
        (b"", 400, "invalid-body"),
        (b'{"data": {"order": {"id": "ord', 400, "invalid-body"),
        (b"\xff\xfe\x00", 400, "invalid-body"),
        (b"[" * 100_000, 400, "invalid-body"),
        (b'{"id": 1' + b"0" * 10_000 + b"}", 400, "invalid-body"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_body_that_is_oversized_or_no_json_is_refused(
    body: bytes,
    status: int,
    reason: str,
    untouched: str,
    shop: Shop,
    placing: Placing,
) -> None:
    problem(placing.post(body), status, reason)
    assert [told["reason"] for told in shop.rejected] == [reason]


@pytest.mark.parametrize("secret", [SECRET, None])
def test_a_verifier_is_asked_besides_the_secret_and_alone_where_there_is_none(
    shop: Shop, placing: Placing, secret: str | None
) -> None:
    shop.app.config["ZONOS_WEBHOOK_SECRET"] = secret
    asked: list[bytes] = []

    @shop.zonos.webhook_verifier
    async def is_signed(headers: Any, body: bytes) -> bool:
        asked.append(body)
        return bool(headers.get("X-Signature") == f"{len(body)} bytes")

    body = b'{"id":  "%s"}' % placing.order().encode()
    placing.calls()
    signed = {"X-Signature": f"{len(body)} bytes"}

    if secret is not None:
        assert placing.post(body, headers=signed, secret="forged").status_code == 403
        assert asked == []
    assert placing.post(body, secret=secret).status_code == 403
    assert asked == [body]
    assert shop.rejected[-1]["reason"] == "not-verified"
    assert placing.calls() == []
    assert placing.post(body, headers=signed, secret=secret).status_code == 204


def test_nothing_is_read_of_a_body_that_is_not_proven(
    untouched: str, shop: Shop
) -> None:
    with serve(shop.app) as url:
        address = "127.0.0.1", int(url.rpartition(":")[2])
        with socket.create_connection(address, timeout=60) as client:
            client.sendall(
                b"POST /zonos/webhooks HTTP/1.1\r\nHost: shop\r\n"
                b"Content-Length: 1000000\r\n\r\n"
            )
            assert b" 403 " in client.recv(65536).split(b"\r\n")[0]


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
