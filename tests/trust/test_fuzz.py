"""Whatever is sent to our routes: no 500, no HTML; each refusal says what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from ..support.customers_shop import body_of
from ..support.customers_shop import create_shop
from ..support.customers_shop import signed_in
from ..support.upstream import Upstream

SECRET = "a-long-random-value"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
ROUTES = ["cart-info", "inventory-check", "order-hint", "webhooks", "demo"]
STATIC = "static/zonos-checkout.js"
#: What each refusal says is wrong; a refusal that is not among them is none of ours.
WORDS = {
    (400, "invalid-body"): (
        r"must be (sent as application/json|JSON|a JSON object)\.$|did not arrive whole"
        r"|^Expected \{.*\}\.$|is no JSON\.$"
    ),
    (403, "cross-site"): "only be done from the shop's pages",
    (403, "not-proven"): "not proven that this comes from Zonos",
    (404, "not-found"): "There is no such page",
    (405, "method-not-allowed"): "^This address takes (POST|GET) only\\.$",
    (409, "identity-changed"): "signed in or out since this page was opened. Reload",
    (413, "too-large"): "^The (request|webhook) is too large\\.$",
    (503, "no-order-yet"): "does not show this order yet. Send the webhook again",
}
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
            b'{"a": 1e999}',
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
    assert "Cookie" in answer.vary
    assert (answer.status_code == 405) == ("Allow" in answer.headers)
    if answer.status_code < 300 or not answer.data:
        return
    assert answer.mimetype == "application/problem+json"
    problem = body_of(answer)
    assert problem["status"] == answer.status_code
    words = WORDS[answer.status_code, problem["code"]]
    assert re.search(words, problem["detail"]), problem


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


NO_OBJECT = ("[]", "7", "null", '"a"', "true", "[{}]")
NO_JSON = (
    *("{", "{}{}", "{'a': 1}", '{"a": 1,}', "nothing", "\x00", "[" * 60_000),
    *('{"a": NaN}', '{"a": Infinity}', '{"a": -Infinity}', "NaN"),
    *('{"a": 1e999}', '{"a": -1e999}', '{"a": [1, {"b": 1e400}]}', "1e309"),
    '{"a": ' + "9" * 10_000 + "}",
)
NO_ITEMS = (
    *("{}", '{"items": []}', '{"items": {}}', '{"items": [7]}', '{"items": [{}]}'),
    '{"items": [{"sku": "CUP", "quantity": 0}]}',
    '{"items": [{"sku": "CUP", "quantity": true}]}',
    '{"items": [{"sku": 7, "quantity": 1}]}',
)
NO_ORDER_ID = ("{}", '{"orderId": null}', '{"orderId": "a b"}', '{"orderId": ["o"]}')
PAGE_ROUTES = ("cart-info", "inventory-check", "order-hint")
HOOK = {"X-Zonos-Webhook-Secret": SECRET}
REFUSALS = [
    *(
        (route, {"data": body}, 400, "invalid-body", "must be JSON.")
        for route in PAGE_ROUTES
        for body in NO_JSON
    ),
    *(
        (route, {"data": body}, 400, "invalid-body", "must be a JSON object.")
        for route in PAGE_ROUTES
        for body in NO_OBJECT
    ),
    *(
        (
            route,
            {"data": "{}", "content_type": kind},
            400,
            "invalid-body",
            "must be sent as application/json.",
        )
        for route in PAGE_ROUTES
        for kind in ("application/x-www-form-urlencoded", "text/html", "", "x")
    ),
    *(
        ("inventory-check", {"data": body}, 400, "invalid-body", 'Expected {"items"')
        for body in NO_ITEMS
    ),
    *(
        ("order-hint", {"data": body}, 400, "invalid-body", 'Expected {"orderId"')
        for body in NO_ORDER_ID
    ),
    *(
        (
            route,
            {"headers": {"Sec-Fetch-Site": "cross-site"}, "data": "{"},
            403,
            "cross-site",
            "only be done from the shop's pages.",
        )
        for route in PAGE_ROUTES
    ),
    *(
        (route, {"method": method}, 405, "method-not-allowed", "takes POST only.")
        for route in (*PAGE_ROUTES, "webhooks")
        for method in METHODS
        if method not in ("POST", "HEAD")
    ),
    *(
        (route, {"data": "x" * size}, 413, "too-large", "request is too large.")
        for route in PAGE_ROUTES
        for size in (64 * 1024 + 1, 10**6)
    ),
    (
        "cart-info",
        {"headers": {"X-Zonos-Identity": "another's"}},
        409,
        "identity-changed",
        "signed in or out since this page was opened.",
    ),
    *(
        ("webhooks", {"headers": headers}, 403, "not-proven", "comes from Zonos.")
        for headers in ({}, {"X-Zonos-Webhook-Secret": "x"}, {"Origin": "http://e"})
    ),
    *(
        ("webhooks", {"headers": HOOK, "data": data}, 400, "invalid-body", "no JSON.")
        for data in ("", "{", b"\xff", "[" * 60_000)
    ),
    (
        "webhooks",
        {"headers": HOOK, "data": b" " * (1024 * 1024 + 1)},
        413,
        "too-large",
        "webhook is too large.",
    ),
    (
        "webhooks",
        {"headers": HOOK, "data": '{"orderId": "order_1"}'},
        503,
        "no-order-yet",
        "Send the webhook again.",
    ),
    ("demo", {"method": "GET"}, 404, "not-found", "no such page."),
]


@pytest.mark.parametrize(
    ("route", "request_", "status", "code", "words"),
    REFUSALS,
    ids=[f"{route} {code} {n}" for n, (route, _, _, code, _) in enumerate(REFUSALS)],
)
def test_a_refusal_says_what_is_wrong_and_no_loader_runs(
    app: Flask,
    upstream: Upstream,
    route: str,
    request_: dict[str, Any],
    status: int,
    code: str,
    words: str,
) -> None:
    callbacks = app.extensions["zonos"].callbacks
    for name in ("cart_loader", "inventory_checker", "customer_loader"):
        setattr(callbacks, name, lambda *given: pytest.fail("it was called"))
    sent = {"method": "POST", "content_type": "application/json", **request_}
    answer = send(app, f"/zonos/{route}", **sent)
    assert_no_fault_shows(answer, status)
    assert body_of(answer)["code"] == code
    assert words in body_of(answer)["detail"]
    assert upstream.operations() == (["order"] if status == 503 else [])


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
    # Of a method that no route lists Flask may say no in its own words.
    assert send(app, f"/zonos/{route}", method).status_code in (403, 404, 405)


def test_the_shops_own_routes_refuse_a_method_in_their_own_way(app: Flask) -> None:
    app.register_error_handler(405, lambda error: ("the shop's own", 405))
    assert send(app, "/cart", "TRACE").text == "the shop's own"
    assert send(app, "/zonos/none", "TRACE").status_code == 404
    for route in ROUTES[:4]:
        refusal = send(app, f"/zonos/{route}", "TRACE")
        assert body_of(refusal)["code"] == "method-not-allowed"
        assert refusal.headers["Allow"] == "POST"


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
    # As of one without a date: the order may still come.
    assert answer.status_code == 503


@FUZZ
@given(body=likely.filter(is_json))
def test_no_body_makes_a_shopper_someone_else(app: Flask, body: dict[str, Any]) -> None:
    answer = signed_in(app, "kirsten-1").post(
        "/zonos/cart-info", data=json.dumps(body), content_type="application/json"
    )
    assert "otp_of_kirsten-1" in answer.text
    assert "cart_of_KIRSTEN-1" in answer.text
