"""Content-Security-Policies: read by us and by a browser, and what is told of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from ssl import PROTOCOL_TLS_SERVER
from ssl import SSLContext
from typing import Any

import pytest
import trustme
from flask import render_template_string
from flask import Response
from playwright.sync_api import Page
from playwright.sync_api import Playwright
from werkzeug.serving import make_server

from flask_zonos.check.csp import policies

from ..support.browser import CHROMIUM
from ..support.browser import CHROMIUM_ARGS
from .policies import CLICK
from .policies import FRAME
from .policies import FRAMED
from .policies import FURTHER
from .policies import LOADED
from .policies import LOADER
from .policies import LOADS
from .policies import N
from .policies import Row
from .policies import ROWS
from .policies import SCRIPT
from .policies import SHOP
from .policies import ZONOS
from .shop import check
from .shop import Found
from .shop import make_shop
from .shop import NONCE
from .shop import OFFLINE
from .shop import SCRIPTS

HOSTS = "*.zonos.com js.stripe.com unpkg.com"
PAGE = """<!doctype html><html lang="en"><title>Cart</title>
{% if row.meta %}<meta http-equiv="Content-Security-Policy" content="{{ row.meta }}">
{% endif %}
<button id="place-order">Place order</button>
{{ zonos_checkout("#place-order", nonce=nonce) }}
"""
WATCH = """
window.started = new Promise((resolve) => {
  document.addEventListener("zonos:ready", resolve);
  document.addEventListener("zonos:error", resolve);
});
"""
#: As Zonos's own: another script, of another host, by plain text and without a nonce.
LOADER_SOURCE = f"""
window.settled = new Promise((resolve) => {{
  const tag = document.createElement("script");
  tag.onload = tag.onerror = resolve;
  try {{
    tag.src = "{LOADED}";
    document.body.append(tag);
  }} catch {{
    resolve();
  }}
}});
window.Zonos = {{ init: async () => {{}} }};
"""
TRY = """async (framed) => {
  const script = Boolean(window.zonosCheckout);
  if (script) await window.started;
  await window.settled;
  const click = await fetch("/zonos/cart-info").then(() => true, () => false);
  const frame = await new Promise((resolve) => {
    addEventListener("message", () => resolve(true));
    addEventListener("securitypolicyviolation", (event) => {
      if (event.effectiveDirective === "frame-src") resolve(false);
    });
    const element = document.createElement("iframe");
    element.src = framed;
    document.body.append(element);
  });
  const further = Boolean(window.further);
  return { script, loader: Boolean(window.Zonos), further, click, frame };
}"""


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_policy_is_read_as_the_specification_says(row: Row) -> None:
    found = [*policies(row.headers), *policies([row.meta or ""], in_page=True)]
    nonce = NONCE if row.nonce else None
    script = f"{SHOP}/zonos/static/zonos-checkout.js"
    allowed = {
        SCRIPT: [policy.allows_script(script, SHOP, nonce) for policy in found],
        LOADS: [
            policy.allows_script(LOADER, SHOP, nonce, by_script=True)
            and policy.allows_trusted_policy("zonos-checkout")
            for policy in found
        ],
        CLICK: [
            policy.allows("connect-src", f"{SHOP}/zonos/cart-info", SHOP)
            for policy in found
        ],
        FURTHER: [
            policy.allows_script(LOADED, SHOP, None, by_script=True)
            and not policy.requires_trusted_types
            for policy in found
        ],
        FRAME: [policy.allows("frame-src", FRAMED, SHOP) for policy in found],
    }
    assert {topic for topic, told in allowed.items() if not all(told)} == {
        *row.blocked.split()
    }


@pytest.fixture(scope="module")
def shop_and_zonos() -> Iterator[int]:
    """The shop's pages, Zonos's script and a frame, by TLS; their one port."""
    app = make_shop(None, **OFFLINE)

    @app.get("/row/<int:number>")
    def page(number: int) -> Response:
        row = ROWS[number]
        nonce = NONCE if row.nonce else None
        response = Response(render_template_string(PAGE, row=row, nonce=nonce))
        for header in row.headers:
            response.headers.add("Content-Security-Policy", header)
        response.mimetype = "text/html"
        return response

    @app.get("/dist/scripts/loadZonos.js")
    def loader() -> Response:
        return Response(LOADER_SOURCE, mimetype="text/javascript")

    @app.get("/dist/further.js")
    def further() -> Response:
        return Response("window.further = true;", mimetype="text/javascript")

    @app.get("/frame")
    def frame() -> str:
        return "<!doctype html><script>parent.postMessage('here', '*')</script>"

    context = SSLContext(PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("shop.example", "js.zonos.com").configure_cert(context)
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def page(playwright: Playwright, shop_and_zonos: int) -> Iterator[Page]:
    """A page of a browser to which every host is this machine."""
    everywhere = f"--host-resolver-rules=MAP * 127.0.0.1:{shop_and_zonos}"
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM, args=[*CHROMIUM_ARGS, everywhere]
    )
    context = browser.new_context(ignore_https_errors=True)
    context.set_default_timeout(8_000)
    page = context.new_page()
    page.add_init_script(WATCH)
    yield page
    browser.close()


@pytest.mark.browser
@pytest.mark.parametrize("number", range(len(ROWS)), ids=lambda n: str(ROWS[n]))
def test_a_browser_reads_it_in_the_same_way(page: Page, number: int) -> None:
    blocked = set(ROWS[number].blocked.split())
    if SCRIPT in blocked:
        blocked.add(LOADS)  # It is ours that loads it.
    if LOADS in blocked:
        blocked.add(FURTHER)
    page.goto(f"{SHOP}/row/{number}")
    works = page.evaluate(TRY, FRAMED)
    assert {topic for topic, told in works.items() if not told} == blocked


def told_of(csp: str | None, path: str = "/cart", **config: Any) -> tuple[Found, str]:
    app = make_shop(csp, **{**OFFLINE, **config})
    report = check(app, "--offline", "--page", path, "--url", SHOP)
    return report.troubles, report.told("CSP")


TYPES = f"{SCRIPTS}; require-trusted-types-for 'script'"
OURS = "trusted-types zonos-checkout"
PASSES = "unless the page's policy named default lets them pass"
#: Policies, and the levels and words of what is told of them.
TOLD = [
    ("script-src 'none'", "error", "script-src lacks 'self' or the tag's nonce"),
    ("script-src 'self'", "error", "lacks https://js.zonos.com or the tag's"),
    ("script-src-elem 'none'", "error", "script-src-elem lacks"),
    (f"script-src {N}", "error", "lacks 'strict-dynamic' beside a nonce"),
    (f"script-src {N} 'self' {ZONOS}", "error", "loads: https://v1.js.zonos.com"),
    (f"script-src {N} *.zonos.com", "error", "loads: https://js.stripe.com"),
    (f"script-src {N} {HOSTS}", "warning", "script-src lists hosts"),
    (f"{SCRIPTS}; connect-src *.zonos.com", "error", "click"),
    (f"{SCRIPTS}; frame-src 'none'", "error", "no frame in"),
    (f"{SCRIPTS}; child-src 'none'", "error", "child-src lets"),
    (f"{SCRIPTS}; trusted-types a", "error", "trusted-types lacks zonos-checkout"),
    ("script-src 'self'; trusted-types a", "error", "; trusted-types lacks"),
    (f"{TYPES}; {OURS}", "error", "trusted-types lacks default"),
    (f"{TYPES}; {OURS} default", "warning", PASSES),
    (TYPES, "warning", PASSES),
    (f"{SCRIPTS}; sandbox", "error", "lacks allow-scripts"),
    (f"{SCRIPTS}; sandbox allow-same-origin", "error", "lacks allow-scripts"),
    (f"{SCRIPTS}; connect-src 'self'", "warning", "lacks https://route.js.zonos.com"),
    (f"{SCRIPTS}; frame-src 'self'", "warning", "frame-src lacks https://*.zonos.com"),
    ("frame-ancestors 'none'", "warning", "no protection"),
    ("upgrade-insecure-requests", "warning", "no protection"),
    ("default-src * 'self' 'unsafe-inline'", "warning", "no protection"),
    ("script-src https:", "warning", "no protection"),
    ("script-src https: 'nonce-x' 'unsafe-inline'", "warning", "no protection"),
    (None, "warning", "has no Content-Security-Policy"),
    # Left alone:
    (SCRIPTS, None, ""),
    (f"{SCRIPTS} https: 'unsafe-inline'", None, ""),  # for browsers that know no better
    (f"{SCRIPTS}; connect-src https:", None, ""),
    (f"{SCRIPTS}; frame-src https://checkout.zonos.com", None, ""),
    (f"{SCRIPTS}; sandbox allow-scripts allow-same-origin", None, ""),
    (f"{SCRIPTS}, frame-ancestors 'none'", None, ""),
]


@pytest.mark.parametrize(("csp", "level", "words"), TOLD, ids=str)
def test_what_a_policy_lacks_is_told_with_the_directive(
    csp: str | None, level: str | None, words: str
) -> None:
    troubles, told = told_of(csp)
    assert troubles == ([(level, "CSP")] if level else [])
    assert words in told
    assert "/cart" in told


def test_the_nonce_has_to_stand_in_the_tag() -> None:
    assert told_of(SCRIPTS, "/cart")[0] == []
    assert told_of(SCRIPTS, "/cart-without-nonce")[0] == [("error", "CSP")]


@pytest.mark.parametrize(
    ("meta", "troubles"),
    [
        ("connect-src *.zonos.com", [("error", "CSP")]),
        (SCRIPTS, []),
        (f"{SCRIPTS}; sandbox", []),
    ],
)
def test_a_policy_that_stands_in_the_page_counts_too(
    meta: str, troubles: Found
) -> None:
    app = make_shop(SCRIPTS, **OFFLINE)

    @app.get("/meta")
    def page() -> str:
        return render_template_string(PAGE, row=Row((), meta=meta), nonce=NONCE)

    assert check(app, "--offline", "--page", "/meta").troubles == troubles


def test_of_two_headers_both_have_to_allow() -> None:
    app = make_shop(None, **OFFLINE)

    @app.after_request
    def send_both(response: Response) -> Response:
        for policy in (SCRIPTS, "connect-src *.zonos.com"):
            response.headers.add("Content-Security-Policy", policy)
        return response

    report = check(app, "--offline", "--page", "/cart")
    assert report.troubles == [("error", "CSP")]
    assert "connect-src lacks 'self'" in report.told("CSP")


HERE, LOCAL = "http://127.0.0.1:8000", "http://127.0.0.1:8010"
SHOP_8000 = "http://shop.example:8000"
#: Sources, the page's origin, what it loads, and whether it may.
MATCHES = [
    # A port of its own has to be named.
    ("*", HERE, LOCAL, True),
    ("http://*", HERE, LOCAL, False),
    ("http://*:*", HERE, LOCAL, True),
    ("127.0.0.1:8010", HERE, LOCAL, True),
    ("127.0.0.1", HERE, LOCAL, False),
    ("127.0.0.1:8010", HERE, "https://127.0.0.1:8010", True),
    ("localhost:8010", HERE, LOCAL, False),
    # The page's own is its origin, or its host by TLS.
    ("'self'", "https://shop.example", "https://shop.example:443", True),
    ("'self'", "http://shop.example", "https://shop.example", True),
    ("'self'", "https://shop.example", "http://shop.example", False),
    ("'self'", SHOP_8000, "https://shop.example", False),
    ("'self'", SHOP_8000, "https://shop.example:8000", True),
    ("'self'", "https://shop.example", "https://www.shop.example", False),
    ("'self'", HERE, LOCAL, False),
]


@pytest.mark.parametrize(("source", "origin", "url", "allowed"), MATCHES, ids=str)
def test_a_source_matches_host_and_port_and_itself_also_by_tls(
    source: str, origin: str, url: str, allowed: bool
) -> None:
    [policy] = policies([f"connect-src {source}"])
    assert policy.allows("connect-src", f"{url}/", origin) is allowed


def test_a_page_without_tags_is_told_and_its_policy_all_the_same() -> None:
    def troubles(csp: str) -> Found:
        app = make_shop(csp, **OFFLINE)
        app.add_url_rule("/empty", view_func=lambda: "Your cart is empty.")
        return check(app, "--offline", "--page", "/empty").troubles

    assert troubles(SCRIPTS) == [("error", "page")]
    assert troubles("script-src 'none'") == [("error", "page"), ("error", "CSP")]


def test_the_page_is_asked_for_by_the_shops_own_name() -> None:
    app = make_shop(**OFFLINE, TRUSTED_HOSTS=["shop.example"])
    options = ["--offline", "--page", "/cart"]
    assert check(app, *options).troubles == []
    assert check(app, *options, "--url", SHOP).troubles == []
    assert check(app, "--offline").troubles == []
    elsewhere = check(app, *options, "--url", "https://another.example")
    assert ("error", "page") in elsewhere.troubles


def test_a_policy_that_only_reports_stops_nothing_and_protects_nobody() -> None:
    app = make_shop(None, **OFFLINE)

    @app.after_request
    def report_only(response: Response) -> Response:
        header = "Content-Security-Policy-Report-Only"
        response.headers[header] = "default-src 'none'"
        return response

    report = check(app, "--offline", "--page", "/cart")
    assert report.troubles == [("warning", "CSP")]
    assert "one that only reports" in report.told("CSP")


def test_against_the_sandbox_its_own_host_has_to_be_let_in() -> None:
    here: dict[str, Any] = {
        "ZONOS_API_URL": "http://127.0.0.1:8010/graphql",
        "ZONOS_SCRIPT_URL": "http://127.0.0.1:8010/dist/scripts/loadZonos.js",
    }
    frames = f"{SCRIPTS}; frame-src"

    def told(csp: str) -> Found:
        app = make_shop(csp, **OFFLINE, **here)
        return check(app, "--offline", "--page", "/cart").troubles

    assert told(f"{frames} http://127.0.0.1:8010; connect-src 'self'") == []
    assert told(f"{frames} 127.0.0.1:*; connect-src 'self'") == []
    assert told(f"{frames} https://*.zonos.com") == [("error", "CSP")]
    assert told(f"{frames} 127.0.0.1") == [("error", "CSP")]
    assert told(f"script-src {N} 127.0.0.1:8010") == [("error", "CSP")]


def test_without_a_page_the_finding_says_that_only_a_file_was_looked_at() -> None:
    def of(csp: str | None) -> tuple[str, str]:
        report = check(make_shop(csp, **OFFLINE), "--offline")
        [finding] = [f for f in report.findings if f["topic"] == "CSP"]
        assert "No page was looked at" in finding["message"]
        assert "/zonos/static/zonos-checkout.js" in finding["message"]
        assert "--page /cart" in finding["remedy"]
        return finding["level"], finding["message"]

    assert of(None)[0] == "note"
    assert of(SCRIPTS)[0] == "note"
    level, message = of("script-src 'none'")
    assert level == "warning"
    assert "stops the checkout" in message
