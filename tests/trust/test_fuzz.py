"""Whatever is sent to our routes: no 500, no HTML; each refusal says what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from ..extension.upstream import Upstream
from .shop import body_of
from .shop import create_shop
from .shop import signed_in

SECRET = "a-long-random-value"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
ROUTES = ["cart-info", "inventory-check", "order-hint", "webhooks", "demo"]
STATIC = "static/zonos-checkout.js"
FUZZ = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

header_texts = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"),
    max_size=60,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
order_ids = st.sampled_from(
    ["order_1", "", "../../etc", "order_\u0000", "a" * 200, "Ø"]
)
moments = st.sampled_from(
    [
        "2026-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2026-02-31T00:00:00Z",
        "now",
    ]
)
likely = st.fixed_dictionaries(
    {},
    optional={
        "orderId": order_ids | json_values,
        "id": order_ids | json_values,
        "items": st.lists(
            json_values
            | st.fixed_dictionaries(
                {"sku": json_values, "quantity": st.integers() | json_values}
            )
        ),
        "order": json_values
        | st.fixed_dictionaries(
            {}, optional={"id": order_ids, "createdAt": moments | json_values}
        ),
        "data": st.fixed_dictionaries(
            {"order": st.fixed_dictionaries({"createdAt": moments})}
        ),
        "customerId": st.just("anders-2"),
    },
)
bodies = (
    st.binary(max_size=300)
    | (likely | json_values).map(lambda value: json.dumps(value).encode())
    | st.sampled_from(
        [
            b"",
            b" \n",
            b"[" * 60_000,
            b'{"a":' * 10_000,
            b'{"a": ' + b"9" * 10_000 + b"}",
            b'{"a": NaN}',
            b'{"a": "\\ud800"}',
            b"\xff\xfe{\x00}\x00",
            b"x" * (70 * 1024),
        ]
    )
)
content_types = st.sampled_from(
    [
        "application/json",
        "application/json; charset=utf-16",
        "text/plain;charset=UTF-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "",
        ";;;",
    ]
)
headers = st.dictionaries(
    st.sampled_from(
        [
            "Origin",
            "Sec-Fetch-Site",
            "Sec-Fetch-Mode",
            "Host",
            "X-Zonos-Identity",
            "X-CSRFToken",
            "X-Forwarded-Host",
            "Cookie",
            "Accept",
            "Range",
            "Expect",
            "Transfer-Encoding",
            "Content-Length",
            "Access-Control-Request-Method",
            "If-None-Match",
            "X-HTTP-Method-Override",
        ]
    ),
    header_texts
    | st.sampled_from(
        ["null", "http://[", "http://localhost", "same-origin", "cross-site", "chunked"]
    )
    | st.integers().map(str),
    max_size=4,
)


def is_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


@pytest.fixture
def app(upstream: Upstream) -> Iterator[Flask]:
    app = create_shop(
        upstream.url,
        ZONOS_WEBHOOK_SECRET=SECRET,
        ZONOS_ALLOWED_ORIGINS="https://other.example",
    )
    app.extensions["zonos"].callbacks.inventory_checker = lambda items: None
    yield app
    with app.app_context():
        app.extensions["zonos"].client.close()


def assert_no_fault_shows(answer: TestResponse, *expected: int) -> None:
    assert answer.status_code in expected, answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    if answer.status_code < 300 or not answer.data:
        return
    assert answer.mimetype == "application/problem+json"
    problem = body_of(answer)
    assert problem["status"] == answer.status_code
    assert problem["code"]
    assert problem["detail"].endswith(".")
    assert (answer.status_code == 405) == ("Allow" in answer.headers)


def send(app: Flask, path: str, method: str, **request: Any) -> TestResponse:
    return app.test_client().open(path, method=method, **request)


@FUZZ
@given(
    method=st.sampled_from(["POST"] * 6 + METHODS),
    body=bodies,
    content_type=content_types,
    headers=headers,
)
@pytest.mark.parametrize("route", ["cart-info", "inventory-check", "order-hint"])
def test_what_a_page_may_send(
    app: Flask,
    route: str,
    method: str,
    body: bytes,
    content_type: str,
    headers: dict[str, str],
) -> None:
    answer = send(
        app,
        f"/zonos/{route}",
        method,
        data=body,
        content_type=content_type,
        headers=headers,
    )
    assert_no_fault_shows(answer, 200, 202, 204, 400, 403, 405, 409, 413)


@FUZZ
@given(
    method=st.sampled_from(["POST"] * 9 + METHODS),
    body=bodies,
    content_type=content_types,
    headers=headers,
    kind=st.text(max_size=20) | st.just("ORDER_CREATED"),
    secret=st.sampled_from([SECRET] * 9) | header_texts,
)
def test_what_may_come_as_a_webhook(
    app: Flask,
    method: str,
    body: bytes,
    content_type: str,
    headers: dict[str, str],
    kind: str,
    secret: str,
) -> None:
    answer = send(
        app,
        "/zonos/webhooks",
        method,
        data=body,
        content_type=content_type,
        headers={**headers, "X-Zonos-Webhook-Secret": secret},
        query_string={"type": kind},
    )
    assert_no_fault_shows(answer, 204, 400, 403, 405, 413, 503)
    if secret.strip() != SECRET:
        assert answer.status_code in (403, 405)


tokens = st.text("!#$%&'*+-.^_`|~0189AZaz", min_size=1, max_size=20)


@FUZZ
@given(method=st.sampled_from(["TRACE", "CONNECT", "PROPFIND", "GETS"]) | tokens)
@pytest.mark.parametrize("route", [*ROUTES, STATIC])
def test_a_method_that_nobody_knows(app: Flask, route: str, method: str) -> None:
    answer = send(app, f"/zonos/{route}", method)
    assert_no_fault_shows(answer, *((404,) if route == "demo" else (403, 405)))


def test_the_shops_own_routes_refuse_a_method_in_their_own_way(app: Flask) -> None:
    app.register_error_handler(405, lambda error: ("the shop's own", 405))
    assert send(app, "/cart", "TRACE").text == "the shop's own"
    assert send(app, "/zonos/none", "TRACE").status_code == 404
    for route in (*ROUTES[:4], STATIC):
        refusal = send(app, f"/zonos/{route}", "TRACE")
        assert body_of(refusal)["code"] == "method-not-allowed"
        assert refusal.headers["Allow"] == ("POST" if route in ROUTES else "GET, HEAD")


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
    ],
)
def test_a_webhook_from_the_ends_of_time(app: Flask, moment: str) -> None:
    answer = app.test_client().post(
        "/zonos/webhooks?type=ORDER_CREATED",
        json={"data": {"order": {"createdAt": moment}}},
        headers={"X-Zonos-Webhook-Secret": SECRET},
    )
    assert answer.status_code == 204


@FUZZ
@given(body=likely.filter(is_json))
def test_no_body_makes_a_shopper_someone_else(app: Flask, body: dict[str, Any]) -> None:
    answer = signed_in(app, "kirsten-1").post(
        "/zonos/cart-info", data=json.dumps(body), content_type="application/json"
    )
    assert "otp_of_kirsten-1" in answer.text
    assert "cart_of_kirsten-1" in answer.text
