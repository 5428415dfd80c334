"""Content-Security-Policies, and what of a checkout each keeps out, in a browser too.

The shop is at ``SHOP``, Zonos's script at ``LOADER``, what it loads itself at
``LOADED``, and a frame of Zonos's at ``FRAMED``. Our tag carries ``NONCE`` where a row
says so.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from flask import render_template_string
from flask import Response
from playwright.sync_api import Page
from playwright.sync_api import Route

from flask_zonos.check.csp import policies

from .shop import make_shop
from .shop import NONCE
from .shop import OFFLINE

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
    """A page's policies, and the topics that they block.

    :ivar blocked: the topics, by a space.
    :ivar meta: a policy that stands in the page.
    """

    policy: str
    blocked: str = ""
    nonce: bool = False
    meta: str = ""

    def __str__(self) -> str:
        return f"{self.policy} {self.meta}{' (nonce)' * self.nonce}"


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
    Row("script-src 'self' https://zonos.com", BOTH_LOADS),
    Row("script-src 'self' https://*.js.zonos.com", LOADS),
    Row("script-src 'self' https://js.zonos.com.evil.example", BOTH_LOADS),
    Row("script-src 'self' wss://js.zonos.com", BOTH_LOADS),
    Row("script-src *"),
    Row("script-src https://*"),
    Row(f"script-src {ZONOS}", f"{SCRIPT} {FURTHER}"),
    Row(f"script-src self {ZONOS}", f"{SCRIPT} {FURTHER}"),
    # Schemes.
    Row("script-src https:"),
    Row("script-src http:"),
    Row("script-src data: blob:", SCRIPTS),
    Row("connect-src wss:", CLICK),
    # Ports.
    Row("script-src 'self' https://js.zonos.com:443", FURTHER),
    Row("script-src 'self' https://js.zonos.com:*", FURTHER),
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
    Row(f"{TYPES}; trusted-types", BOTH_LOADS),
    Row("trusted-types Zonos-Checkout", LOADS),
    # Several policies: each of them must allow.
    Row(f"{BOTH}, connect-src 'none'", f"{CLICK} {FURTHER}"),
    Row(f"script-src 'self', script-src {ZONOS}", SCRIPTS),
    Row(BOTH, BOTH_LOADS, meta="script-src 'self'"),
    Row("", meta="sandbox; frame-ancestors 'none'"),
]
PAGE = """<!doctype html><html lang="en"><title>Cart</title>
{% if meta %}<meta http-equiv="Content-Security-Policy" content="{{ meta }}">{% endif %}
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
    found = [*policies([row.policy]), *policies([row.meta], in_page=True)]
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


@pytest.fixture(scope="module")
def tab_of_rows(lasting_tab: Page) -> Page:
    """A page to which one app is the shop and Zonos."""
    app = make_shop(None, **OFFLINE)

    @app.get("/row/<int:number>")
    def row(number: int) -> Response:
        row = ROWS[number]
        nonce = NONCE if row.nonce else None
        page = render_template_string(PAGE, meta=row.meta, nonce=nonce)
        return Response(page, headers={"Content-Security-Policy": row.policy})

    @app.get("/dist/scripts/loadZonos.js")
    def loader() -> Response:
        return Response(LOADER_SOURCE, mimetype="text/javascript")

    @app.get("/dist/further.js")
    def further() -> Response:
        return Response("window.further = true;", mimetype="text/javascript")

    @app.get("/frame")
    def frame() -> str:
        return "<!doctype html><script>parent.postMessage('here', '*')</script>"

    def respond(route: Route) -> None:
        with app.test_client().get(urlsplit(route.request.url).path) as response:
            route.fulfill(
                status=response.status_code,
                headers=dict(response.headers),
                body=response.get_data(),
            )

    lasting_tab.route("**/*", respond)
    lasting_tab.add_init_script(WATCH)
    return lasting_tab


@pytest.mark.parametrize("number", range(len(ROWS)), ids=lambda n: str(ROWS[n]))
def test_a_browser_reads_it_in_the_same_way(tab_of_rows: Page, number: int) -> None:
    blocked = set(ROWS[number].blocked.split())
    if SCRIPT in blocked:
        blocked.add(LOADS)  # It is ours that loads it.
    if LOADS in blocked:
        blocked.add(FURTHER)
    tab_of_rows.goto(f"{SHOP}/row/{number}")
    works = tab_of_rows.evaluate(TRY, FRAMED)
    assert {topic for topic, told in works.items() if not told} == blocked


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
