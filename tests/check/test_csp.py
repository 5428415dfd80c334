"""Content-Security-Policies: how they are read, and what is told of them.

The rows on reading were seen to hold in Chromium 156 too. The shop is at ``SHOP``,
Zonos's script at ``LOADER``, what it loads itself at ``LOADED``, and a frame of Zonos's
at ``FRAMED``. Our tag carries ``NONCE`` where a row says so.
"""

from __future__ import annotations

from typing import Any
from typing import NamedTuple

import pytest
from flask import Flask
from flask import render_template_string
from flask import Response

from flask_zonos.check.csp import policies

from .shop import check
from .shop import Found
from .shop import make_shop
from .shop import NONCE
from .shop import OFFLINE
from .shop import SCRIPTS as STRICT

SHOP = "https://shop.example"
ZONOS = "https://js.zonos.com"
LOADER = f"{ZONOS}/dist/scripts/loadZonos.js"
LOADED = "https://v1.js.zonos.com/dist/further.js"
FRAMED = f"{ZONOS}/frame"

SCRIPT = "script"
LOADS = "loader"
FURTHER = "further"
CLICK = "click"
FRAME = "frame"
BOTH_LOADS = f"{LOADS} {FURTHER}"
SCRIPTS = f"{SCRIPT} {BOTH_LOADS}"
ALL = f"{SCRIPTS} {CLICK} {FRAME}"


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
    Row(";;"),
    # The chains of fallbacks.
    Row("default-src 'none'", ALL),
    Row("default-src 'self'", f"{BOTH_LOADS} {FRAME}"),
    Row("script-src", SCRIPTS),
    Row("script-src-elem 'none'", SCRIPTS),
    Row(f"script-src 'none'; script-src-elem 'self' {ZONOS}", FURTHER),
    Row(f"default-src 'none'; {BOTH}; connect-src *; frame-src *", FURTHER),
    Row("frame-src 'none'", FRAME),
    Row("child-src 'none'", FRAME),
    Row(f"child-src 'none'; frame-src {ZONOS}"),
    Row("connect-src 'none'", CLICK),
    Row("default-src 'none'; default-src *", ALL),
    Row("SCRIPT-SRC 'NONE'", SCRIPTS),
    Row("script-src 'none' 'self'", BOTH_LOADS),
    # Hosts.
    Row("script-src 'self' https://*.zonos.com"),
    Row("script-src 'self' JS.Zonos.com", FURTHER),
    Row("script-src 'self' http://js.zonos.com", FURTHER),
    Row("script-src 'self' https://*.js.zonos.com", LOADS),
    Row("script-src 'self' https://js.zonos.com.evil.example", BOTH_LOADS),
    Row("script-src 'self' wss://js.zonos.com", BOTH_LOADS),
    Row("script-src *"),
    Row(f"script-src {ZONOS}", f"{SCRIPT} {FURTHER}"),
    Row(f"script-src self {ZONOS}", f"{SCRIPT} {FURTHER}"),
    # Schemes.
    Row("script-src https:"),
    Row("connect-src wss:", CLICK),
    # Ports.
    Row("script-src 'self' https://js.zonos.com:443", FURTHER),
    Row("script-src 'self' https://js.zonos.com:8443", BOTH_LOADS),
    # Paths.
    Row("script-src 'self' https://js.zonos.com/", FURTHER),
    Row("script-src 'self' https://js.zonos.com/d%69st/", FURTHER),
    Row(f"script-src 'self' {LOADER}", FURTHER),
    Row("script-src 'self' https://js.zonos.com/dist", BOTH_LOADS),
    Row("script-src 'self' https://js.zonos.com/Dist/", BOTH_LOADS),
    # Nonces and 'strict-dynamic'.
    Row(f"script-src {N}", FURTHER, nonce=True),
    Row(f"script-src {N}", SCRIPTS),
    Row(f"script-src 'NONCE-{NONCE}'", FURTHER, nonce=True),
    Row(f"script-src 'nonce-{NONCE.lower()}'", SCRIPTS, nonce=True),
    Row(f"script-src {N} 'strict-dynamic'", nonce=True),
    Row(f"{BOTH} 'strict-dynamic'", SCRIPT, nonce=True),
    Row("script-src 'unsafe-inline'", SCRIPTS),
    # Trusted Types.
    Row(TYPES, FURTHER),
    Row(f"{TYPES}; trusted-types a zonos-checkout b", FURTHER),
    Row(f"{TYPES}; trusted-types another", BOTH_LOADS),
    Row(f"{TYPES}; trusted-types *", FURTHER),
    Row("trusted-types Zonos-Checkout", LOADS),
    # Several policies: each of them must allow.
    Row(f"{BOTH}, connect-src 'none'", f"{CLICK} {FURTHER}"),
]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_policy_is_read_as_the_specification_says(row: Row) -> None:
    found = policies([row.policy])
    nonce = NONCE if row.nonce else None
    script = f"{SHOP}/zonos/static/zonos-checkout.js"
    click = f"{SHOP}/zonos/cart-info"
    allowed = {
        SCRIPT: [policy.allows_script(script, SHOP, nonce) for policy in found],
        LOADS: [
            policy.allows_script(LOADER, SHOP, nonce, by_script=True)
            and policy.allows_trusted_policy("zonos-checkout")
            for policy in found
        ],
        FURTHER: [
            policy.allows_script(LOADED, SHOP, None, by_script=True)
            and not policy.requires_trusted_types
            for policy in found
        ],
        CLICK: [policy.allows("connect-src", click, SHOP) for policy in found],
        FRAME: [policy.allows("frame-src", FRAMED, SHOP) for policy in found],
    }
    blocked = {topic for topic, told in allowed.items() if not all(told)}
    assert blocked == {*row.blocked.split()}


HERE, LOCAL = "http://127.0.0.1:8000", "http://127.0.0.1:8010"
SHOP_8000 = "http://shop.example:8000"


@pytest.mark.parametrize(
    ("source", "origin", "url", "allowed"),
    [
        # A port of its own has to be named.
        ("http://*", HERE, LOCAL, False),
        ("http://*:*", HERE, LOCAL, True),
        ("127.0.0.1", HERE, LOCAL, False),
        ("127.0.0.1:8010", HERE, "https://127.0.0.1:8010", True),
        # The page's own is its origin, or its host by TLS.
        ("'self'", SHOP, f"{SHOP}:443", True),
        ("'self'", "http://shop.example", SHOP, True),
        ("'self'", SHOP, "http://shop.example", False),
        ("'self'", SHOP_8000, SHOP, False),
        ("'self'", SHOP_8000, f"{SHOP}:8000", True),
        ("'self'", SHOP, "https://www.shop.example", False),
    ],
)
def test_a_source_matches_host_and_port_and_itself_also_by_tls(
    source: str, origin: str, url: str, allowed: bool
) -> None:
    [policy] = policies([f"connect-src {source}"])
    assert policy.allows("connect-src", f"{url}/", origin) is allowed


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
    (f"script-src {N}", "error", "lacks 'strict-dynamic' beside a nonce"),
    (f"script-src {N} 'self' {ZONOS}", "error", "loads: https://v1.js.zonos.com"),
    (f"script-src {N} *.zonos.com", "error", "loads: https://js.stripe.com"),
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
    (STRICT, None, ""),
    (f"{STRICT} https: 'unsafe-inline'", None, ""),  # for browsers that know no better
    (f"{STRICT}; connect-src https:", None, ""),
    (f"{STRICT}; frame-src https://checkout.zonos.com", None, ""),
    (f"{STRICT}; sandbox allow-scripts allow-same-origin", None, ""),
    (f"{STRICT}, frame-ancestors 'none'", None, ""),
]


@pytest.mark.parametrize(("csp", "level", "words"), TOLD, ids=str)
def test_what_a_policy_lacks_is_told_with_the_directive(
    csp: str | None, level: str | None, words: str
) -> None:
    troubles, told = told_of(make_shop(csp, **OFFLINE))
    assert troubles == ([(level, "CSP")] if level else [])
    assert words in told
    assert "/cart" in told


def test_the_nonce_has_to_stand_in_the_tag() -> None:
    app = make_shop(STRICT, **OFFLINE)
    assert told_of(app, "/cart")[0] == []
    assert told_of(app, "/cart-without-nonce")[0] == [("error", "CSP")]


def test_a_policy_that_stands_in_the_page_counts_too_but_for_its_sandbox() -> None:
    app = make_shop(STRICT, **OFFLINE)

    @app.get("/meta/<policy>")
    def page(policy: str) -> str:
        return render_template_string(PAGE, meta=policy, nonce=NONCE)

    assert told_of(app, "/meta/connect-src *.zonos.com")[0] == [("error", "CSP")]
    assert told_of(app, f"/meta/{STRICT}; sandbox")[0] == []


@pytest.mark.parametrize(
    ("name", "level", "words"),
    [
        ("Content-Security-Policy", "error", "connect-src lacks 'self'"),
        # One that only reports stops nothing and protects nobody.
        ("Content-Security-Policy-Report-Only", "warning", "one that only reports"),
    ],
)
def test_of_two_headers_both_have_to_allow(name: str, level: str, words: str) -> None:
    app = make_shop(None, **OFFLINE)

    @app.after_request
    def send_both(response: Response) -> Response:
        for policy in (STRICT, "connect-src *.zonos.com"):
            response.headers.add(name, policy)
        return response

    troubles, told = told_of(app)
    assert troubles == [(level, "CSP")]
    assert words in told


def test_a_page_without_tags_is_told_and_its_policy_all_the_same() -> None:
    app = make_shop("script-src 'none'", **OFFLINE)
    app.add_url_rule("/empty", view_func=lambda: "Your cart is empty.")
    assert told_of(app, "/empty")[0] == [("error", "page"), ("error", "CSP")]


def test_the_page_is_asked_for_by_the_shops_own_name() -> None:
    app = make_shop(**OFFLINE, TRUSTED_HOSTS=["shop.example"])
    options = ["--offline", "--page", "/cart"]
    assert check(app, *options).troubles == []
    assert check(app, *options, "--url", SHOP).troubles == []
    elsewhere = check(app, *options, "--url", "https://another.example")
    assert ("error", "page") in elsewhere.troubles


@pytest.mark.parametrize(
    ("csp", "troubles"),
    [
        (f"{STRICT}; frame-src http://127.0.0.1:8010; connect-src 'self'", []),
        (f"{STRICT}; frame-src https://*.zonos.com", [("error", "CSP")]),
        (f"script-src {N} 127.0.0.1:8010", [("error", "CSP")]),
    ],
)
def test_against_the_sandbox_its_own_host_has_to_be_let_in(
    csp: str, troubles: Found
) -> None:
    here: dict[str, Any] = {
        "ZONOS_API_URL": "http://127.0.0.1:8010/graphql",
        "ZONOS_SCRIPT_URL": "http://127.0.0.1:8010/dist/scripts/loadZonos.js",
    }
    app = make_shop(csp, **OFFLINE, **here)
    assert check(app, "--offline", "--page", "/cart").troubles == troubles


@pytest.mark.parametrize(
    ("csp", "level"), [(None, "note"), (STRICT, "note"), ("script-src", "warning")]
)
def test_without_a_page_the_finding_says_that_only_a_file_was_looked_at(
    csp: str | None, level: str
) -> None:
    report = check(make_shop(csp, **OFFLINE), "--offline")
    [finding] = [f for f in report.findings if f["topic"] == "CSP"]
    assert "No page was looked at" in finding["message"]
    assert "--page /cart" in finding["remedy"]
    assert finding["level"] == level
