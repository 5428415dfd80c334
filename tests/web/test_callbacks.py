"""The shop's own side: its callbacks, its carts and settings, and their problems."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import flask_login
import pytest
from flask import abort
from flask import got_request_exception
from flask import redirect
from flask import Response
from werkzeug.local import LocalProxy

from flask_zonos import Cart
from flask_zonos.signals import cart_created
from flask_zonos.signals import checkout_failed
from flask_zonos.signals import zonos_called

from ..support.fixtures import MakeShop
from ..support.samples import cart
from ..support.samples import item
from ..support.samples import profile
from ..support.shops import problem
from ..support.shops import Shop
from ..support.upstream import reply_with
from ..support.upstream import Upstream

SECRET = "a-long-random-value-of-a-test"


def fails(*given: Any, **more: Any) -> Any:
    raise LookupError("no such basket")


@pytest.mark.parametrize(
    ("aborted_with", "status", "told"),
    [
        ((409, "A vase"), 409, "current_cart aborted with HTTP 409"),
        ((Response("A vase", 409),), 409, "current_cart aborted with HTTP 409"),
        # A loader can never make it a redirect.
        ((redirect("/login", 303),), 500, "a callback aborted with HTTP 303"),
    ],
)
def test_an_http_exception_from_the_loader_keeps_its_status_and_is_in_the_log(
    shop: Shop,
    caplog: pytest.LogCaptureFixture,
    aborted_with: Any,
    status: int,
    told: str,
) -> None:
    shop.load_cart = lambda request_data: abort(*aborted_with)

    answer = shop.click("a")

    problem(answer, status, "loader-error")
    assert told in caplog.text
    assert "vase" not in answer.text + caplog.text


@pytest.mark.parametrize(
    "load",
    [fails, lambda data: cart(item(name=LocalProxy(lambda: str(fails()))))],
    ids=["fails", "fails while it is read"],
)
def test_a_loader_that_fails_is_logged_signalled_and_told_to_the_shopper_as_ours(
    shop: Shop, caplog: pytest.LogCaptureFixture, load: Any
) -> None:
    shop.load_cart = load
    heard: list[Any] = []

    with (
        got_request_exception.connected_to(
            lambda sender, exception: heard.append(type(exception)), shop.app
        ),
        checkout_failed.connected_to(
            lambda sender, **told: heard.append(told["code"]), shop.app
        ),
    ):
        answer = shop.click("a")

    problem(answer, 500, "loader-error")
    assert sorted(heard, key=str) == [LookupError, "loader-error"]
    assert "Exception on /zonos/cart-info [POST]" in caplog.text
    assert "no such basket" in caplog.text
    assert "no such basket" not in answer.text


def test_in_debug_alone_the_page_gets_the_error_and_the_shops_line(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.load_customer = fails
    assert "field" not in shop.click("a").json
    shop.app.debug = True
    shown = shop.click("a").json["field"]
    assert shown.startswith("@zonos.customer_loader: LookupError: no such basket")

    shop.load_cart = lambda request_data: int("twelve")
    shown = problem(shop.click("a"), 500, "loader-error")["field"]
    assert shown.startswith("ValueError: invalid literal for int() with base 10: 'twe")
    assert f"{__file__}, line " in shown
    assert shown.endswith('shop.load_cart = lambda request_data: int("twelve"))')

    # Of an error of ours, too.
    bad = Cart(items=[item(amount=1)])
    shop.load_cart = lambda data: shop.app.extensions["zonos"].client.create_cart(bad)
    problem(shop.click("a"), 500, "invalid-cart")
    assert "in <lambda>: shop.load_cart = lambda data: shop.app.ext" in caplog.text


@pytest.mark.parametrize("setting", ["TESTING", "PROPAGATE_EXCEPTIONS"])
def test_a_loader_or_listener_that_fails_is_raised_where_exceptions_propagate(
    make_a_shop: MakeShop, setting: str
) -> None:
    shop = make_a_shop(**{setting: True})
    with (
        cart_created.connected_to(fails, shop.app),
        pytest.raises(LookupError, match="no such basket"),
    ):
        shop.click()
    shop.load_cart = fails
    with pytest.raises(LookupError, match="no such basket"):
        shop.click()


def test_a_listener_that_fails_costs_no_sale_and_hides_no_answer(
    shop: Shop, upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        zonos_called.connected_to(fails, shop.app),
        cart_created.connected_to(fails, shop.app),
        checkout_failed.connected_to(fails, shop.app),
    ):
        assert shop.click("a").json["cartId"]
        upstream.on("cartCreate", reply_with("<h1>busy</h1>", status=500))
        problem(shop.click("a"), 502, "unavailable")
    for name in ("zonos-called", "zonos-cart-created", "zonos-checkout-failed"):
        assert f"A receiver of the signal {name} failed" in caplog.text


def test_an_async_def_that_flask_cannot_see_for_one_is_told_of_and_not_passed_over(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.load_customer = lambda user: asyncio.sleep(0)
    # A profile costs no sale.
    assert shop.click("a").json["recognition"]["reason"] == "loader-error"
    assert "what wraps an async def must be an async def too" in caplog.text
    shop.load_cart = lambda request_data: asyncio.sleep(0)
    problem(shop.click("a"), 500, "loader-error")


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("cart-info", {}),
        ("order-hint", {"orderId": "order_1"}),
        ("webhooks?type=ORDER_CREATED", {"data": {"orderId": "order_1"}}),
        ("webhooks?type=ORDER_CREATED", {"data": {}}),
    ],
)
def test_before_calls_runs_once_after_the_shops_code_and_before_the_first_call(
    make_a_shop: MakeShop,
    upstream: Upstream,
    caplog: pytest.LogCaptureFixture,
    route: str,
    body: dict[str, Any],
) -> None:
    shop = make_a_shop(ZONOS_WEBHOOK_SECRET=SECRET, TESTING=True)
    loaded: list[Any] = []
    released: list[Any] = []

    def load(given: Any) -> Any:
        loaded.append(given)
        return cart() if isinstance(given, dict) else profile()

    shop.load_cart = shop.load_customer = load

    @shop.zonos.before_calls
    async def release() -> None:
        assert flask_login.current_user.is_authenticated
        released.append(([*loaded], upstream.operations()))
        fails()

    headers = {"X-Zonos-Webhook-Secret": SECRET}
    shop.browser("a").post(f"/zonos/{route}", json=body, headers=headers)

    assert len(loaded) == (2 if route == "cart-info" else 0)
    assert released == [(loaded, [])]
    assert upstream.received
    # What it raises is logged, and the sale goes on.
    assert "@zonos.before_calls failed" in caplog.text


def test_a_cart_that_the_schema_refuses_names_the_field_in_log_and_debug_only(
    shop: Shop, upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    shop.load_cart = lambda request_data: cart(item(amount=24.9))

    assert "field" not in problem(shop.click("a"), 500, "invalid-cart")
    assert "items[0].amount:" in caplog.text
    shop.app.debug = True
    shown = problem(shop.click("a"), 500, "invalid-cart")["field"]
    assert shown.startswith("items[0].amount:")
    assert 'Decimal("24.90")' in shown
    assert ". @zonos.cart_loader (tests.support.shops.open_shop.<locals>.cur" in shown
    assert shown in caplog.text
    assert upstream.received == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda shop: shop.app.config.update(ZONOS_MODE="PROD"), "ZONOS_MODE"),
        (lambda shop: shop.app.config.pop("ZONOS_CREDENTIAL_TOKEN"), "ZONOS_CREDENT"),
        (lambda shop: vars(shop.app).pop("login_manager"), "login_manager"),
        (lambda shop: shop.zonos.cart_loader(None), "@zonos.cart_loader"),
    ],
)
def test_what_is_missing_or_cannot_work_is_a_problem_of_the_shops(
    shop: Shop,
    caplog: pytest.LogCaptureFixture,
    change: Callable[[Shop], Any],
    told: str,
) -> None:
    change(shop)
    answer = shop.click()
    problem(answer, 500, "not-configured")
    assert told in caplog.text
    assert told not in answer.text


def test_no_slot_for_a_cart_is_503(make_a_shop: MakeShop) -> None:
    shop = make_a_shop(ZONOS_POOL_SIZE=1, ZONOS_DEADLINE=0.1)
    shop.app.extensions["zonos"].client._session.get()._executor._slots.acquire(0)
    answer = shop.click()
    problem(answer, 503, "busy")
    assert answer.headers["Retry-After"] == "1"
