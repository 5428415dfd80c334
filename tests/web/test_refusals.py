"""Refusals of our routes: no 500, no HTML; each says what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from ..support.fixtures import MakeShop
from ..support.samples import cart
from ..support.shops import make_shop
from ..support.shops import problem
from ..support.shops import Shop
from ..support.upstream import Upstream

SECRET = "a-long-random-value"
HOOK = {"X-Zonos-Webhook-Secret": SECRET}
METHODS = ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
JSON = "application/json"


@pytest.fixture(scope="module")
def shop(shared_upstream: Upstream) -> Iterator[Shop]:
    shop = make_shop(
        shared_upstream.url,
        ZONOS_WEBHOOK_SECRET=SECRET,
        ZONOS_ALLOWED_ORIGINS="https://other.example",
    )
    shop.load_cart = lambda request_data: cart()
    shop.zonos.inventory_checker(lambda items: None)
    yield shop
    shop.close()


PAGES = ["cart-info", "inventory-check", "order-hint"]
HOOKS = ["webhooks?type=ORDER_CREATED"]
NO_JSON = ("{", "{}{}", b"\xff", "[" * 60_000, '{"a": NaN}', '{"a": -1e999}', "[1]")
NO_ITEMS: tuple[object, ...] = (
    *(None, [], {}, "mug", [7], [{"sku": "mug"}], [{"sku": 7, "quantity": 1}]),
    *([{"sku": "mug", "quantity": bad}] for bad in (0, True, "1")),
    [{"sku": "mug", "quantity": 1}] * 501,
)
NO_ORDER_IDS = (None, 7, "", "a b", ["o"])
#: Orders that are not there yet, also from the ends of time.
NO_ORDERS = (
    {"id": "order_1"},
    {"createdAt": "0001-01-01T00:00:00+23:59"},
    {"createdAt": "9999-12-31T23:59:59-23:59"},
)
ELSEWHERE = {"headers": {"Sec-Fetch-Site": "cross-site"}, "data": "{"}
FOREIGN_TAG = {"headers": {"X-Zonos-Identity": "another's"}}
UNPROVEN = [{}, {"headers": {"X-Zonos-Webhook-Secret": "x"}}]
#: Routes, status, code, words of the detail; and requests, by default with an empty
#: JSON object that is sent with POST.
REFUSALS: list[tuple[list[str], int, str, str, list[dict[str, Any]]]] = [
    (PAGES, 400, "invalid-body", " JSON", [{"data": body} for body in NO_JSON]),
    (PAGES, 400, "invalid-body", "as application/json", [{"content_type": "x"}]),
    (PAGES, 403, "cross-site", "the shop's pages.", [ELSEWHERE]),
    (PAGES, 413, "too-large", "request is too large.", [{"data": "x" * 65_537}]),
    (
        *(["inventory-check"], 400, "invalid-body", '{"items": [{"sku"'),
        [{"json": {"items": items}} for items in NO_ITEMS],
    ),
    (
        *(["order-hint"], 400, "invalid-body", '{"orderId"'),
        [{"json": {"orderId": bad}} for bad in NO_ORDER_IDS],
    ),
    (["cart-info"], 409, "identity-changed", "signed in or out", [FOREIGN_TAG]),
    (["demo"], 404, "not-found", "no such page.", [{"method": "GET"}]),
    (
        *(PAGES + HOOKS, 405, "method-not-allowed", "takes POST only"),
        [{"method": method} for method in METHODS],
    ),
    (HOOKS, 403, "not-proven", "comes from Zonos.", UNPROVEN),
    (
        *(HOOKS, 503, "no-order-yet", "webhook again."),
        [{"headers": HOOK, "json": {"order": order}} for order in NO_ORDERS],
    ),
]


@pytest.mark.parametrize(("routes", "status", "code", "words", "requests"), REFUSALS)
def test_a_refusal_says_what_is_wrong_and_no_loader_runs(
    shop: Shop,
    shared_upstream: Upstream,
    monkeypatch: pytest.MonkeyPatch,
    routes: list[str],
    status: int,
    code: str,
    words: str,
    requests: list[dict[str, Any]],
) -> None:
    for name in ("cart_loader", "inventory_checker", "customer_loader"):
        monkeypatch.setattr(shop.zonos._callbacks, name, pytest.fail)
    shared_upstream.received.clear()
    for route, request in product(routes, requests):
        if "json" not in request:
            request = {"content_type": JSON, "data": "{}", **request}

        answer = shop.browser().open(f"/zonos/{route}", **{"method": "POST"} | request)

        assert words in problem(answer, status, code)["detail"], (route, request)
        assert (answer.headers.get("Allow") == "POST") is (status == 405)
    asked = {"order", "orders"} if status == 503 else set()
    assert {*shared_upstream.operations()} == asked


def test_the_apps_own_limit_of_a_body_holds_too(make_a_shop: MakeShop) -> None:
    answer = make_a_shop(MAX_CONTENT_LENGTH=100).click(json={"a": "x" * 200})
    problem(answer, 413, "too-large")


names = st.sampled_from("orderId items order id data sku quantity createdAt".split())
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(names | st.text(), inner),
    max_leaves=10,
)


@settings(max_examples=50, derandomize=True)
@given(body=st.binary(max_size=300) | values.map(lambda value: json.dumps(value)))
@pytest.mark.parametrize("route", PAGES + HOOKS)
def test_no_body_shows_a_fault(shop: Shop, route: str, body: bytes | str) -> None:
    request = {"data": body, "content_type": JSON, "headers": HOOK}
    answer = shop.app.test_client().post(f"/zonos/{route}", **request)

    assert answer.headers["Cache-Control"] == "no-store"
    if answer.status_code >= 300:
        code = answer.get_json()["code"]
        problem(answer, answer.status_code, code)
        assert (answer.status_code, code) in [row[1:3] for row in REFUSALS]
