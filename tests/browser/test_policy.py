"""Content security policies, Flask-Talisman, Flask-WTF, the shop's own styles."""

from __future__ import annotations

import pytest
from flask_talisman import Talisman  # type: ignore[import-untyped]
from flask_wtf import CSRFProtect
from playwright.sync_api import expect
from playwright.sync_api import Page

from flask_zonos import InventoryItem
from flask_zonos.sandbox import Sandbox

from ..support.flask_shop import FlaskShop
from .conftest import wait_until
from .test_sandbox import BUTTON
from .test_sandbox import open_cart
from .test_sandbox import open_checkout

pytestmark = pytest.mark.browser
TRUSTED = {"require-trusted-types-for": "'script'"}


def strict(sandbox: Sandbox, scripts: str, **more: str) -> dict[str, str]:
    return {
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


def test_talisman_with_a_nonce_and_strict_dynamic_is_enough(
    page: Page, flask_shop: FlaskShop, sandbox: Sandbox
) -> None:
    Talisman(
        flask_shop.app,
        force_https=False,
        session_cookie_secure=False,
        content_security_policy=strict(sandbox, "'strict-dynamic'"),
        content_security_policy_nonce_in=["script-src"],
    )
    open_cart(page, flask_shop)
    open_checkout(page)
    assert page.evaluate("violations") == []
    header = page.request.get(f"{flask_shop.url}/cart").headers
    assert "'nonce-" in header["content-security-policy"]


@pytest.mark.parametrize(
    ("scripts", "more"),
    [
        ("'self'", {}),
        ("'self' {zonos}", {}),
        ("'self' {zonos}", {**TRUSTED, "trusted-types": "another"}),
    ],
    ids=["self", "self and zonos", "trusted types"],
)
def test_a_policy_that_keeps_zonos_out_leaves_the_shops_checkout(
    page: Page,
    flask_shop: FlaskShop,
    sandbox: Sandbox,
    scripts: str,
    more: dict[str, str],
) -> None:
    scripts = scripts.format(zonos=sandbox.url)
    Talisman(
        flask_shop.app,
        force_https=False,
        session_cookie_secure=False,
        content_security_policy=strict(sandbox, scripts, **more),
    )
    open_cart(page, flask_shop, until="seen.some(([name]) => name === 'error')")
    page.wait_for_timeout(5_000)  # as long as Zonos's script holds the button
    page.click(BUTTON)
    expect(page.get_by_role("heading")).to_have_text("Own checkout")


def test_flask_wtfs_token_is_sent_to_every_route(
    page: Page, flask_shop: FlaskShop
) -> None:
    CSRFProtect(flask_shop.app)
    flask_shop.zonos.inventory_checker(lambda items: None)
    flask_shop.init = {"checkoutSettings": {"successBehavior": "CLOSE_MODAL"}}
    page.goto(f"{flask_shop.url}/sign-in/customer-7")
    wait_until(page, "seen.some(([name]) => name === 'ready')")
    open_checkout(page).get_by_role("button", name="Pay").click()
    wait_until(page, "seen.at(-1)[0] === 'order'")
    assert flask_shop.answers("/zonos/") == [200, 200, 200, 202]
    assert flask_shop.answers("/zonos/inventory-check") == [200]
    assert flask_shop.orders == [("browser", "customer-7")]


def test_our_check_of_the_stock_comes_first_then_the_shops_own(
    page: Page, flask_shop: FlaskShop
) -> None:
    in_stock = True

    def check(items: list[InventoryItem]) -> str | None:
        return None if in_stock else f"No more {items[0].sku}"

    flask_shop.zonos.inventory_checker(check)
    page.add_init_script(
        "document.addEventListener('zonos:configure', ({detail}) => {"
        " detail.settings.checkoutSettings.onInventoryCheck = () => 'Closed today'})"
    )
    page.goto(f"{flask_shop.url}/sign-in/customer-7")
    wait_until(page, "seen.some(([name]) => name === 'ready')")
    checkout = open_checkout(page)
    checkout.get_by_role("button", name="Pay").click()
    expect(checkout.get_by_text("Closed today")).to_be_visible()
    in_stock = False
    checkout.get_by_role("button", name="Pay").click()
    expect(checkout.get_by_text("No more TEE")).to_be_visible()
    assert flask_shop.orders == []


@pytest.mark.parametrize(
    ("rule", "applied"), [("", "saturate(0.4)"), ("filter: none", "none")]
)
def test_our_style_applies_and_any_rule_of_the_shop_wins(
    page: Page, flask_shop: FlaskShop, rule: str, applied: str
) -> None:
    flask_shop.css = f"button {{ {rule} }}"
    open_cart(page, flask_shop)
    flask_shop.gate.clear()
    page.click(BUTTON)
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "asking")
    expect(page.locator(BUTTON)).to_have_css("filter", applied)
