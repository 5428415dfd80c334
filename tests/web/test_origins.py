"""From the shop's own pages and from nowhere else, decided before any loader runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import abort
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_zonos import ConfigurationError
from flask_zonos.config import read_settings

from ..support.fixtures import MakeShop
from ..support.shops import make_shop
from ..support.shops import Shop
from ..support.upstream import Upstream

ALLOWED = "https://brand.example"


@pytest.fixture(scope="module")
def shop(shared_upstream: Upstream) -> Iterator[Shop]:
    """A shop that lists one other origin."""
    shop = make_shop(shared_upstream.url, ZONOS_ALLOWED_ORIGINS=ALLOWED)
    yield shop
    shop.close()


HOST, PORT = "http://shop.example", "shop.example:8080"
#: The request's host, and an origin of the same host and port.
SAME = [
    *[("localhost", f"http://{host}") for host in ("LOCALHOST", "localhost:80")],
    # A proxy that ended TLS and hands on the host alone.
    *[("localhost", "https://localhost"), ("localhost", "https://localhost:443")],
    *[("shop.example:80", HOST), (PORT, f"http://{PORT}"), (PORT, f"https://{PORT}")],
    *[("my_shop:8080", "http://my_shop:8080"), ("[::1]", "http://[::1]:80")],
]
OTHER = [
    *[("localhost", f"http://localhost{end}") for end in (":443", ":0", ":x", ".evil")],
    *[("localhost", "https://localhost:80"), ("localhost", "http://sub.localhost")],
    *[("localhost", origin) for origin in ("https://evil.example", "null", "", "*")],
    *[("localhost", origin) for origin in ("localhost", "http://[", "ftp://localhost")],
    *[("localhost", f"{ALLOWED}.evil.example"), (PORT, HOST)],
    *[("my_shop:8080", "http://my_shop"), ("my_shop", "http://other_shop")],
    *[("my_shop, evil.example", "http://evil.example")],
    *[("a@evil_one.example", "http://evil_one.example")],
]
TAKEN = [
    *[{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}],
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    *[{"Origin": ALLOWED}, {"Origin": ALLOWED, "Sec-Fetch-Site": "cross-site"}],
    *[{"Host": host, "Origin": origin} for host, origin in SAME],
]
REFUSED = [
    *[{"Sec-Fetch-Site": s} for s in ("same-site", "cross-site", "anything", "")],
    {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "HTTPS://BRAND.EXAMPLE", "Sec-Fetch-Site": "cross-site"},
    # Forwarded headers count through ProxyFix alone.
    {"Origin": "https://e.example", "X-Forwarded-Host": "e.example"},
    {"Origin": "https://e.example", "Forwarded": "host=e.example"},
    *[{"Host": host, "Origin": origin} for host, origin in OTHER],
]


@pytest.mark.parametrize("headers", TAKEN, ids=str)
def test_a_click_is_taken_from_our_pages_and_listed_origins(
    shop: Shop, headers: dict[str, str]
) -> None:
    answer = shop.click(headers=headers)
    assert answer.status_code == 200
    reader = ALLOWED if headers.get("Origin") == ALLOWED else None
    assert answer.headers.get("Access-Control-Allow-Origin") == reader


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("headers", REFUSED, ids=str)
def test_from_elsewhere_it_is_refused_before_any_loader_and_cannot_be_read(
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    headers: dict[str, str],
    debug: bool,
) -> None:
    monkeypatch.setattr(shop.app, "debug", debug)
    monkeypatch.setattr(shop, "load_cart", pytest.fail)
    answer = shop.click(headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "cross-site")
    # Behind a proxy that changes the host that is the one hint.
    assert "ProxyFix(app.wsgi_app" in caplog.text
    asked = shop.browser().options("/zonos/cart-info", headers=headers)
    assert asked.status_code == 405
    for name in (*answer.headers.keys(), *asked.headers.keys()):
        assert not name.startswith("Access-Control")


@pytest.mark.parametrize(
    ("forwarded", "origin", "status"),
    [
        ({}, "https://shop.example", 200),
        ({}, "http://shop.example", 403),
        ({"X-Forwarded-Port": "8443"}, "https://shop.example:8443", 200),
        ({"X-Forwarded-Port": "8443"}, "https://shop.example", 403),
    ],
)
def test_behind_proxy_fix_the_port_is_that_of_the_public_address(
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    forwarded: dict[str, str],
    origin: str,
    status: int,
) -> None:
    proxied = ProxyFix(shop.app.wsgi_app, x_proto=1, x_host=1, x_port=1)
    monkeypatch.setattr(shop.app, "wsgi_app", proxied)
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example"}

    answer = shop.click(headers={**headers, "Origin": origin, **forwarded})

    assert answer.status_code == status


@pytest.mark.parametrize("status", [200, 429, 500])
def test_a_listed_origin_may_read_answers_and_errors_with_its_cookies(
    make_a_shop: MakeShop, status: int
) -> None:
    shop = make_a_shop(ZONOS_ALLOWED_ORIGINS=ALLOWED)
    if status == 429:  # as of another extension
        shop.app.before_request(lambda: abort(429))
    elif status == 500:
        shop.load_cart = lambda request_data: 1 / 0

    answer = shop.click(headers={"Origin": ALLOWED})

    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == ALLOWED
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert {"Cookie", "Origin"} <= set(answer.vary)


def test_a_listed_origins_preflight_is_answered(shop: Shop) -> None:
    asked: Any = shop.browser().options("/zonos/cart-info", headers={"Origin": ALLOWED})
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Methods"] == "POST"
    allowed = asked.headers["Access-Control-Allow-Headers"].split(", ")
    assert {"Content-Type", "X-CSRFToken", "X-Zonos-Identity"} == {*allowed}


@pytest.mark.parametrize(
    ("given", "browser"),
    [
        ("https://Brand.example:443", "https://brand.example"),
        ("http://my_brand.example:443", "http://my_brand.example:443"),
        ("https://straße.example", "https://xn--strae-oqa.example"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[2001:DB8::0:1]:8080", "http://[2001:db8::1]:8080"),
        ("http://[::ffff:1.2.3.4]", "http://[::ffff:102:304]"),
    ],
)
def test_a_listed_origin_is_read_as_a_browser_writes_it(
    make_a_shop: MakeShop, given: str, browser: str
) -> None:
    shop = make_a_shop(ZONOS_ALLOWED_ORIGINS=f"https://other.example, {given}")
    headers = {"Origin": browser, "Sec-Fetch-Site": "cross-site"}
    answer = shop.click(headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == browser


@pytest.mark.parametrize(
    "given",
    [
        *["*", "null", "shop.example", "https://brand.example/", "https://a.example?b"],
        *["ftp://a.example", "https://a:pass@brand.example", "https://a..example"],
        *["https://*.brand.example", "https://\N{LOVE LETTER}.example"],
        *["https://brand.example:99999", "https://a.example:0", "https://a.example:x"],
        *["http://[::1", "http://[1.2.3.4]", "http://127.1"],
    ],
)
def test_an_origin_that_no_browser_sends_is_refused_at_the_start(
    caplog: pytest.LogCaptureFixture, make_a_shop: MakeShop, given: str
) -> None:
    shop = make_a_shop(ZONOS_ALLOWED_ORIGINS=["https://brand.example", given])
    assert "ZONOS_ALLOWED_ORIGINS: must " in caplog.text
    assert "pass@" not in caplog.text
    with pytest.raises(ConfigurationError):
        read_settings(shop.app)
