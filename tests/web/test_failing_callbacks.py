"""A loader or a handler of the shop's that fails stops the checkout, and says so."""

from __future__ import annotations

from typing import Any

import pytest
from flask import abort
from flask import Flask
from flask import got_request_exception
from flask import make_response
from flask import redirect
from werkzeug.local import LocalProxy

from flask_zonos.signals import checkout_failed

from ..support.fixtures import MakeShop
from ..support.samples import cart
from ..support.samples import item
from ..support.shops import Shop
from .problems import click
from .problems import problem


@pytest.mark.parametrize("status", [401, 403, 404, 409, 418, 503])
def test_an_http_exception_from_the_loader_keeps_its_status_and_is_in_the_log(
    shop: Shop, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    shop.load_cart = lambda request_data: abort(status, "Ada's vase is sold out")

    answer = click(shop)

    problem(answer, status, "loader-error")
    assert "vase" not in answer.text + caplog.text
    assert [(r.name, r.levelname) for r in caplog.records] == [
        ("flask_zonos.web.endpoint", "WARNING")
    ]
    assert f"current_cart answered HTTP {status}" in caplog.text


def test_an_http_exception_with_a_response_keeps_that_status_but_not_its_html(
    shop: Shop,
) -> None:
    shop.load_cart = lambda request_data: abort(make_response("<p>Ada", 402))

    answer = click(shop)

    problem(answer, 402, "loader-error")
    assert "Ada" not in answer.text


@pytest.mark.parametrize("testing", [False, True])
def test_a_loader_can_never_make_it_a_redirect(shop: Shop, testing: bool) -> None:
    shop.load_cart = lambda request_data: abort(redirect("/login", 303))
    shop.app.testing = testing

    if testing:
        with pytest.raises(RuntimeError, match="HTTP 303"):
            click(shop)
    else:
        problem(click(shop), 500, "loader-error")


def fails(request_data: dict[str, Any]) -> Any:
    raise LookupError("no such basket")


def test_who_reports_errors_hears_of_a_loader_that_fails(shop: Shop) -> None:
    heard: list[str] = []

    def hear(sender: Flask, exception: Exception, **more: Any) -> None:
        heard.append(str(exception))

    shop.load_cart = fails
    with got_request_exception.connected_to(hear, shop.app):
        problem(click(shop), 500, "loader-error")

    assert heard == ["no such basket"]


def test_a_loader_that_fails_is_logged_as_flask_does(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.load_cart = fails

    answer = click(shop)

    problem(answer, 500, "loader-error")
    assert "Exception on /zonos/cart-info [POST]" in caplog.text
    assert "no such basket" in caplog.text
    assert "no such basket" not in answer.text


def test_a_cart_that_fails_while_it_is_read_is_the_loaders_failure(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []

    @checkout_failed.connect_via(shop.app)
    def failed(sender: Flask, code: str, **more: Any) -> None:
        told.append(code)

    name = LocalProxy(lambda: str(fails({})))
    shop.load_cart = lambda request_data: cart(item(name=name))

    problem(click(shop), 500, "loader-error")
    assert told == ["loader-error"]
    assert "no such basket" in caplog.text


@pytest.mark.parametrize(
    "callback", ["cart_loader", "cart_created_handler", "inventory_checker"]
)
def test_in_debug_the_page_gets_error_and_line_of_the_shops_own(
    shop: Shop, caplog: pytest.LogCaptureFixture, callback: str
) -> None:
    def broken(*arguments: Any) -> Any:
        return int("twelve")

    getattr(shop.zonos, callback)(broken)
    shop.app.debug = True
    heard: list[Exception] = []
    path, body = "/zonos/cart-info", {}
    if callback == "inventory_checker":
        path, body = "/zonos/inventory-check", {"items": [{"sku": "C", "quantity": 1}]}

    def hear(sender: Flask, exception: Exception, **more: Any) -> None:
        heard.append(exception)

    with got_request_exception.connected_to(hear, shop.app):
        answer = shop.browser("1234567").post(path, json=body)

    shown = problem(answer, 500, "loader-error")["field"]
    assert shown.startswith("ValueError: invalid literal for int() with base 10: 'twe")
    assert f"{__file__}, line " in shown
    assert shown.endswith(', in broken: return int("twelve"))')
    assert "Traceback" in caplog.text and 'int("twelve")' in caplog.text
    assert [type(error) for error in heard] == [ValueError]


@pytest.mark.parametrize("debug", [True, False])
def test_in_debug_the_page_gets_what_cost_the_shopper_the_profile(
    shop: Shop, debug: bool
) -> None:
    shop.load_customer = fails
    shop.app.debug = debug

    answer = click(shop).get_json()

    assert answer["recognition"] == {"level": "guest", "reason": "loader-error"}
    shown = answer.get("field", "")
    assert shown.startswith("@zonos.customer_loader: LookupError: no such b") is debug
    assert ("in fails" in shown) is debug


@pytest.mark.parametrize("config", [{"TESTING": True}, {"PROPAGATE_EXCEPTIONS": True}])
def test_a_loader_that_fails_is_raised_where_exceptions_propagate(
    make_a_shop: MakeShop, config: dict[str, Any]
) -> None:
    shop = make_a_shop(**config)
    shop.load_cart = fails

    with pytest.raises(LookupError, match="no such basket"):
        click(shop)


def test_a_handler_that_fails_keeps_the_password_from_the_page(shop: Shop) -> None:
    @shop.zonos.cart_created_handler
    def remember(*arguments: Any) -> None:
        raise LookupError("the table is locked")

    answer = click(shop)

    problem(answer, 500, "loader-error")
    assert "otp_of" not in answer.text
