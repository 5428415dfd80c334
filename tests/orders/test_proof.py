"""Webhooks that are forged, broken or sent by somebody else."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_zonos.orders.references import find_references
from flask_zonos.web.webhook_body import LARGEST_BODY
from flask_zonos.web.webhooks import is_proven

from ..support.serving import serve
from .conftest import Placing
from .shop import SECRET
from .shop import Shop

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "orders", "id", "order_ids", "createdAt", "node"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


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
        (" ", "wrong-secret"),
        (SECRET[:-1], "wrong-secret"),
        (SECRET + "x", "wrong-secret"),
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
    assert SECRET not in repr(shop.app.extensions["zonos"].settings)


@pytest.mark.parametrize(
    "written",
    [
        *(None, f"{SECRET},", f",{SECRET}", f"{SECRET}, ,", f"the-next-one,{SECRET}"),
        *([SECRET, ""], (" ", SECRET)),
    ],
    ids=str,
)
def test_each_value_of_a_rotated_secret_proves_and_an_empty_one_does_not(
    written: Any, shop: Shop, placing: Placing
) -> None:
    shop.app.config["ZONOS_WEBHOOK_SECRET"] = written
    body, refused = {"id": placing.order()}, 403 if written else 404
    for secret in (None, "", " ", "None", "the-last-one"):
        assert placing.post(body, secret=secret).status_code == refused
    assert shop.stored() == {}
    if written:
        for secret in {SECRET, *str(written).split(",")} & {SECRET, "the-next-one"}:
            assert placing.post(body, secret=secret).status_code == 204


def test_only_the_secrets_themselves_prove() -> None:
    assert is_proven("one", ["one", "two"])
    assert is_proven("two", ["one", "two"])
    assert not is_proven("on", ["one", "two"])
    assert not is_proven("one,two", ["one", "two"])
    assert not is_proven("", ["one"])
    assert not is_proven(None, ["one"])
    assert not is_proven("one", [])
    # What was sent as UTF-8 arrives as Latin-1.
    assert is_proven("blåbær".encode().decode("latin-1"), ["blåbær"])


def test_an_oversized_webhook_is_refused(
    untouched: str, shop: Shop, placing: Placing
) -> None:
    body = b'{"id": "%s", "x": "%s"}' % (untouched.encode(), b"x" * LARGEST_BODY)
    response = placing.post(body)
    assert response.status_code == 413
    assert response.mimetype == "application/problem+json"
    assert [told["reason"] for told in shop.rejected] == ["too-large"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b'{"data": {"order": {"id": "ord',
        b"id=order_1",
        b"<order/>",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"id": 1' + b"0" * 10_000 + b"}",
    ],
)
def test_a_body_that_is_no_json_is_refused(
    body: bytes, untouched: str, shop: Shop, placing: Placing
) -> None:
    response = placing.post(body)
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert [told["reason"] for told in shop.rejected] == ["invalid-body"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": ""},
        {"Origin": "https://dashboard.zonos.com", "Sec-Fetch-Site": "cross-site"},
    ],
    ids=["text", "no type", "a page"],
)
def test_content_type_and_origin_decide_nothing(
    headers: dict[str, str], placing: Placing
) -> None:
    response = placing.post({"id": placing.order()}, headers=headers)
    assert response.status_code == 204
    assert "Access-Control-Allow-Origin" not in response.headers


def test_a_verifier_is_asked_besides_the_secret(shop: Shop, placing: Placing) -> None:
    asked: list[bytes] = []

    @shop.zonos.webhook_verifier
    def is_signed(headers: Any, body: bytes) -> bool:
        asked.append(body)
        return bool(headers.get("X-Signature") == f"{len(body)} bytes")

    body = b'{"id":  "%s"}' % placing.order().encode()
    placing.calls()
    signed = {"X-Signature": f"{len(body)} bytes"}

    assert placing.post(body, headers=signed, secret="forged").status_code == 403
    assert asked == []
    assert placing.post(body).status_code == 403
    assert asked == [body]
    assert placing.calls() == []
    assert placing.post(body, headers=signed).status_code == 204
    reasons = [told["reason"] for told in shop.rejected]
    assert reasons == ["wrong-secret", "not-verified"]


def test_a_verifier_decides_alone_where_there_is_no_secret(
    shop: Shop, placing: Placing
) -> None:
    shop.app.config["ZONOS_WEBHOOK_SECRET"] = None

    @shop.zonos.webhook_verifier
    def is_signed(headers: Any, body: bytes) -> bool:
        return bool(headers.get("X-Signature") == "good")

    body = {"id": placing.order()}
    good = {"X-Signature": "good"}
    assert placing.post(body, secret=None, headers=good).status_code == 204
    assert placing.post(body, secret=None).status_code == 403


async def says_yes(headers: Any, body: bytes) -> bool:
    return True


async def says_no(headers: Any, body: bytes) -> bool:
    return False


def fails(headers: Any, body: bytes) -> bool:
    raise KeyError("X-Signature")


@pytest.mark.parametrize(
    ("verifier", "status"), [(says_yes, 204), (says_no, 403), (fails, 500)]
)
def test_a_verifier_decides_also_when_it_is_async_or_fails(
    verifier: Any, status: int, shop: Shop, placing: Placing
) -> None:
    shop.zonos.webhook_verifier(verifier)
    order_id = placing.order()
    assert placing.tell_of(order_id).status_code == status
    assert list(shop.stored()) == [order_id] * (status == 204)


@given(JSON)
def test_any_json_has_order_ids_or_none(body: Any) -> None:
    for found in find_references(body).order_ids:
        assert found.isascii() and 0 < len(found) <= 100


def test_nothing_is_read_of_a_body_that_is_not_proven(
    untouched: str, shop: Shop
) -> None:
    with serve(shop.app) as url:
        address = "127.0.0.1", int(url.rpartition(":")[2])
        with socket.create_connection(address, timeout=20) as client:
            client.sendall(
                b"POST /zonos/webhooks HTTP/1.1\r\nHost: shop\r\n"
                b"Content-Length: 1000000\r\n\r\n"
            )
            assert b" 403 " in client.recv(65536).split(b"\r\n")[0]
