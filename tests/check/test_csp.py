"""Content-Security-Policies: how they are read, and what is told of them.

The rows on reading were seen to hold in Chromium 156 too. The shop is at ``SHOP``,
Zonos's script at ``LOADER``. Our tag carries ``NONCE`` where a row says so.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from flask import Flask
from flask import render_template_string
from flask import Response

from flask_zonos.check.csp import policies
from flask_zonos.check.policy import blocked
from flask_zonos.check.policy import Needs

from .shop import check
from .shop import Found
from .shop import make_shop
from .shop import NONCE
from .shop import SANDBOX
from .shop import SCRIPTS as STRICT

SHOP = "https://shop.example"
ZONOS = "https://js.zonos.com"
LOADER = f"{ZONOS}/dist/scripts/loadZonos.js"


class Row(NamedTuple):
    """A page's policies, what they block, and whether our tag has a nonce."""

    policy: str
    blocked: str = ""
    nonce: bool = False


N = f"'nonce-{NONCE}'"
TYPES = "require-trusted-types-for 'script'"
BOTH = f"script-src 'self' {ZONOS}"
ROWS = [
    # Directives that speak of something else.
    Row("object-src 'none'; base-uri 'self'; img-src 'none'; script-src-attr 'none'"),
    # The chains of fallbacks.
    Row("default-src 'none'", "script, loader, further scripts, click, frame"),
    Row("default-src 'self'", "loader, further scripts"),
    Row(f"script-src 'none'; script-src-elem 'self' {ZONOS}", "further scripts"),
    Row(f"child-src 'none'; frame-src {ZONOS}"),
    Row("frame-src 'none'; frame-src *", "frame"),
    Row("SCRIPT-SRC 'NONE'", "script, loader, further scripts"),
    # Hosts.
    Row("script-src 'self' https://*.zonos.com", "further scripts"),
    Row("script-src 'self' JS.Zonos.com", "further scripts"),
    Row("script-src 'self' https://*.js.zonos.com", "loader, further scripts"),
    Row("script-src *"),
    Row(f"script-src self {ZONOS}", "script, further scripts"),
    # Schemes.
    Row("script-src https:"),
    # Ports.
    Row("script-src 'self' https://js.zonos.com:8443", "loader, further scripts"),
    # Paths.
    Row("script-src 'self' https://js.zonos.com/d%69st/", "further scripts"),
    Row("script-src 'self' https://js.zonos.com/dist", "loader, further scripts"),
    # Nonces and 'strict-dynamic'.
    Row(f"script-src {N}", "further scripts", nonce=True),
    Row(f"script-src {N.lower()}", "script, loader, further scripts", nonce=True),
    Row(f"script-src {N} 'strict-dynamic'", nonce=True),
    Row(f"{BOTH} 'strict-dynamic'", "script", nonce=True),
    # Several policies: each of them must allow.
    Row("script-src *, connect-src 'none'", "click"),
]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_policy_is_read_as_the_specification_says(row: Row) -> None:
    needs = Needs(
        origin=SHOP,
        script=f"{SHOP}/zonos/static/zonos-checkout.js",
        loader=LOADER,
        cart_info=f"{SHOP}/zonos/cart-info",
        nonce=NONCE if row.nonce else None,
    )
    assert ", ".join(blocked(policies([row.policy]), needs)) == row.blocked


def test_self_is_the_page_s_own_host_by_tls_too_and_ports_have_to_be_named() -> None:
    [own], [plain] = (
        policies(["connect-src 'self'"]),
        policies(["connect-src http://*"]),
    )
    insecure = "http://shop.example"
    assert own.allows("connect-src", f"{SHOP}/", insecure)
    assert not own.allows("connect-src", f"{insecure}/", SHOP)
    assert not own.allows("connect-src", f"{SHOP}/", f"{insecure}:8000")
    assert plain.allows("connect-src", f"{SHOP}/", insecure)
    assert not plain.allows("connect-src", f"{insecure}:8000/", insecure)


PAGE = """<title>Cart</title>
<meta http-equiv="Content-Security-Policy" content="{{ meta }}">
{{ zonos_checkout("#place-order", nonce=nonce) }}"""
HOSTS = "*.zonos.com js.stripe.com unpkg.com"


def told_of(app: Flask, path: str = "/cart") -> tuple[Found, str]:
    report = check(app, "--offline", "--page", path, "--url", SHOP)
    return report.troubles, report.told("CSP")


OURS = "trusted-types zonos-checkout"
PASSES = "unless the page's policy named default lets them pass"
#: Policies, and the levels and words of what is told of them.
TOLD = [
    ("script-src 'none'", "error", "script-src lacks 'self' or the tag's nonce"),
    ("script-src 'self'", "error", "lacks https://js.zonos.com or the tag's"),
    # The nonce of another response.
    ("script-src 'nonce-b3RoZXI=' 'strict-dynamic'", "error", "or the tag's nonce"),
    (f"script-src {N} 'self' {ZONOS}", "error", "loads: https://v1.js.zonos.com"),
    (f"script-src {N} {HOSTS}", "warning", "script-src lists hosts"),
    (f"{STRICT}; connect-src *.zonos.com", "error", "click"),
    (f"{STRICT}; child-src 'none'", "error", "child-src lets no frame in"),
    (f"{STRICT}; trusted-types a", "error", "trusted-types lacks zonos-checkout"),
    (f"{TYPES}; {STRICT}; {OURS}", "error", "trusted-types lacks default"),
    (f"{TYPES}; {STRICT}; {OURS} default", "warning", PASSES),
    (f"{STRICT}; sandbox allow-same-origin", "error", "lacks allow-scripts"),
    (f"{STRICT}; connect-src 'self'", "warning", "lacks https://route.js.zonos.com"),
    (f"{STRICT}; frame-src 'self'", "warning", "frame-src lacks https://*.zonos.com"),
    ("frame-ancestors 'none'", "warning", "no protection"),
    ("script-src https: 'nonce-x' 'unsafe-inline'", "warning", "no protection"),
    (None, "warning", "has no Content-Security-Policy"),
    # Left alone:
    (f"{STRICT} https: 'unsafe-inline'", None, ""),  # for browsers that know no better
    (f"{STRICT}; frame-src https://checkout.zonos.com", None, ""),
    (f"{STRICT}, frame-ancestors 'none'", None, ""),
]


@pytest.mark.parametrize(("csp", "level", "words"), TOLD, ids=str)
def test_what_a_policy_lacks_is_told_with_the_directive(
    csp: str | None, level: str | None, words: str
) -> None:
    troubles, told = told_of(make_shop(csp))
    assert troubles == ([(level, "CSP")] if level else [])
    assert words in told
    assert "/cart" in told


@pytest.mark.parametrize(
    ("frames", "troubles"), [("http://127.0.0.1:1", []), (ZONOS, [("error", "CSP")])]
)
def test_against_the_sandbox_its_own_host_has_to_be_let_in(
    frames: str, troubles: Found
) -> None:
    csp = f"{STRICT}; frame-src {frames}; connect-src 'self'"
    app = make_shop(csp, **SANDBOX)
    assert check(app, "--offline", "--page", "/cart").troubles == troubles


def test_policies_of_a_second_header_and_of_the_page_count_too() -> None:
    app = make_shop(STRICT)

    @app.get("/<path:header>/<path:meta>")
    def page(header: str, meta: str) -> Response:
        response = Response(render_template_string(PAGE, meta=meta, nonce=NONCE))
        response.headers["Content-Security-Policy"] = header
        return response

    narrow = "connect-src *.zonos.com"
    assert told_of(app, f"/{narrow}/img-src *")[0] == [("error", "CSP")]
    assert told_of(app, f"/img-src */{narrow}")[0] == [("error", "CSP")]
    # In a page the directive sandbox is ignored.
    assert told_of(app, f"/img-src */{STRICT}; sandbox")[0] == []


def test_a_page_without_tags_is_told_and_its_policy_all_the_same() -> None:
    app = make_shop("script-src 'none'")
    app.add_url_rule("/empty", view_func=lambda: "Your cart is empty.")
    assert told_of(app, "/empty")[0] == [("error", "page"), ("error", "CSP")]


def test_the_page_is_asked_for_by_the_shops_own_name() -> None:
    app = make_shop(TRUSTED_HOSTS=["shop.example"])
    options = ["--offline", "--page", "/cart"]
    assert check(app, *options).troubles == []
    assert check(app, *options, "--url", SHOP).troubles == []
    elsewhere = check(app, *options, "--url", "https://another.example")
    assert ("error", "page") in elsewhere.troubles


@pytest.mark.parametrize("csp", [None, STRICT])
def test_without_a_page_it_says_that_only_a_file_was_read(csp: str | None) -> None:
    report = check(make_shop(csp), "--offline")
    assert report.troubles == []
    assert "No page was looked at" in report.told("CSP")
    assert "--page /cart" in report.told("CSP")
