"""Content security policies: of docs/guides/csp.md, and by Flask-Talisman."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask import render_template_string
from flask_talisman import Talisman  # type: ignore[import-untyped]
from flask_wtf import CSRFProtect
from playwright.sync_api import expect
from playwright.sync_api import Page

from flask_zonos.sandbox import Sandbox

from ..docs.blocks import DOCS
from ..docs.blocks import run
from ..support.browser import wait_until
from ..support.fixtures import MakeShop
from ..support.flask_shop import FlaskShop
from ..support.serving import serve
from .conftest import BUTTON
from .conftest import expect_own_checkout
from .conftest import FAILED
from .conftest import open_cart
from .conftest import open_checkout
from .conftest import pay
from .conftest import sign_in

ATTACKED = """<!doctype html><html lang="en"><title>Cart</title>
<form action="/own-checkout"><button id="place-order">Place order</button></form>
<p id="review"><script>document.title = "inline"</script>
<img src="/none" onerror="document.title = 'handler'">
<script src="{{ elsewhere }}/script.js"></script></p>
{{ zonos_checkout("#place-order") }}
"""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A host that is neither the shop's nor Zonos's."""
    app = Flask("elsewhere")
    headers = {"Content-Type": "text/javascript"}
    script = ("document.title = 'foreign'", 200, headers)
    app.add_url_rule("/script.js", view_func=lambda: script)
    with serve(app) as url:
        yield url


@pytest.fixture
def shop_url(make_a_shop: MakeShop, elsewhere: str) -> Iterator[str]:
    """The shop with what the guide tells it to send; a review holds an attack."""
    app = make_a_shop(ZONOS_SCRIPT_URL=f"{elsewhere}/loadZonos.js").app
    written = run(DOCS / "guides" / "csp.md")
    app.add_template_global(written["csp_nonce"])
    app.after_request(written["send_policy"])

    @app.get("/attacked")
    def attacked() -> str:
        return render_template_string(ATTACKED, elsewhere=elsewhere)

    with serve(app) as url:
        yield url


def test_of_all_scripts_in_a_page_only_those_with_the_nonce_run(
    page: Page, shop_url: str, elsewhere: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_request(f"{elsewhere}/loadZonos.js"):
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


def protect(
    shop: FlaskShop, sandbox: Sandbox, scripts: str, nonce_in: list[str], **more: str
) -> None:
    policy = {
        "default-src": "'none'",
        "base-uri": "'none'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-src": sandbox.url,
        "img-src": "data:",
        "script-src": scripts,
        "style-src": "'self'",
        **more,
    }
    Talisman(
        shop.app,
        force_https=False,
        session_cookie_secure=False,
        content_security_policy=policy,
        content_security_policy_nonce_in=nonce_in,
    )


def test_talisman_with_a_nonce_and_strict_dynamic_is_enough(
    tab: Page, flask_shop: FlaskShop, sandbox: Sandbox
) -> None:
    protect(flask_shop, sandbox, "'strict-dynamic'", ["script-src"])
    open_cart(tab, flask_shop)
    open_checkout(tab)
    assert tab.evaluate("violations") == []
    header = tab.request.get(f"{flask_shop.url}/cart").headers
    assert "'nonce-" in header["content-security-policy"]


def test_a_policy_that_keeps_zonos_out_leaves_the_shops_checkout(
    page: Page, flask_shop: FlaskShop, sandbox: Sandbox
) -> None:
    trusted = {"require-trusted-types-for": "'script'", "trusted-types": "another"}
    protect(flask_shop, sandbox, f"'self' {sandbox.url}", [], **trusted)
    page.clock.install()
    open_cart(page, flask_shop, until=FAILED)
    page.clock.fast_forward(5_000)  # as long as Zonos's script holds the button
    page.click(BUTTON)
    expect_own_checkout(page)


def test_flask_wtfs_token_is_sent_to_every_route(
    tab: Page, flask_shop: FlaskShop
) -> None:
    CSRFProtect(flask_shop.app)
    flask_shop.zonos.inventory_checker(lambda items: None)
    flask_shop.init = {"checkoutSettings": {"successBehavior": "CLOSE_MODAL"}}
    sign_in(tab, flask_shop)
    pay(open_checkout(tab))
    wait_until(tab, "seen.at(-1)[0] === 'order'")
    assert flask_shop.answers("/zonos/") == [200, 200, 200, 202]
    assert flask_shop.answers("/zonos/inventory-check") == [200]
    assert flask_shop.orders == [("browser", "customer-7")]
