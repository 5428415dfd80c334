"""Any request to our routes: no 500, no HTML; each refusal says what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st

from ..support.fixtures import MakeShop
from ..support.shops import make_shop
from ..support.shops import problem
from ..support.shops import Shop
from ..support.upstream import Upstream

SECRET = "a-long-random-value"
HOOK = {"X-Zonos-Webhook-Secret": SECRET}
METHODS = ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
JSON = "application/json"
FUZZ = settings(
    max_examples=30,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


@pytest.fixture(scope="module")
def shop(upstream: Upstream) -> Iterator[Shop]:
    shop = make_shop(
        upstream.url,
        ZONOS_WEBHOOK_SECRET=SECRET,
        ZONOS_ALLOWED_ORIGINS="https://other.example",
    )
    shop.zonos.inventory_checker(lambda items: None)
    yield shop
    shop.close()


NO_JSON = ("{", "{}{}", b"\xff", "[" * 60_000, '{"a": NaN}', '{"a": -1e999}', "[1]")
NO_ITEMS: tuple[object, ...] = (
    *({}, {"items": []}, {"items": {}}, {"items": "mug"}, {"items": [7]}),
    {"items": [{"sku": "mug"}]},
    *({"items": [{"sku": "mug", "quantity": bad}]} for bad in (0, True, "1")),
    {"items": [{"sku": 7, "quantity": 1}]},
    {"items": [{"sku": "mug", "quantity": 1}] * 501},
)
NO_ORDER_ID = ({}, *({"orderId": bad} for bad in (None, 7, "", "a b", ["o"])))
EARLIEST, LATEST = "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"
#: An order that is not there yet, also in a webhook from the ends of time.
NO_ORDER: tuple[object, ...] = (
    {"orderId": "order_1"},
    *({"data": {"order": {"createdAt": each}}} for each in (EARLIEST, LATEST)),
)


def rows(
    routes: Iterable[str], requests: Iterable[dict[str, Any]], *told: int | str
) -> list[Any]:
    return [(route, request, *told) for route in routes for request in requests]


def bodies(given: Iterable[object], **more: Any) -> list[dict[str, Any]]:
    return [{"data": json.dumps(body), **more} for body in given]


PAGES = ("cart-info", "inventory-check", "order-hint")
HOOKS = ("webhooks?type=ORDER_CREATED",)
MALFORMED = [{"data": body} for body in NO_JSON]
ELSEWHERE = {"headers": {"Sec-Fetch-Site": "cross-site"}, "data": "{"}
UNPROVEN = [{}, {"headers": {"X-Zonos-Webhook-Secret": "x"}}]
PROVEN = {"headers": HOOK}
OTHER_METHODS = [{"method": method} for method in METHODS]
FOREIGN_TAG = {"headers": {"X-Zonos-Identity": "another's"}}
ITEMS, ORDER_ID = '{"items": [{"sku"', '{"orderId"'
#: Route; the request, by default an empty JSON object that is sent with POST; status,
#: code, and words of the detail.
REFUSALS = [
    *rows(PAGES, MALFORMED, 400, "invalid-body", " JSON"),
    *rows(PAGES, [{"content_type": "x"}], 400, "invalid-body", "as application/json"),
    *rows(PAGES, [ELSEWHERE], 403, "cross-site", "the shop's pages."),
    *rows(PAGES, [{"data": "x" * 65_537}], 413, "too-large", "request is too large."),
    *rows(["inventory-check"], bodies(NO_ITEMS), 400, "invalid-body", ITEMS),
    *rows(["order-hint"], bodies(NO_ORDER_ID), 400, "invalid-body", ORDER_ID),
    *rows(["cart-info"], [FOREIGN_TAG], 409, "identity-changed", "signed in or out"),
    *rows(["demo"], [{"method": "GET"}], 404, "not-found", "no such page."),
    *rows(
        [*PAGES, *HOOKS], OTHER_METHODS, 405, "method-not-allowed", "takes POST only"
    ),
    *rows(HOOKS, UNPROVEN, 403, "not-proven", "comes from Zonos."),
    *rows(HOOKS, bodies(NO_ORDER, **PROVEN), 503, "no-order-yet", "webhook again."),
]


@pytest.mark.parametrize(
    ("route", "request_", "status", "code", "words"),
    REFUSALS,
    ids=[f"{row[0]} {row[3]} {number}" for number, row in enumerate(REFUSALS)],
)
def test_a_refusal_says_what_is_wrong_and_no_loader_runs(
    shop: Shop,
    upstream: Upstream,
    monkeypatch: pytest.MonkeyPatch,
    route: str,
    request_: dict[str, Any],
    status: int,
    code: str,
    words: str,
) -> None:
    for name in ("cart_loader", "inventory_checker", "customer_loader"):
        monkeypatch.setattr(shop.zonos._callbacks, name, pytest.fail)
    upstream.received.clear()
    request = {"method": "POST", "content_type": JSON, "data": "{}", **request_}

    answer = shop.browser().open(f"/zonos/{route}", **request)

    assert words in problem(answer, status, code)["detail"]
    assert (answer.headers.get("Allow") == "POST") is (status == 405)
    assert {*upstream.operations()} <= ({"order", "orders"} if status == 503 else set())


def test_the_apps_own_limit_of_a_body_holds_too(make_a_shop: MakeShop) -> None:
    answer = make_a_shop(MAX_CONTENT_LENGTH=100).click(json={"a": "x" * 200})
    problem(answer, 413, "too-large")


texts = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"),
    max_size=60,
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
ids = st.sampled_from(["order_1", "../../etc", "order_\0", "a" * 200]) | values
items = st.lists(st.fixed_dictionaries({"sku": values, "quantity": values}))
order = st.fixed_dictionaries({"id": ids})
likely = st.fixed_dictionaries(
    {},
    optional={"orderId": ids, "items": values | items, "order": values | order},
)
odd_bodies = (likely | values).map(lambda value: json.dumps(value).encode())
odd_types = st.sampled_from(
    [JSON, f"{JSON}; charset=utf-16", "text/plain;charset=UTF-8", "multipart/x", ";;;"]
)
HEADERS = "Origin Sec-Fetch-Site Host X-Zonos-Identity Cookie Range Expect".split()
odd_headers = st.dictionaries(
    st.sampled_from([*HEADERS, "Transfer-Encoding", "Content-Length"]),
    texts | st.sampled_from(["null", "http://[", "chunked", "7", "-1"]),
    max_size=4,
)


@FUZZ
@given(
    method=st.sampled_from(["POST"] * 9 + METHODS),
    data=st.binary(max_size=300) | odd_bodies | st.just(b'{"a": "\\ud800"}'),
    content_type=odd_types,
    headers=odd_headers,
    secret=st.sampled_from([SECRET] * 9) | texts,
)
@pytest.mark.parametrize("route", [*PAGES, *HOOKS])
def test_no_request_shows_a_fault(
    shop: Shop, route: str, secret: str, headers: dict[str, str], **request: Any
) -> None:
    headers = {**headers, "X-Zonos-Webhook-Secret": secret}
    answer = shop.app.test_client().open(f"/zonos/{route}", headers=headers, **request)

    assert "Traceback" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    if answer.status_code >= 300 and answer.data:
        told = problem(answer, answer.status_code, answer.get_json()["code"])
        known = {(row[2], row[3]): row[4] for row in REFUSALS}
        assert (answer.status_code, told["code"]) in known
    if "webhooks" in route and secret.strip() != SECRET:
        assert answer.status_code in (403, 405)
