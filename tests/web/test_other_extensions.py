"""Next to Flask-WTF, APIFlask, flask-smorest, and what fails ahead of our routes."""

from __future__ import annotations

from typing import Any

import apiflask
import flask_smorest
import pytest
from flask import abort
from flask_wtf import CSRFProtect

from flask_zonos import Zonos

from ..support.fixtures import MakeShop
from ..support.shops import click
from ..support.shops import data_block
from ..support.shops import make_app
from ..support.shops import open_shop
from ..support.shops import problem
from ..support.shops import Shop
from ..support.upstream import Upstream


@pytest.fixture
def protected(make_a_shop: MakeShop) -> Shop:
    """A shop with Flask-WTF's protection of all of its routes but the sign-in."""
    shop = make_a_shop(ZONOS_DEMO_PAGE=True)
    csrf = CSRFProtect(shop.app)
    for name in ("sign_in", "sign_out"):
        csrf.exempt(shop.app.view_functions[name])
    return shop


@pytest.mark.parametrize("exempt", [True, False])
def test_where_nothing_is_protected_no_token_is_needed_and_nothing_is_warned_of(
    protected: Shop, caplog: pytest.LogCaptureFixture, exempt: bool
) -> None:
    if exempt:
        protected.app.extensions["csrf"].exempt(protected.zonos.blueprint)
    else:
        protected.app.config["WTF_CSRF_ENABLED"] = False
    browser = protected.browser("a")
    assert data_block(browser.get("/cart").text)["csrfToken"] is None
    assert click(browser).status_code == 200
    assert "CSRFProtect" not in caplog.text


def test_without_the_exemption_the_page_carries_a_token_that_a_click_needs(
    protected: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    browser = protected.browser("a")
    token = data_block(browser.get("/cart").text)["csrfToken"]

    assert click(browser, headers={"X-CSRFToken": token}).status_code == 200
    problem(click(browser), 400, "page-expired")
    assert "csrf.exempt(zonos.blueprint)" in caplog.text
    # Its session is not saved, so it could have no token.
    demo = browser.get("/zonos/demo").text
    assert "csrf.exempt(zonos.blueprint)" in demo
    assert "zonos-settings" not in demo


@pytest.mark.parametrize(
    ("fail", "status", "code"),
    [
        (lambda: abort(401), 401, "unauthorized"),
        (lambda: abort(429), 429, "too-many-requests"),  # as Flask-Limiter does
        (lambda: int("a secret"), 500, "internal-server-error"),
    ],
)
def test_the_shops_own_error_pages_do_not_answer_on_our_routes(
    shop: Shop, caplog: pytest.LogCaptureFixture, fail: Any, status: int, code: str
) -> None:
    shop.app.before_request(fail)
    shop.app.register_error_handler(status, lambda error: "<h1>Oh</h1>")

    refusal = shop.click()

    told = problem(refusal, status, code)
    assert refusal.headers.get("Retry-After") == ("1" if status == 429 else None)
    if status == 500:
        assert told["detail"].startswith("The checkout could not be opened.")
        assert "secret" not in refusal.text
        assert "a secret" in caplog.text
    assert shop.browser().get("/cart").text == "<h1>Oh</h1>"


def test_flask_smorest_registers_the_blueprint_and_documents_only_its_own(
    upstream: Upstream,
) -> None:
    shop = Shop(make_app(upstream.url), Zonos())
    shop.app.config.update(API_TITLE="Shop", API_VERSION="1", OPENAPI_VERSION="3.0.3")
    shop.zonos.cart_loader(shop.load_cart)
    api = flask_smorest.Api(shop.app)
    api.register_blueprint(shop.zonos.blueprint, url_prefix="/zonos")

    assert shop.click().json["cartId"]
    assert not any("zonos" in path for path in api.spec.to_dict()["paths"])
    shop.close()


def test_an_apiflask_app_opens_checkouts_and_its_abort_keeps_its_status(
    upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    shop = open_shop(Shop(make_app(upstream.url, apiflask.APIFlask(__name__)), Zonos()))

    assert shop.click().json["cartId"]
    document: Any = shop.browser().get("/openapi.json").json
    assert not any("zonos" in path for path in document["paths"])
    shop.load_cart = lambda data: apiflask.abort(409, "Anna's vase is sold out")
    answer = shop.click()
    problem(answer, 409, "loader-error")
    assert "Anna" not in answer.text + caplog.text
    shop.close()
