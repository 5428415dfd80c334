"""Errors that stop a checkout, as problem+json in a shopper's words."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from flask_zonos import Cart
from flask_zonos import Zonos

from ..support.fixtures import MakeShop
from ..support.samples import cart
from ..support.samples import item
from ..support.shops import add_sign_in
from ..support.shops import Shop
from ..support.upstream import held_until
from ..support.upstream import reply_with
from ..support.upstream import Upstream
from .problems import click
from .problems import problem

ROUTES = ["/zonos/cart-info", "/zonos/inventory-check", "/zonos/order-hint"]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_wrong_method_is_answered_by_us_with_allow(
    shop: Shop, route: str, method: str
) -> None:
    shop.zonos.inventory_checker(lambda items: None)

    answer = shop.app.test_client().open(route, method=method)

    problem(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"] == "POST"


def test_head_is_a_wrong_method_too(shop: Shop) -> None:
    answer = shop.app.test_client().head("/zonos/cart-info")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        ("[]", "application/json"),
        ("null", "application/json"),
        ("7", "text/plain"),
        ('"text"', "application/json"),
        ("{", "application/json"),
        ("NaN", "application/json"),
        ('{"a": NaN}', "application/json"),
        ('{"a": Infinity}', "text/plain"),
        (b"\xff", "application/json"),
        ("[" * 60_000, "application/json"),
        ('{"a": 1}', "application/xml"),
        ('{"a": 1}', "multipart/form-data"),
        ('{"a": 1}', ""),
    ],
)
def test_a_body_that_is_no_json_object_is_refused_before_any_loader(
    shop: Shop, upstream: Upstream, data: str | bytes, content_type: str
) -> None:
    shop.load_cart = lambda request_data: pytest.fail("the loader was called")

    problem(click(shop, data=data, content_type=content_type), 400, "invalid-body")
    assert upstream.received == []


def test_a_body_that_is_too_large_is_refused(shop: Shop, make_a_shop: MakeShop) -> None:
    large = json.dumps({"a": "x" * 70_000})

    problem(click(shop, data=large, content_type="application/json"), 413, "too-large")
    smaller = make_a_shop(MAX_CONTENT_LENGTH=100)
    problem(click(smaller, json={"a": "x" * 200}), 413, "too-large")


def test_an_empty_cart_is_told_as_such(
    shop: Shop, upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    shop.load_cart = lambda request_data: Cart(items=())

    problem(click(shop), 409, "empty-cart")
    assert upstream.received == []
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("items[0].amount", cart(item(amount=24.9))),
        ("items[1].quantity", cart(item(), item(quantity=0))),
        ("metadata", cart(metadata={"customer_id": "7"})),
        ("adjustments", cart(adjustments=None)),
        ("cart.items", Cart(items=None)),  # type: ignore[arg-type]
        ("cart", None),
        ("cart", {"items": []}),
    ],
)
def test_a_cart_that_the_schema_refuses_names_the_field_in_log_and_debug_only(
    make_a_shop: MakeShop,
    upstream: Upstream,
    caplog: pytest.LogCaptureFixture,
    field: str,
    given: Any,
) -> None:
    shop = make_a_shop()
    shop.load_cart = lambda request_data: given

    told = problem(click(shop), 500, "invalid-cart")

    assert "field" not in told
    assert f"{field}:" in caplog.text
    shop.app.debug = True
    shown = problem(click(shop), 500, "invalid-cart")["field"]
    assert shown.startswith(f"{field}:")
    assert shown in caplog.text
    assert "(tests.support.shops.open_shop.<locals>.current_cart)" in shown
    assert ('Decimal("24.90")' in shown) is ("amount" in field)
    assert upstream.received == []


def test_a_cart_that_fails_lets_no_password_reach_the_browser(
    shop: Shop, upstream: Upstream
) -> None:
    profile_done = threading.Event()

    def cart_fails_last(received: Any, wire: Any) -> None:
        upstream.wait_for(2)
        wire.reply("upstream's text", status=500, headers={"x-request-id": "req_7"})
        profile_done.set()

    upstream.on("cartCreate", cart_fails_last)

    answer = click(shop)

    told = problem(answer, 502, "unavailable")
    assert told["requestId"] == "req_7"
    assert answer.headers["Retry-After"] == "1"
    assert "otp_of" not in answer.text
    assert "upstream's text" not in answer.text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("7", "7"),
        ("2", "2"),
        ("3600", "60"),
        ("9" * 5000, "60"),
        ("Sat, 31 Dec 2999 23:59:59 GMT", "60"),
        ("Fri, 01 Jan 2021 00:00:00 GMT", "1"),
        ("soon", "1"),
    ],
)
def test_too_many_requests_becomes_503_with_a_retry_after_of_ours(
    shop: Shop, upstream: Upstream, given: str, told: str
) -> None:
    headers = {"Retry-After": given}
    upstream.on("cartCreate", reply_with("", status=429, headers=headers))

    answer = click(shop)

    problem(answer, 503, "rate-limited")
    assert answer.headers["Retry-After"] == told


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, ""),
        (503, ""),
        (401, ""),
        (302, ""),
        (200, "<p>"),
        (200, '{"errors": [1]}'),
    ],
)
def test_upstream_trouble_is_502(
    shop: Shop, upstream: Upstream, status: int, body: str
) -> None:
    upstream.on("cartCreate", reply_with(body, status=status))

    problem(click(shop), 502, "unavailable")


def test_a_cart_that_takes_too_long_is_504(
    make_a_shop: MakeShop, upstream: Upstream
) -> None:
    released = threading.Event()
    upstream.on("cartCreate", held_until(released))

    answer = click(make_a_shop(ZONOS_DEADLINE=0.2))

    problem(answer, 504, "timeout")
    assert not released.is_set()
    released.set()


def test_no_place_for_a_cart_is_503(make_a_shop: MakeShop, upstream: Upstream) -> None:
    released = threading.Event()
    upstream.on("cartCreate", held_until(released))
    shop = make_a_shop(ZONOS_POOL_SIZE=1, ZONOS_DEADLINE=5)
    first = threading.Thread(target=click, args=(shop,))
    first.start()
    upstream.wait_for(1)
    impatient = make_a_shop(ZONOS_POOL_SIZE=1, ZONOS_DEADLINE=0.1)
    impatient.app.extensions["zonos"]._client = shop.app.extensions["zonos"]._client

    answer = click(impatient)
    released.set()
    first.join()

    problem(answer, 503, "busy")
    assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize(
    ("config", "setting"),
    [
        ({"ZONOS_CREDENTIAL_TOKEN": None}, "ZONOS_CREDENTIAL_TOKEN"),
        ({"ZONOS_CREDENTIAL_TOKEN": "a\nb"}, "ZONOS_CREDENTIAL_TOKEN"),
        ({"ZONOS_MODE": "PROD"}, "ZONOS_MODE"),
        (
            {"ZONOS_CA_BUNDLE": "/nowhere", "api_url": "https://x.example/"},
            "ZONOS_CA_BUNDLE",
        ),
    ],
)
def test_a_setting_that_cannot_work_is_a_problem_of_the_shops(
    make_a_shop: MakeShop,
    caplog: pytest.LogCaptureFixture,
    config: dict[str, Any],
    setting: str,
) -> None:
    answer = click(make_a_shop(**config))

    problem(answer, 500, "not-configured")
    assert setting in caplog.text
    assert setting not in answer.text


def bare_app(set_up: Callable[[Flask], object]) -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="x", ZONOS_CREDENTIAL_TOKEN="token")
    set_up(app)
    Zonos(app)
    return app


def test_an_app_without_a_login_manager_or_loader_is_told_what_to_do(
    caplog: pytest.LogCaptureFixture,
) -> None:
    without_login = bare_app(lambda app: None)
    without_loader = bare_app(add_sign_in)

    for app in (without_login, without_loader):
        answer = app.test_client().post("/zonos/cart-info")
        problem(answer, 500, "not-configured")

    assert "login_manager.init_app(app)" in caplog.text
    assert "@zonos.cart_loader" in caplog.text


def test_a_price_in_the_body_buys_nothing(shop: Shop, upstream: Upstream) -> None:
    click(shop, json={"items": [{"sku": "mug", "amount": 0.01}], "amount": 0})

    request = next(r for r in upstream.received if r.operation == "cartCreate")
    assert Decimal(str(request.input["items"][0]["amount"])) == Decimal("24.90")
