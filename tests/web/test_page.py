"""zonos_checkout(): a data block and the module's tag, and a page that is not kept."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import render_template_string
from flask import Response
from flask import stream_template_string
from flask.json.provider import DefaultJSONProvider
from flask_login import LoginManager
from jinja2 import DictLoader

from flask_zonos import ConfigurationError
from flask_zonos.web.templating import CODES
from flask_zonos.web.templating import WORDS
from flask_zonos.web.templating import zonos_checkout

from ..support.fixtures import MakeShop
from ..support.shops import Shop


class LoudProvider(DefaultJSONProvider):
    """A provider that wraps whatever it is given."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return super().dumps({"data": obj}, **kwargs)


def printed(shop: Shop, call: str, user_id: str | None = None) -> str:
    """A template's output for a call, within a request of a shopper."""
    shop.page = "{{ " + call + " }}"
    return shop.browser(user_id).get("/cart").text


def block(printed: str) -> Any:
    found = re.search(r'id="zonos-settings">(.*?)</script>', printed)
    assert found is not None
    return json.loads(found[1])


def test_it_prints_the_data_block_and_the_module_and_nothing_else(shop: Shop) -> None:
    lines = printed(shop, 'zonos_checkout("#place-order")').strip().split("\n")

    assert len(lines) == 2
    assert re.fullmatch(
        r'<script type="application/json" id="zonos-settings">\{.*\}</script>', lines[0]
    )
    assert re.fullmatch(
        r'<script type="module" src="/zonos/static/zonos-checkout\.js\?v=[\w.]+" '
        r"data-zonos-script></script>",
        lines[1],
    )


@pytest.mark.parametrize(
    ("messages", "error", "told"),
    [
        (
            '{"askin": "Wait"}',
            ValueError,
            r"no key 'askin'\. There are asking, opening",
        ),
        ('{"no-order-yet": "x", 1: "y"}', ValueError, "no key 'no-order-yet', 1"),
        ('"One moment"', TypeError, "must be a dict of texts by key, not str"),
    ],
)
def test_words_that_nobody_would_read_are_refused(
    shop: Shop, messages: str, error: type[Exception], told: str
) -> None:
    shop.app.testing = True

    with pytest.raises(error, match=told):
        printed(shop, f'zonos_checkout("#place-order", messages={messages})')


def test_every_code_that_a_click_can_meet_may_have_words(shop: Shop) -> None:
    words = {key: "Øv" for key in (*WORDS, *CODES, "bad-request", "too-many-requests")}

    found = block(printed(shop, f'zonos_checkout("#place-order", messages={words})'))

    assert found["messages"] == words


def test_the_block_has_every_key_and_the_shops_own_words_win(shop: Shop) -> None:
    call = (
        'zonos_checkout("#place-order", language="da", messages={"failed": "Øv"}, '
        'currency="EUR", checkoutSettings={"mode": "LIVE", "allowedCharacterSets": '
        '["latin"]})'
    )

    found = block(printed(shop, call))

    assert re.fullmatch(r"[0-9a-f]{64}", found.pop("identity"))
    assert found == {
        "cartInfoUrl": "/zonos/cart-info",
        "orderHintUrl": "/zonos/order-hint",
        "inventoryCheckUrl": None,
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


def test_the_button_is_the_one_that_the_tag_names(shop: Shop) -> None:
    call = (
        'zonos_checkout("#place-order", '
        'checkoutSettings={"placeOrderButtonSelector": "#another"})'
    )

    found = block(printed(shop, call))["init"]["checkoutSettings"]

    assert found["placeOrderButtonSelector"] == "#place-order"


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
    assert block(plain)["init"]["storeId"] == 1234
    assert shop_of(**environment).browser().get(path).text == plain


def test_the_tags_run_no_context_processor(shop: Shop) -> None:
    runs: list[int] = []

    @shop.app.context_processor
    def count() -> dict[str, Any]:
        runs.append(1)
        return {}

    shop.browser().get("/cart")

    assert len(runs) == 1


class Lazy:
    """A text as Flask-Babel's ``lazy_gettext`` gives one."""

    def __getattr__(self, name: str) -> Any:
        return getattr(str(self), name)

    def __str__(self) -> str:
        return "Øv"


def test_what_json_lacks_is_written_as_text(shop: Shop) -> None:
    shop.app.jinja_env.globals.update(lazy=Lazy(), price=Decimal("24.90"))
    call = 'zonos_checkout("#b", messages={"failed": lazy}, a=lazy, b=price)'

    found = block(printed(shop, call))

    assert found["messages"] == {"failed": "Øv"}
    assert (found["init"]["a"], found["init"]["b"]) == ("Øv", "24.90")


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ('zonos_checkout("#b", a=joiner)', "not JSON serializable"),
        ('zonos_checkout("#b", a=infinity)', "not JSON compliant"),
        ('zonos_checkout("#b", messages={"askin": ""})', "no key 'askin'"),
    ],
)
def test_a_parameter_that_cannot_work_costs_the_tags_and_not_the_page(
    shop: Shop, caplog: pytest.LogCaptureFixture, call: str, told: str
) -> None:
    shop.app.jinja_env.globals["infinity"] = math.inf
    shop.page = "Own checkout{{ " + call + " }}"

    response = shop.browser().get("/cart")

    assert (response.status_code, response.text) == (200, "Own checkout")
    assert told in caplog.text


def test_the_inventory_route_is_named_once_there_is_a_checker(shop: Shop) -> None:
    shop.zonos.inventory_checker(lambda items: None)

    found = block(printed(shop, 'zonos_checkout("#place-order")'))

    assert found["inventoryCheckUrl"] == "/zonos/inventory-check"


def test_the_block_cannot_be_ended_from_within(shop: Shop) -> None:
    call = "zonos_checkout('#b', messages={'failed': '</script><script>alert(1)'})"

    text = printed(shop, call)

    assert text.count("</script>") == 2
    assert block(text)["messages"]["failed"] == "</script><script>alert(1)"


def test_the_tag_carries_the_nonce_as_text_or_from_a_function(shop: Shop) -> None:
    assert 'nonce="n1"' in printed(shop, 'zonos_checkout("#b", nonce="n1")')
    shop.app.jinja_env.globals["csp_nonce"] = lambda: "n2"
    assert 'nonce="n2"' in printed(shop, 'zonos_checkout("#b")')
    assert 'nonce="n2"' in printed(shop, 'zonos_checkout("#b", nonce=csp_nonce)')
    assert "&#34;" in printed(shop, "zonos_checkout('#b', nonce='\"><x')")


@pytest.mark.parametrize("user_id", [None, "a"])
def test_a_page_that_says_for_whom_it_was_made_is_kept_nowhere(
    shop: Shop, user_id: str | None
) -> None:
    answer = shop.browser(user_id).get("/cart")

    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Cookie" in answer.vary


def test_a_page_for_one_shopper_stays_so_though_its_view_lets_all_caches_keep_it(
    shop: Shop,
) -> None:
    def view() -> tuple[str, dict[str, str]]:
        shared = {"Cache-Control": "public, max-age=60"}
        return render_template_string(shop.page), shared

    shop.app.add_url_rule("/cart-of-all", view_func=view)

    answer = shop.browser("a").get("/cart-of-all")

    assert answer.headers.getlist("Cache-Control") == ["private, no-store"]


def cache_it(response: Response) -> Response:
    response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["CDN-Cache-Control"] = "max-age=60"
    response.headers["Surrogate-Control"] = "max-age=60"
    response.headers["Vary"] = "Accept"
    return response


@pytest.mark.parametrize("when", ["before init_app", "after init_app"])
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
def test_no_hook_of_the_shops_makes_it_cacheable(
    make_a_shop: MakeShop, when: str, method: str, path: str, expected: str
) -> None:
    shop = make_a_shop(ZONOS_DEMO_PAGE=True)
    hooks = shop.app.after_request_funcs.setdefault(None, [])
    # The one that was registered first runs last.
    hooks.insert(0 if when == "before init_app" else len(hooks), cache_it)

    headers = shop.browser("a").open(path, method=method).headers

    assert headers.getlist("Cache-Control") == [expected]
    assert "Cookie" in headers["Vary"]
    assert not {"CDN-Cache-Control", "Surrogate-Control"} & {*headers.keys()}


def test_a_page_that_streams_says_nothing_of_the_shopper(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.app.view_functions["cart"] = lambda: stream_template_string(shop.page)

    response = shop.browser("a").get("/cart")

    assert block(response.text)["identity"] is None
    assert "render_template()" in caplog.text
    assert "Cache-Control" not in response.headers


def test_tags_made_before_the_stream_begins_are_for_the_shopper(shop: Shop) -> None:
    def view() -> Iterator[str]:
        return stream_template_string("{{ tags }}", tags=zonos_checkout("#b"))

    shop.app.view_functions["cart"] = view

    response = shop.browser("a").get("/cart")

    assert block(response.text)["identity"]
    assert response.headers["Cache-Control"] == "private, no-store"


def test_another_page_keeps_its_own_cache_headers(shop: Shop) -> None:
    shop.page = "about us"

    assert "Cache-Control" not in shop.browser("a").get("/cart").headers


def test_the_page_holds_no_personal_data(shop: Shop) -> None:
    text = shop.browser("1234567").get("/cart").text

    assert "1234567" not in text
    assert "test@zonos.com" not in text


def test_the_script_is_served_and_may_be_cached(shop: Shop) -> None:
    src = re.search(r'src="([^"]+)"', shop.browser().get("/cart").text)
    assert src is not None

    answer = shop.browser().get(src[1])

    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    answer.close()


def test_a_setting_that_cannot_work_costs_the_tags_and_not_the_page(
    make_a_shop: MakeShop, caplog: pytest.LogCaptureFixture
) -> None:
    shop = make_a_shop(ZONOS_MODE="live")
    shop.page = 'Own checkout{{ zonos_checkout("#place-order") }}'

    answer = shop.browser("a").get("/cart")

    assert (answer.status_code, answer.text) == (200, "Own checkout")
    logged = [r for r in caplog.records if r.name == "flask_zonos.web.templating"]
    assert [record.levelname for record in logged] == ["ERROR"]
    assert "ZONOS_MODE: must be TEST or LIVE" in logged[0].getMessage()


@pytest.mark.parametrize("switch", ["DEBUG", "TESTING"])
def test_a_developer_sees_the_setting_that_cannot_work(
    make_a_shop: MakeShop, switch: str
) -> None:
    shop = make_a_shop(ZONOS_TIMEOUT="5", **{switch: True})

    with pytest.raises(ConfigurationError, match="ZONOS_TIMEOUT: must be two"):
        shop.browser().get("/cart")


def test_a_missing_cart_loader_is_told_by_the_first_page(
    make_a_shop: MakeShop, caplog: pytest.LogCaptureFixture
) -> None:
    shop = make_a_shop()
    shop.zonos._callbacks.cart_loader = None

    assert "zonos-settings" not in shop.browser().get("/cart").text
    assert "@zonos.cart_loader: is not registered" in caplog.text
    shop.app.testing = True
    with pytest.raises(ConfigurationError, match=r"@zonos\.cart_loader"):
        shop.browser().get("/cart")


def test_the_mode_comes_from_the_settings(make_a_shop: MakeShop) -> None:
    found = block(printed(make_a_shop(ZONOS_MODE="LIVE"), 'zonos_checkout("#b")'))

    assert found["init"]["checkoutSettings"]["mode"] == "LIVE"


@pytest.mark.parametrize("missing", ["LoginManager", "SECRET_KEY"])
@pytest.mark.parametrize("switch", ["TESTING", "DEBUG", "X"])
def test_a_shop_without_login_or_session_has_no_tags_and_an_error_in_the_log(
    make_a_shop: MakeShop, caplog: pytest.LogCaptureFixture, missing: str, switch: str
) -> None:
    shop = make_a_shop(**{switch: True})
    shop.page = 'Own checkout{{ zonos_checkout("#place-order") }}'
    if missing == "SECRET_KEY":
        shop.app.secret_key = None
    else:
        del shop.app.login_manager  # type: ignore[attr-defined]
        shop.app.template_context_processors[None] = []

    answer = shop.browser().get("/cart")

    assert (answer.status_code, answer.text) == (200, "Own checkout")
    assert missing in caplog.text


def test_a_user_without_get_id_has_the_tags(shop: Shop) -> None:
    manager: LoginManager = shop.app.login_manager  # type: ignore[attr-defined]
    signed_in = SimpleNamespace(is_authenticated=True, is_active=True, id="a")
    manager.request_loader(lambda request: signed_in)

    assert "zonos-settings" in shop.browser().get("/cart").text
