"""zonos_checkout(): a data block and the module's tag, and a page that is not kept."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Response
from flask import stream_template_string
from flask.json.provider import DefaultJSONProvider
from jinja2 import DictLoader

from flask_zonos import ConfigurationError
from flask_zonos.web.templating import CODES
from flask_zonos.web.templating import WORDS
from flask_zonos.web.templating import zonos_checkout

from ..support.fixtures import MakeShop
from ..support.shops import data_block
from ..support.shops import Shop
from ..support.shops import TOKEN
from ..support.upstream import Upstream

TAGS = 'zonos_checkout("#place-order")'
OWN = "Own checkout{{ " + TAGS + " }}"


class LoudProvider(DefaultJSONProvider):
    """A provider that wraps whatever it is given."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return super().dumps({"data": obj}, **kwargs)


class Lazy:
    """A text as Flask-Babel's ``lazy_gettext`` gives one."""

    def __getattr__(self, name: str) -> Any:
        return getattr(str(self), name)

    def __str__(self) -> str:
        return "Øv"


def printed(shop: Shop, call: str = TAGS) -> str:
    """The output of a template's call."""
    shop.page = "{{ " + call + " }}"
    return shop.browser().get("/cart").text


def block(shop: Shop, arguments: str = "") -> Any:
    return data_block(printed(shop, f'zonos_checkout("#place-order"{arguments})'))


def test_it_prints_the_data_block_and_the_module_and_nothing_else(shop: Shop) -> None:
    lines = printed(shop).strip().split("\n")

    assert len(lines) == 2
    assert data_block(lines[0])["inventoryCheckUrl"] is None
    assert re.fullmatch(
        r'<script type="application/json" id="zonos-settings">\{.*\}</script>', lines[0]
    )
    assert re.fullmatch(
        r'<script type="module" src="/zonos/static/zonos-checkout\.js\?v=[\w.]+" '
        r"data-zonos-script></script>",
        lines[1],
    )


@pytest.mark.parametrize("mode", ["TEST", "LIVE"])
def test_the_block_has_every_key_and_the_shops_own_words_win(
    make_a_shop: MakeShop, mode: str
) -> None:
    shop = make_a_shop(ZONOS_MODE=mode)
    shop.zonos.inventory_checker(lambda items: None)
    arguments = (
        ', language="da", messages={"failed": "Øv"}, currency="EUR", checkoutSettings='
        '{"allowedCharacterSets": ["latin"], "placeOrderButtonSelector": "#another"}'
    )

    found = block(shop, arguments)

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
                "mode": mode,
                "allowedCharacterSets": ["latin"],
                "placeOrderButtonSelector": "#place-order",
            },
        },
    }


def test_every_code_that_a_click_can_meet_may_have_words(shop: Shop) -> None:
    words = {key: "Øv" for key in (*WORDS, *CODES, "bad-request", "too-many-requests")}
    assert block(shop, f", messages={words}")["messages"] == words


@pytest.mark.parametrize(
    ("arguments", "error", "told"),
    [
        ('messages={"askin": "Wait"}', ValueError, r"'askin'\. There are asking, open"),
        ('messages={"no-order-yet": "x", 1: "y"}', ValueError, "'no-order-yet', 1"),
        ('messages="One moment"', TypeError, "a dict of texts by key, not str"),
        ("a=joiner", TypeError, "not JSON serializable"),
        ("a=infinity", ValueError, "not JSON compliant"),
    ],
)
def test_an_argument_that_cannot_work_costs_the_tags_and_not_the_page(
    shop: Shop,
    caplog: pytest.LogCaptureFixture,
    arguments: str,
    error: type[Exception],
    told: str,
) -> None:
    shop.app.jinja_env.globals["infinity"] = math.inf
    shop.page = f'Own checkout{{{{ zonos_checkout("#b", {arguments}) }}}}'

    response = shop.browser().get("/cart")

    assert (response.status_code, response.text) == (200, "Own checkout")
    assert re.search(told, caplog.text)
    shop.app.testing = True
    with pytest.raises(error, match=told):
        shop.browser().get("/cart")


@pytest.mark.parametrize(
    "environment",
    [
        {"variable_start_string": "[[", "variable_end_string": "]]"},
        {"loader": DictLoader({})},
        {"finalize": lambda value: "" if value is None else value},
        {"autoescape": False},
    ],
    ids=lambda environment: next(iter(environment)),
)
@pytest.mark.parametrize("path", ["/cart", "/zonos/demo"])
def test_the_tags_do_not_depend_on_the_shops_templates(
    make_a_shop: MakeShop, environment: dict[str, Any], path: str
) -> None:
    def shop_of(**environment: Any) -> Shop:
        shop = make_a_shop(ZONOS_DEMO_PAGE=True)
        for name, value in environment.items():
            setattr(shop.app.jinja_env, name, value)
        shop.app.jinja_env.filters["tojson"] = lambda value: "replaced"
        shop.app.json = LoudProvider(shop.app)
        with shop.app.test_request_context():
            tags = zonos_checkout("#place-order", messages={"failed": "Øv <&'>"})
        shop.app.view_functions["cart"] = lambda: str(tags)
        return shop

    plain = shop_of().browser().get(path).text
    assert data_block(plain)["init"]["storeId"] == 1234
    assert shop_of(**environment).browser().get(path).text == plain


def test_the_tags_run_no_context_processor(shop: Shop) -> None:
    runs: list[int] = []

    @shop.app.context_processor
    def count() -> dict[str, Any]:
        runs.append(1)
        return {}

    shop.browser().get("/cart")

    assert len(runs) == 1


def test_what_json_lacks_is_written_as_text(shop: Shop) -> None:
    shop.app.jinja_env.globals.update(lazy=Lazy(), price=Decimal("24.90"))
    found = block(shop, ', messages={"failed": lazy}, a=lazy, b=price')
    assert found["messages"] == {"failed": "Øv"}
    assert (found["init"]["a"], found["init"]["b"]) == ("Øv", "24.90")


def test_the_block_cannot_be_ended_from_within(shop: Shop) -> None:
    call = "zonos_checkout('#b', messages={'failed': '</script><script>alert(1)'})"
    text = printed(shop, call)
    assert text.count("</script>") == 2
    assert data_block(text)["messages"]["failed"] == "</script><script>alert(1)"


def test_the_tag_carries_the_nonce_as_text_or_from_a_function(shop: Shop) -> None:
    assert 'nonce="n1"' in printed(shop, 'zonos_checkout("#b", nonce="n1")')
    shop.app.jinja_env.globals["csp_nonce"] = lambda: "n2"
    assert 'nonce="n2"' in printed(shop, 'zonos_checkout("#b")')
    assert 'nonce="n2"' in printed(shop, 'zonos_checkout("#b", nonce=csp_nonce)')
    assert "&#34;" in printed(shop, "zonos_checkout('#b', nonce='\"><x')")


def cache_it(response: Response) -> Response:
    response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["CDN-Cache-Control"] = "max-age=60"
    response.headers["Surrogate-Control"] = "max-age=60"
    response.headers["Vary"] = "Accept"
    return response


@pytest.mark.parametrize("when", ["before init_app", "after init_app", "in the view"])
@pytest.mark.parametrize("user_id", [None, "a"])
@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/cart", "private, no-store"),
        ("GET", "/zonos/demo", "private, no-store"),
        ("POST", "/zonos/cart-info", "no-store"),
        ("POST", "/zonos/inventory-check", "no-store"),
        ("TRACE", "/zonos/cart-info", "no-store"),
    ],
)
def test_nothing_of_the_shops_makes_it_cacheable(
    make_a_shop: MakeShop,
    when: str,
    user_id: str | None,
    method: str,
    path: str,
    expected: str,
) -> None:
    shop = make_a_shop(ZONOS_DEMO_PAGE=True)
    if when == "in the view":
        page = shop.app.view_functions["cart"]
        shop.app.view_functions["cart"] = lambda: cache_it(Response(str(page())))
    else:
        hooks = shop.app.after_request_funcs.setdefault(None, [])
        # The one that was registered first runs last.
        hooks.insert(0 if when == "before init_app" else len(hooks), cache_it)

    headers = shop.browser(user_id).open(path, method=method).headers

    assert headers.getlist("Cache-Control") == [expected]
    assert "Cookie" in headers["Vary"]
    if when != "in the view":
        assert not {"CDN-Cache-Control", "Surrogate-Control"} & {*headers.keys()}


def test_a_page_that_streams_says_nothing_of_the_shopper(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.app.view_functions["cart"] = lambda: stream_template_string(shop.page)
    response = shop.browser("a").get("/cart")
    assert data_block(response.text)["identity"] is None
    assert "render_template()" in caplog.text
    assert "Cache-Control" not in response.headers


def test_tags_made_before_the_stream_begins_are_for_the_shopper(shop: Shop) -> None:
    def view() -> Iterator[str]:
        return stream_template_string("{{ tags }}", tags=zonos_checkout("#b"))

    shop.app.view_functions["cart"] = view

    response = shop.browser("a").get("/cart")

    assert data_block(response.text)["identity"]
    assert response.headers["Cache-Control"] == "private, no-store"


def test_another_page_keeps_its_own_cache_headers(shop: Shop) -> None:
    shop.page = "about us"
    assert "Cache-Control" not in shop.browser("a").get("/cart").headers


def test_the_page_holds_no_personal_data_and_zonos_is_not_called(
    shop: Shop, upstream: Upstream
) -> None:
    text = shop.browser("1234567").get("/cart").text
    for private in ("1234567", "test@zonos.com", "otp_of", TOKEN):
        assert private not in text
    assert "public_key" in text
    assert upstream.received == []


def test_the_script_is_served(shop: Shop) -> None:
    src = re.search(r'src="([^"]+)"', printed(shop))
    assert src is not None
    with shop.browser().get(src[1]) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "text/javascript")


def without_loader(shop: Shop) -> None:
    shop.zonos._callbacks.cart_loader = None


def without_login(shop: Shop) -> None:
    del shop.app.login_manager  # type: ignore[attr-defined]
    shop.app.template_context_processors[None] = []


def without_key(shop: Shop) -> None:
    shop.app.secret_key = None


@pytest.mark.parametrize(
    ("config", "change", "told", "raised"),
    [
        ({"ZONOS_MODE": "live"}, None, "ZONOS_MODE: must be TEST or LIVE", True),
        ({"ZONOS_TIMEOUT": "5"}, None, "ZONOS_TIMEOUT: must be two", True),
        ({}, without_loader, "@zonos.cart_loader: is not registered", True),
        # The shop may work without them, so far as its other pages go.
        ({}, without_login, "LoginManager", False),
        ({}, without_key, "SECRET_KEY", False),
    ],
    ids=["mode", "timeout", "cart loader", "LoginManager", "SECRET_KEY"],
)
@pytest.mark.parametrize("switch", ["TESTING", "DEBUG", "X"])
def test_what_is_missing_costs_the_tags_and_not_the_page_and_a_developer_sees_it(
    make_a_shop: MakeShop,
    caplog: pytest.LogCaptureFixture,
    config: dict[str, Any],
    change: Any,
    told: str,
    raised: bool,
    switch: str,
) -> None:
    shop = make_a_shop(**config, **{switch: True})
    shop.page = OWN
    if change is not None:
        change(shop)
    caplog.clear()

    if raised and switch != "X":
        with pytest.raises(ConfigurationError, match=re.escape(told)):
            shop.browser().get("/cart")
        return
    answer = shop.browser().get("/cart")

    assert (answer.status_code, answer.text) == (200, "Own checkout")
    logged = [r for r in caplog.records if r.name == "flask_zonos.web.templating"]
    assert [record.levelname for record in logged] == ["ERROR"]
    assert told in caplog.text


def test_a_user_without_get_id_has_the_tags(shop: Shop) -> None:
    signed_in = SimpleNamespace(is_authenticated=True, is_active=True, id="a")
    shop.login_manager.request_loader(lambda request: signed_in)
    assert block(shop)["identity"]
