"""Webhooks that are forged, broken or sent by somebody else."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from flask_zonos.web.webhook_body import LARGEST_BODY
from flask_zonos.web.webhooks import is_proven

from ..support.serving import serve
from .conftest import Placing
from .shop import SECRET
from .shop import Shop


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
        ("", "wrong-secret"),
        (SECRET[:-1], "wrong-secret"),
        (SECRET.upper(), "wrong-secret"),
        (f"{SECRET},{SECRET}", "wrong-secret"),
        ("æøå", "wrong-secret"),
    ],
)
def test_a_webhook_without_the_secret_is_refused(
    secret: str | None,
    reason: str,
    untouched: str,
    shop: Shop,
    placing: Placing,
    caplog: pytest.LogCaptureFixture,
) -> None:
    response = placing.post({"data": {"order": {"id": untouched}}}, secret=secret)
    assert response.status_code == 403
    assert response.mimetype == "application/problem+json"
    assert response.get_json()["code"] == "not-proven"
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
    response = placing.post(body)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert [told["reason"] for told in shop.rejected] == [reason]


def test_content_type_and_origin_decide_nothing(placing: Placing) -> None:
    headers = {
        "Content-Type": "text/plain",
        "Origin": "https://dashboard.zonos.com",
        "Sec-Fetch-Site": "cross-site",
    }
    response = placing.post({"id": placing.order()}, headers=headers)
    assert response.status_code == 204
    assert "Access-Control-Allow-Origin" not in response.headers


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
