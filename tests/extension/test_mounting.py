"""One Zonos, several apps; the blueprint by hand, nested, renamed or prefixed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint
from flask import Flask
from flask import request

from flask_zonos import Cart
from flask_zonos import ConfigurationError
from flask_zonos import Zonos

from ..support.samples import cart
from ..support.shops import data_block
from ..support.shops import make_app
from ..support.shops import PAGE
from ..support.upstream import Upstream


def by_setting(app: Flask, zonos: Zonos) -> str:
    app.config["ZONOS_URL_PREFIX"] = "/checkout/api"
    zonos.init_app(app)
    return "/checkout/api"


def by_hand(app: Flask, zonos: Zonos) -> str:
    app.register_blueprint(zonos.blueprint, url_prefix="/api", name="abroad")
    return "/api"


def nested(app: Flask, zonos: Zonos) -> str:
    name = "other" if "shop" in app.blueprints else "shop"
    parent = Blueprint(name, __name__, url_prefix="/shop")
    parent.register_blueprint(zonos.blueprint, url_prefix="/z", name="abroad")
    app.register_blueprint(parent)
    return "/shop/z"


MOUNTS: list[Callable[[Flask, Zonos], str]] = [by_setting, by_hand, nested]


@pytest.fixture
def zonos() -> Zonos:
    zonos = Zonos()
    zonos.cart_loader(lambda request_data: cart())
    return zonos


def hosted(upstream: Upstream, **options: Any) -> Flask:
    app = make_app(upstream.url, Flask(__name__, **options), TESTING=True)
    if app.subdomain_matching:
        app.config["SERVER_NAME"] = "shop.example"
    return app


def page_at(app: Flask, rule: str, **options: Any) -> None:
    def page(**_: Any) -> str:
        return app.jinja_env.from_string(PAGE).render()

    app.add_url_rule(rule, view_func=page, **options)


def click_at(app: Flask, base: str = "", path: str = "/cart") -> dict[str, Any]:
    """The response to a page's click; script and route are found by the page."""
    browser = app.test_client()
    page = browser.get(path, base_url=base or None).text
    src = re.search(r'src="([^"]*)"', page)
    assert src is not None
    with browser.get(src[1], base_url=base or None) as script:
        assert script.status_code == 200
    url = data_block(page)["cartInfoUrl"]
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = browser.post(url, base_url=base or None, headers=headers)
    assert answer.status_code == 200 and isinstance(answer.json, dict)
    refused = browser.open(url, base_url=base or None, method="TRACE")
    assert refused.json is not None and refused.json["code"] == "method-not-allowed"
    with app.app_context():
        app.extensions["zonos"].client.close()
    return {"url": url, **answer.json}


def test_one_zonos_serves_several_apps_each_by_its_own_settings(
    upstream: Upstream, zonos: Zonos
) -> None:
    for seconds, mount in enumerate(MOUNTS, 20):
        app = hosted(upstream)
        app.config["ZONOS_DEADLINE"] = seconds
        prefix = mount(app, zonos)
        page_at(app, "/cart")
        assert click_at(app)["url"] == f"{prefix}/cart-info"
        client = app.extensions["zonos"].client
        assert client.deadline == seconds
        assert app.extensions["zonos"].client is client


def test_with_host_matching_the_routes_are_on_every_host(
    upstream: Upstream, zonos: Zonos
) -> None:
    app = hosted(upstream, host_matching=True, static_host="static.example")
    zonos.init_app(app)
    page_at(app, "/cart", host="other.example:8080")
    assert click_at(app, "http://other.example:8080")["cartId"]
    with app.app_context():
        assert app.extensions["zonos"].url_path("webhooks") == "/zonos/webhooks"


@pytest.mark.parametrize("by", ["subdomain", "prefix"])
def test_a_mount_with_a_variable_part_takes_it_from_the_pages_address(
    upstream: Upstream, zonos: Zonos, by: str
) -> None:
    app = hosted(upstream, subdomain_matching=True)
    seen: list[Any] = []

    @zonos.cart_loader
    def current_cart(request_data: dict[str, Any]) -> Cart:
        seen.append(request.view_args)
        return cart()

    if by == "subdomain":
        app.register_blueprint(zonos.blueprint, subdomain="<tenant>")
        page_at(app, "/cart", subdomain="<tenant>")
        base, path = "http://anna.shop.example", "/cart"
    else:
        app.register_blueprint(zonos.blueprint, url_prefix="/<tenant>/zonos")
        page_at(app, "/<tenant>/cart")
        base, path = "http://shop.example", "/anna/cart"

    page_at(app, "/terms", endpoint="terms")

    assert click_at(app, base, path)["cartId"]
    assert seen == [{"tenant": "anna"}]
    with pytest.raises(ConfigurationError, match="that this page's address lacks"):
        app.test_client().get("/terms", base_url="http://shop.example")


def test_a_subdomain_of_its_own_is_refused_and_that_of_the_pages_works(
    upstream: Upstream, zonos: Zonos
) -> None:
    app = hosted(upstream, subdomain_matching=True)
    with pytest.raises(RuntimeError, match=r"pages\.register_blueprint"):
        app.register_blueprint(zonos.blueprint, subdomain="checkout")

    pages = Blueprint("pages", __name__, subdomain="www")
    pages.register_blueprint(zonos.blueprint, url_prefix="/zonos")
    app.register_blueprint(pages)
    page_at(app, "/cart", subdomain="www")
    page_at(app, "/cart", endpoint="elsewhere")

    assert click_at(app, "http://www.shop.example")["cartId"]
    with pytest.raises(ConfigurationError, match="not on the host of this page"):
        app.test_client().get("/cart", base_url="http://shop.example")


@pytest.mark.parametrize("first", MOUNTS)
@pytest.mark.parametrize("second", MOUNTS)
def test_a_second_mount_is_refused_with_words_that_say_which_to_keep(
    first: Callable[[Flask, Zonos], str], second: Callable[[Flask, Zonos], str]
) -> None:
    for is_same in (True, False):
        app, zonos = Flask(__name__), Zonos()
        first(app, zonos)
        with pytest.raises(RuntimeError, match="Keep one"):
            second(app, zonos if is_same else Zonos())
