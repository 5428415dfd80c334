"""Pages with zonos_checkout(), and /demo: a data block, the module's tag, no cache."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from babel.support import LazyProxy
from flask import abort
from flask import Response
from flask import stream_template_string

from flask_zonos import ConfigurationError

from ..support.fixtures import MakeShop
from ..support.samples import cart
from ..support.samples import item
from ..support.shops import data_block
from ..support.shops import problem
from ..support.shops import Shop
from ..support.upstream import Upstream


def printed(shop: Shop, arguments: str = "", user_id: str | None = None) -> str:
    """The output of a template's call."""
    shop.page = '{{ zonos_checkout("#place-order"' + arguments + ") }}"
    return shop.browser(user_id).get("/cart").text


def test_it_prints_the_data_block_and_the_module_and_nothing_else(shop: Shop) -> None:
    settings, script = printed(shop).strip().split("\n")

    assert data_block(settings)["inventoryCheckUrl"] is None
    assert re.fullmatch(
        r'<script type="application/json" id="zonos-settings">\{.*\}</script>', settings
    )
    found = re.fullmatch(
        r'<script type="module" src="(/zonos/static/zonos-checkout\.js\?v=[\w.]+)" '
        r"data-zonos-script></script>",
        script,
    )
    assert found is not None
    with shop.browser().get(found[1]) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "text/javascript")


def test_the_block_has_the_shops_words_and_nothing_personal_or_of_zonoss(
    make_a_shop: MakeShop, upstream: Upstream
) -> None:
    shop = make_a_shop(ZONOS_MODE="LIVE")
    shop.zonos.inventory_checker(lambda items: None)
    arguments = (
        ', language="da", messages={"failed": "Øv"}, currency="EUR", checkoutSettings='
        '{"allowedCharacterSets": ["latin"], "placeOrderButtonSelector": "#another"}'
    )

    found = data_block(printed(shop, arguments, "1234567"))

    assert re.fullmatch(r"[0-9a-f]{64}", found.pop("identity"))
    assert found == {
        "cartInfoUrl": "/zonos/cart-info",
        "orderHintUrl": "/zonos/order-hint",
        "inventoryCheckUrl": "/zonos/inventory-check",
        "scriptUrl": "https://js.zonos.com/dist/scripts/loadZonos.js",
        "csrfToken": None,
        "language": "da",
        "messages": {"failed": "Øv"},
        "init": {
            "storeId": 1234,
            "zonosApiKey": "public_key",
            "currency": "EUR",
            "checkoutSettings": {
                "mode": "LIVE",
                "allowedCharacterSets": ["latin"],
                "placeOrderButtonSelector": "#place-order",
            },
        },
    }
    assert upstream.received == []


def test_what_json_lacks_is_written_as_text(shop: Shop) -> None:
    lazy = LazyProxy(lambda: "Øv")
    shop.app.jinja_env.globals.update(lazy=lazy, price=Decimal("24.90"))
    found = data_block(printed(shop, ', messages={"failed": lazy}, a=lazy, b=price'))
    assert found["messages"] == {"failed": "Øv"}
    assert (found["init"]["a"], found["init"]["b"]) == ("Øv", "24.90")


def test_the_block_cannot_be_ended_from_within(shop: Shop) -> None:
    text = printed(shop, ", messages={'failed': '</script><script>alert(1)'}")
    assert text.count("</script>") == 2
    assert data_block(text)["messages"]["failed"] == "</script><script>alert(1)"


def cache_it(response: Response) -> Response:
    response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["CDN-Cache-Control"] = "max-age=60"
    response.headers["Surrogate-Control"] = "max-age=60"
    response.headers["Vary"] = "Accept"
    return response


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/cart", "private, no-store"),
        ("GET", "/zonos/demo", "private, no-store"),
        ("POST", "/zonos/cart-info", "no-store"),
    ],
)
def test_nothing_of_the_shops_makes_it_cacheable(
    make_a_shop: MakeShop, method: str, path: str, expected: str
) -> None:
    shop = make_a_shop(ZONOS_DEMO_PAGE=True)
    page = shop.app.view_functions["cart"]
    shop.app.view_functions["cart"] = lambda: cache_it(Response(str(page())))
    # Before those of ``init_app``, and after: the first one runs last.
    hooks = shop.app.after_request_funcs.setdefault(None, [])
    hooks[:] = [cache_it, *hooks, cache_it]

    headers = shop.browser("a").open(path, method=method).headers

    assert headers.getlist("Cache-Control") == [expected]
    assert "Cookie" in headers["Vary"]
    assert not {"CDN-Cache-Control", "Surrogate-Control"} & {*headers.keys()}


def test_a_page_that_streams_says_nothing_of_the_shopper(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.app.view_functions["cart"] = lambda: stream_template_string(shop.page)
    response = shop.browser("a").get("/cart")
    assert data_block(response.text)["identity"] is None
    assert "render_template()" in caplog.text
    assert "Cache-Control" not in response.headers


def test_another_page_keeps_its_own_cache_headers(shop: Shop) -> None:
    shop.page = "about us"
    assert "Cache-Control" not in shop.browser("a").get("/cart").headers


@pytest.mark.parametrize(
    ("change", "arguments", "told", "error"),
    [
        (
            lambda shop: shop.zonos.cart_loader(None),
            *("", "@zonos.cart_loader: is not registered", ConfigurationError),
        ),
        (id, ', messages={"askin": "Wait"}', "no key 'askin'", ValueError),
        (id, ', messages="One moment"', "a dict of texts by key, not str", TypeError),
        (id, ", a=joiner", "not JSON serializable", TypeError),
        (id, ", a=infinity", "not JSON compliant", ValueError),
        # The shop may work without it, so far as its other pages go.
        (lambda shop: setattr(shop.app, "secret_key", None), "", "SECRET_KEY", None),
    ],
)
@pytest.mark.parametrize("switch", ["TESTING", "DEBUG", "X"])
def test_what_cannot_work_costs_the_tags_and_not_the_page_and_a_developer_sees_it(
    make_a_shop: MakeShop,
    caplog: pytest.LogCaptureFixture,
    change: Callable[[Shop], object],
    arguments: str,
    told: str,
    error: type[Exception] | None,
    switch: str,
) -> None:
    shop = make_a_shop(**{switch: True})
    shop.app.jinja_env.globals["infinity"] = math.inf
    change(shop)
    if error is not None and switch != "X":
        with pytest.raises(error, match=re.escape(told)):
            printed(shop, arguments)
    else:
        assert printed(shop, arguments) == ""
        [logged] = [r for r in caplog.records if "web.templating" in r.name]
        assert logged.levelname == "ERROR"
        assert told in logged.getMessage()


def test_the_demo_page_is_not_there_unless_in_debug_or_switched_on(
    make_a_shop: MakeShop,
) -> None:
    shop = make_a_shop()
    problem(shop.browser().get("/zonos/demo"), 404, "not-found")
    shop.app.debug = True
    assert shop.browser().get("/zonos/demo").status_code == 200
    assert shop.browser().head("/zonos/demo").status_code == 200
    problem(shop.browser().post("/zonos/demo"), 405, "method-not-allowed")
    on = make_a_shop(ZONOS_DEMO_PAGE="yes")
    assert on.browser().get("/zonos/demo").status_code == 200


def test_the_demo_page_says_who_is_recognised_and_what_is_in_the_cart(
    make_a_shop: MakeShop,
) -> None:
    shop = make_a_shop(ZONOS_DEMO_PAGE=True)
    shop.load_cart = lambda request_data: cart(item(name="A <b>mug</b>"))
    page = shop.browser("me-7").get("/zonos/demo").text
    for told in ("me-7", "A &lt;b&gt;mug&lt;/b&gt;", "24.90 EUR", 'id="place-order"'):
        assert told in page
    assert data_block(page)["identity"]
    assert "anonymous" in shop.browser().get("/zonos/demo").text


@pytest.mark.parametrize(
    ("load_cart", "told"),
    [
        (lambda request_data: cart(item(amount=1.5)), "items[0].amount"),
        (lambda request_data: abort(404), "404 Not Found"),
    ],
)
def test_trouble_with_the_cart_is_told_on_the_demo_page(
    make_a_shop: MakeShop, load_cart: Any, told: str
) -> None:
    shop = make_a_shop(ZONOS_DEMO_PAGE=True)
    shop.load_cart = load_cart
    page = shop.browser().get("/zonos/demo").text
    assert 'role="alert"' in page
    assert told in page
    assert "zonos-settings" not in page
