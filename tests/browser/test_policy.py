"""Content security policies, Flask-Talisman, Flask-WTF, the shop's own styles."""

from __future__ import annotations

import pytest
from flask_talisman import Talisman  # type: ignore[import-untyped]
from flask_wtf import CSRFProtect
from playwright.sync_api import expect
from playwright.sync_api import Page

from flask_zonos import InventoryItem
from flask_zonos.sandbox import Sandbox

from ..support.browser import wait_until
from ..support.flask_shop import FlaskShop
from .conftest import BUTTON
from .conftest import expect_own_checkout
from .conftest import expect_state
from .conftest import FAILED
from .conftest import open_cart
from .conftest import open_checkout
from .conftest import pay
from .conftest import sign_in

TRUSTED = {"require-trusted-types-for": "'script'", "trusted-types": "another"}
CLOSED_TODAY = """<script>
document.addEventListener("zonos:configure", ({ detail }) => {
  detail.settings.checkoutSettings.onInventoryCheck = () => "Closed today";
});</script>"""


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


@pytest.mark.parametrize("more", [{}, TRUSTED], ids=["hosts", "trusted types"])
def test_a_policy_that_keeps_zonos_out_leaves_the_shops_checkout(
    page: Page, flask_shop: FlaskShop, sandbox: Sandbox, more: dict[str, str]
) -> None:
    protect(flask_shop, sandbox, f"'self' {sandbox.url}", [], **more)
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


def test_our_check_of_the_stock_comes_first_then_the_shops_own(
    tab: Page, flask_shop: FlaskShop
) -> None:
    in_stock = True

    def check(items: list[InventoryItem]) -> str | None:
        return None if in_stock else f"No more {items[0].sku}"

    flask_shop.zonos.inventory_checker(check)
    flask_shop.head = CLOSED_TODAY
    sign_in(tab, flask_shop)
    checkout = open_checkout(tab)
    pay(checkout)
    expect(checkout.get_by_text("Closed today")).to_be_visible()
    in_stock = False
    pay(checkout)
    expect(checkout.get_by_text("No more TEE")).to_be_visible()
    assert flask_shop.orders == []


@pytest.mark.parametrize(
    ("rule", "applied"), [("", "saturate(0.4)"), ("filter: none", "none")]
)
def test_our_style_applies_and_any_rule_of_the_shop_wins(
    tab: Page, flask_shop: FlaskShop, rule: str, applied: str
) -> None:
    flask_shop.css = f"button {{ {rule} }}"
    open_cart(tab, flask_shop)
    flask_shop.gate.clear()
    tab.click(BUTTON)
    expect_state(tab, "asking")
    expect(tab.locator(BUTTON)).to_have_css("filter", applied)
