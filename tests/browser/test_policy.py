"""Content security policies, by Flask-Talisman; the token of Flask-WTF."""

from __future__ import annotations

import pytest
from flask_talisman import Talisman  # type: ignore[import-untyped]
from flask_wtf import CSRFProtect
from playwright.sync_api import Page

from flask_zonos.sandbox import Sandbox

from ..support.browser import wait_until
from ..support.flask_shop import FlaskShop
from .conftest import BUTTON
from .conftest import expect_own_checkout
from .conftest import FAILED
from .conftest import open_cart
from .conftest import open_checkout
from .conftest import pay
from .conftest import sign_in

TRUSTED = {"require-trusted-types-for": "'script'", "trusted-types": "another"}


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
