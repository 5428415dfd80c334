"""Next to Flask-WTF, Flask-Limiter, a proxy, APIFlask, flask-smorest."""

from __future__ import annotations

from typing import Any

import apiflask
import flask_smorest
import pytest
from flask import abort
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_zonos import Zonos

from ..support.fixtures import MakeShop
from ..support.samples import cart
from ..support.shops import click
from ..support.shops import data_block
from ..support.shops import make_app
from ..support.shops import open_shop
from ..support.shops import Shop
from ..support.upstream import Upstream
from .problems import problem


def protected(make_a_shop: MakeShop, *, exempt: bool, **config: Any) -> Shop:
    """A shop with Flask-WTF's protection of all of its routes but the sign-in."""
    shop = make_a_shop(ZONOS_DEMO_PAGE=True, **config)
    csrf = CSRFProtect(shop.app)
    for name in ("sign_in", "sign_out"):
        csrf.exempt(shop.app.view_functions[name])
    if exempt:
        csrf.exempt(shop.zonos.blueprint)
    return shop


@pytest.mark.parametrize(
    ("exempt", "config"), [(True, {}), (False, {"WTF_CSRF_ENABLED": False})]
)
def test_an_exempted_blueprint_needs_no_token_and_warns_of_nothing(
    make_a_shop: MakeShop,
    caplog: pytest.LogCaptureFixture,
    exempt: bool,
    config: dict[str, Any],
) -> None:
    shop = protected(make_a_shop, exempt=exempt, **config)
    browser = shop.browser("a")
    assert data_block(browser.get("/cart").text)["csrfToken"] is None
    assert click(browser).status_code == 200
    assert "CSRFProtect" not in caplog.text
    assert "zonos-settings" in browser.get("/zonos/demo").text


def test_without_the_exemption_the_page_carries_a_token_that_a_click_needs(
    make_a_shop: MakeShop, caplog: pytest.LogCaptureFixture
) -> None:
    shop = protected(make_a_shop, exempt=False)
    browser = shop.browser("a")
    token = data_block(browser.get("/cart").text)["csrfToken"]

    assert click(browser, headers={"X-CSRFToken": token}).status_code == 200
    problem(click(browser), 400, "page-expired")
    assert "csrf.exempt(zonos.blueprint)" in caplog.text
    # Its session is not saved, so it could have no token.
    demo = browser.get("/zonos/demo").text
    assert "csrf.exempt(zonos.blueprint)" in demo
    assert "zonos-settings" not in demo


def test_flask_limiter_counts_shoppers_behind_a_proxy_and_its_refusal_is_ours(
    shop: Shop, upstream: Upstream
) -> None:
    shop.app.wsgi_app = ProxyFix(shop.app.wsgi_app, x_for=1)  # type: ignore[method-assign]
    # The limit of the guide on many machines.
    limiter = Limiter(get_remote_address, app=shop.app, storage_uri="memory://")
    limiter.limit("1 per minute")(shop.zonos.blueprint)

    def post(address: str) -> Any:
        return shop.click(headers={"X-Forwarded-For": address})

    assert post("203.0.113.1").status_code == 200
    refusal = post("203.0.113.1")
    problem(refusal, 429, "too-many-requests")
    assert refusal.headers["Retry-After"] == "1"
    assert post("203.0.113.2").status_code == 200
    # What a client writes itself stands before what the proxy adds.
    assert post("198.51.100.9, 203.0.113.2").status_code == 429
    assert len(upstream.received) == 2
    assert shop.browser().get("/cart").status_code == 200


@pytest.mark.parametrize("fail", [lambda: abort(401), lambda: int("a secret")])
def test_the_shops_own_error_pages_do_not_answer_on_our_routes(
    shop: Shop, caplog: pytest.LogCaptureFixture, fail: Any
) -> None:
    shop.app.before_request(fail)
    for status in (401, 500):
        shop.app.register_error_handler(status, lambda error: "<h1>Oh</h1>")

    refusal = shop.click()

    told = problem(refusal, refusal.status_code, refusal.json["code"])
    assert "secret" not in refusal.text
    if refusal.status_code == 500:
        assert told["detail"].startswith("The checkout could not be opened.")
        assert "a secret" in caplog.text
    assert shop.browser().get("/cart").text == "<h1>Oh</h1>"


def test_flask_smorest_registers_the_blueprint_and_documents_only_its_own(
    upstream: Upstream,
) -> None:
    app, zonos = make_app(upstream.url), Zonos()
    app.config.update(API_TITLE="Shop", API_VERSION="1", OPENAPI_VERSION="3.0.3")
    zonos.cart_loader(lambda request_data: cart())
    api = flask_smorest.Api(app)
    api.register_blueprint(zonos.blueprint, url_prefix="/zonos")

    assert click(app.test_client()).json["cartId"]
    assert not any("zonos" in path for path in api.spec.to_dict()["paths"])
    with app.app_context():
        zonos.client.close()


def test_an_apiflask_app_opens_checkouts_and_its_abort_keeps_its_status(
    upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(upstream.url, apiflask.APIFlask(__name__))
    shop = open_shop(Shop(app, Zonos()))

    assert shop.click().json["cartId"]
    document: Any = shop.browser().get("/openapi.json").json
    assert not any("zonos" in path for path in document["paths"])
    shop.load_cart = lambda data: apiflask.abort(409, "Anna's vase is sold out")
    answer = shop.click()
    problem(answer, 409, "loader-error")
    assert "Anna" not in answer.text + caplog.text
    shop.close()
