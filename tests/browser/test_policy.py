"""Zonos's script under content security policies: of docs/guides/csp.md, and others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask import render_template_string
from flask_talisman import Talisman  # type: ignore[import-untyped]
from playwright.sync_api import expect
from playwright.sync_api import Page

from flask_zonos.sandbox import Sandbox

from ..docs.blocks import blocks
from ..docs.blocks import DOCS
from ..docs.blocks import run
from ..support.browser import wait_until
from ..support.fixtures import MakeShop
from ..support.flask_shop import FlaskShop
from ..support.serving import serve
from .conftest import BUTTON
from .conftest import codes
from .conftest import errors
from .conftest import expect_own_checkout
from .conftest import expect_state
from .conftest import FAILED
from .conftest import go_on_to_own_checkout
from .conftest import open_cart
from .conftest import open_checkout
from .conftest import OPENED
from .conftest import Shop

STRICT = "'nonce-n0nce' 'strict-dynamic'"
#: A script that Zonos's asks for, with which its checkout works.
ELEMENTS = "https://v1.js.zonos.com/zonos-elements.esm.js"
SOURCE = {"body": "window.fake.start();", "content_type": "text/javascript"}
#: A host that the policy does not name.
ELSEWHERE = "https://elsewhere.example"
ATTACKED = """<!doctype html><html lang="en"><title>Cart</title>
<form action="/own-checkout"><button id="place-order">Place order</button></form>
<p id="review"><script>document.title = "inline"</script>
<img src="/none" onerror="document.title = 'handler'">
<script src="https://elsewhere.example/script.js"></script></p>
{{ zonos_checkout("#place-order") }}
"""


@pytest.fixture
def shop_url(make_a_shop: MakeShop) -> Iterator[str]:
    """The shop with what the guide tells it to send; a review holds an attack."""
    app = make_a_shop(ZONOS_SCRIPT_URL=f"{ELSEWHERE}/loadZonos.js").app
    written = run(DOCS / "guides" / "csp.md")
    app.add_template_global(written["csp_nonce"])
    app.after_request(written["send_policy"])
    app.add_url_rule("/attacked", view_func=lambda: render_template_string(ATTACKED))
    with serve(app) as url:
        yield url


def test_of_all_scripts_in_a_page_only_those_with_the_nonce_run(
    page: Page, shop_url: str
) -> None:
    foreign = {"body": "document.title = 'foreign'", "content_type": "text/javascript"}
    page.route(f"{ELSEWHERE}/*", lambda route: route.abort())
    page.route(f"{ELSEWHERE}/script.js", lambda route: route.fulfill(**foreign))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_request(f"{ELSEWHERE}/loadZonos.js"):
        page.goto(f"{shop_url}/attacked")
    assert any("/zonos/static/zonos-checkout.js" in url for url in asked)
    # Ours is a module: whatever stands in the page has had its turn by now.
    expect(page).to_have_title("Cart")
    page.goto("about:blank")  # away from what the policy has blocked


def test_no_other_sites_page_can_put_the_shop_into_a_frame(
    page: Page, shop_url: str
) -> None:
    lure = Flask("lure")
    framing = f'<iframe src="{shop_url}/attacked" title="a trap"></iframe>'
    lure.add_url_rule("/", view_func=lambda: framing)
    with (
        serve(lure) as url,
        page.expect_console_message(lambda told: "frame-ancestors" in told.text),
    ):
        page.goto(url)
    assert page.locator("iframe").content_frame.locator("#place-order").count() == 0


def test_ready_is_told_before_the_checkout_works_and_opened_once_it_is_there(
    tab: Page, shop: Shop
) -> None:
    tab.route(ELEMENTS, lambda route: route.fulfill(**SOURCE))
    shop.scripts = STRICT
    shop.script += f"?checkout=shown&elements={ELEMENTS}"
    open_cart(tab, shop)
    wait_until(tab, "document.querySelector('zonos-controller')")
    tab.click(BUTTON)
    wait_until(tab, "seen.at(-1)[0] === 'opened'")
    assert tab.evaluate("seen.at(-1)") == ["opened", {"cartId": "cart_1"}]
    expect_state(tab, "ready")


@pytest.mark.parametrize(
    ("scripts", "code"),
    [("'nonce-n0nce'", "script-blocked"), (STRICT, "script-unavailable")],
)
def test_a_script_that_does_not_come_is_told_and_the_shops_own_checkout_is_reached(
    page: Page, shop: Shop, scripts: str, code: str
) -> None:
    page.route(ELEMENTS, lambda route: route.abort())
    shop.scripts = scripts
    shop.script += f"?elements={ELEMENTS}"
    page.clock.install()
    open_cart(page, shop)
    wait_until(page, FAILED)
    told = {"code": code, "status": 0, "message": None, "url": ELEMENTS}
    assert errors(page) == [told]
    page.evaluate("violations.length = 0")
    assert page.locator(BUTTON).is_enabled()
    page.clock.fast_forward(5_000)  # of Zonos's own guard
    page.click(BUTTON)
    expect_own_checkout(page)


def append_script(page: Page, source: str) -> None:
    """Let the page ask for a script that its policy blocks."""
    page.evaluate(
        """source => {
          const tag = document.createElement("script");
          tag.src = source;
          document.body.append(tag);
        }""",
        source,
    )
    wait_until(page, "violations.length")
    page.evaluate("violations.length = 0")


def test_only_a_blocked_script_of_zonoss_leads_a_click_to_the_shops_own_checkout(
    tab: Page, shop: Shop
) -> None:
    open_cart(tab, shop)
    append_script(tab, "https://analytics.example/analytics.js")
    assert codes(tab) == []
    append_script(tab, "https://js.stripe.com/v3/")
    assert codes(tab) == ["script-blocked"]
    tab.click(BUTTON)
    expect(tab.get_by_role("alert")).to_contain_text("couldn’t open")
    go_on_to_own_checkout(tab)


def test_the_guides_default_policy_is_enough_where_trusted_types_are_required(
    tab: Page, shop: Shop
) -> None:
    tab.route(ELEMENTS, lambda route: route.fulfill(**SOURCE))
    types = "require-trusted-types-for 'script'; trusted-types zonos-checkout default"
    shop.scripts = f"{STRICT}; {types}"
    shop.script += f"?elements={ELEMENTS}"
    guide = blocks(DOCS / "guides" / "csp.md")
    [shop.js] = [block.code for block in guide if block.language == "js"]
    open_cart(tab, shop)
    wait_until(tab, "document.querySelector('zonos-controller')")
    tab.click(BUTTON)
    wait_until(tab, OPENED)


def test_talisman_with_a_nonce_and_strict_dynamic_is_enough(
    tab: Page, flask_shop: FlaskShop, sandbox: Sandbox
) -> None:
    policy = {
        "default-src": "'self'",
        "frame-src": sandbox.url,
        "img-src": "data:",
        "script-src": "'strict-dynamic'",
    }
    Talisman(
        flask_shop.app,
        force_https=False,
        session_cookie_secure=False,
        content_security_policy=policy,
        content_security_policy_nonce_in=["script-src"],
    )
    open_cart(tab, flask_shop)
    open_checkout(tab)
    assert tab.evaluate("violations") == []
    header = tab.request.get(f"{flask_shop.url}/cart").headers
    assert "'nonce-" in header["content-security-policy"]
