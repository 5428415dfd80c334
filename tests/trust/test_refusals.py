"""No refusal on our routes is HTML, whoever refuses; a listener costs no sale."""

from __future__ import annotations

from typing import Any

import pytest
from flask import abort
from flask import Blueprint
from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_zonos.signals import cart_created
from flask_zonos.signals import checkout_failed

from ..support.customers_shop import body_of
from ..support.customers_shop import signed_in
from ..support.fault_handlers import CART
from ..support.fault_handlers import says
from ..support.upstream import Upstream
from .conftest import MakeShop


def limit_the_checkout(app: Flask, limit: str = "2 per minute") -> None:
    """The limit of the guide on many machines."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    blueprint = app.blueprints["zonos"]
    assert isinstance(blueprint, Blueprint)
    limiter.limit(limit)(blueprint)


def test_flask_limiter_limits_the_checkout_and_its_refusal_is_ours(
    shop: Flask, upstream: Upstream
) -> None:
    limit_the_checkout(shop)
    browser = signed_in(shop)
    for _ in range(2):
        assert browser.post("/zonos/cart-info").status_code == 200
    asked = len(upstream.received)
    refusal = browser.post("/zonos/cart-info")
    assert refusal.status_code == 429
    assert refusal.mimetype == "application/problem+json"
    assert body_of(refusal)["code"] == "too-many-requests"
    assert refusal.headers["Retry-After"] == "1"
    assert refusal.headers["Cache-Control"] == "no-store"
    assert len(upstream.received) == asked
    assert browser.get("/cart").status_code == 200


def test_behind_a_proxy_the_limit_counts_shoppers_and_the_origin_is_the_public_one(
    shop: Flask,
) -> None:
    shop.wsgi_app = ProxyFix(shop.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    limit_the_checkout(shop, "1 per minute")

    def post(address: str, **headers: str) -> int:
        forwarded = {
            "X-Forwarded-For": address,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "shop.example",
            "Origin": "https://shop.example",
        }
        answer = shop.test_client().post(
            "/zonos/cart-info", headers=forwarded | headers
        )
        return answer.status_code

    assert post("203.0.113.1") == 200
    assert post("203.0.113.1") == 429
    assert post("203.0.113.2") == 200
    # What a client writes itself stands before what the proxy adds.
    assert post("198.51.100.9, 203.0.113.2") == 429
    assert post("203.0.113.3", Origin="https://evil.example") == 403


def test_forwarded_headers_count_for_nothing_without_proxy_fix(shop: Flask) -> None:
    answer = shop.test_client().post(
        "/zonos/cart-info",
        headers={
            "Origin": "https://evil.example",
            "X-Forwarded-Host": "evil.example",
            "Forwarded": "host=evil.example",
        },
    )
    assert answer.status_code == 403


def test_csrf_protect_refuses_in_our_form_and_is_content_when_exempted(
    make_shop: MakeShop,
) -> None:
    app = make_shop()
    csrf = CSRFProtect(app)
    refusal = app.test_client().post("/zonos/cart-info")
    assert refusal.status_code == 400
    assert refusal.mimetype == "application/problem+json"
    assert body_of(refusal)["code"] == "page-expired"
    csrf.exempt(app.blueprints["zonos"])
    assert app.test_client().post("/zonos/cart-info").status_code == 200


@pytest.mark.parametrize("status", [401, 403, 413, 500, 503])
def test_the_shops_own_error_pages_do_not_answer_on_our_routes(
    shop: Flask, status: int
) -> None:
    shop.before_request(lambda: abort(status))
    shop.register_error_handler(status, lambda error: ("<h1>Oh</h1>", status))
    refusal = shop.test_client().post("/zonos/cart-info")
    assert refusal.status_code == status
    assert refusal.mimetype == "application/problem+json"
    assert shop.test_client().get("/cart").data == b"<h1>Oh</h1>"


def test_a_fault_beyond_the_loaders_is_logged_and_no_html(
    shop: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    @shop.before_request
    def fail() -> None:
        raise RuntimeError("the shop's database is away")

    refusal = shop.test_client().post("/zonos/cart-info")
    assert refusal.status_code == 500
    assert body_of(refusal)["code"] == "internal-server-error"
    assert "database" not in refusal.text
    assert "the shop's database is away" in caplog.text


def test_a_listener_that_fails_costs_no_sale_and_hides_no_answer(
    shop: Flask, upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(sender: Flask, **told: Any) -> None:
        raise RuntimeError("no statistics today")

    browser = signed_in(shop)
    with cart_created.connected_to(fail, shop):
        assert body_of(browser.post("/zonos/cart-info"))["cartId"]
    assert "zonos-cart-created" in caplog.text
    upstream.on(CART, says(b"<h1>busy</h1>", 500))
    with checkout_failed.connected_to(fail, shop):
        answer = browser.post("/zonos/cart-info")
    assert answer.status_code == 502
    assert answer.mimetype == "application/problem+json"


def test_a_listener_that_fails_is_heard_where_exceptions_propagate(
    make_shop: MakeShop,
) -> None:
    def fail(sender: Flask, **told: Any) -> None:
        raise RuntimeError("heard")

    app = make_shop(TESTING=True)
    with cart_created.connected_to(fail, app), pytest.raises(RuntimeError, match="hea"):
        app.test_client().post("/zonos/cart-info")
