"""The page with a script that is true to Zonos's types and loader, under policies."""

from __future__ import annotations

import pytest
from flask import send_from_directory
from playwright.sync_api import expect
from playwright.sync_api import Page

from ..docs.blocks import blocks
from ..docs.blocks import DOCS
from ..support.browser import wait_until
from ..support.flask_shop import FlaskShop
from .conftest import BUTTON
from .conftest import codes
from .conftest import errors
from .conftest import expect_own_checkout
from .conftest import expect_state
from .conftest import FAILED
from .conftest import go_on_to_own_checkout
from .conftest import HERE
from .conftest import open_cart
from .conftest import OPENED
from .conftest import READY
from .conftest import Shop
from .test_navigation import HTMX

STRICT = "'nonce-n0nce' 'strict-dynamic'"
#: A script that Zonos's asks for, with which its checkout works.
ELEMENTS = "https://v1.js.zonos.com/zonos-elements.esm.js"
SOURCE = {"body": "window.fake.start();", "content_type": "text/javascript"}


def expect_blocked(page: Page) -> None:
    wait_until(page, "violations.length")
    page.evaluate("violations.length = 0")


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


def test_a_checkout_that_does_not_open_for_want_of_a_script_leads_to_the_shops_own(
    tab: Page, shop: Shop
) -> None:
    shop.script += "?further=https://js.stripe.com/v3/"
    open_cart(tab, shop)
    wait_until(tab, FAILED)
    expect_blocked(tab)
    tab.click(BUTTON)
    expect(tab.get_by_role("alert")).to_contain_text("couldn’t open")
    go_on_to_own_checkout(tab)


def test_blocked_scripts_of_the_shops_own_are_none_of_our_business(
    tab: Page, shop: Shop
) -> None:
    open_cart(tab, shop)
    tab.evaluate(
        """() => {
          const tag = document.createElement("script");
          tag.src = "https://analytics.example/analytics.js";
          document.body.append(tag);
        }"""
    )
    expect_blocked(tab)
    assert codes(tab) == []


@pytest.mark.parametrize("has_default", [True, False])
def test_trusted_types_need_the_guides_default_policy(
    tab: Page, shop: Shop, has_default: bool
) -> None:
    tab.route(ELEMENTS, lambda route: route.fulfill(**SOURCE))
    types = "require-trusted-types-for 'script'; trusted-types zonos-checkout default"
    shop.scripts = f"{STRICT}; {types}"
    shop.script += f"?elements={ELEMENTS}"
    if has_default:
        guide = blocks(DOCS / "guides" / "csp.md")
        [shop.js] = [block.code for block in guide if block.language == "js"]
        open_cart(tab, shop)
        wait_until(tab, "document.querySelector('zonos-controller')")
        tab.click(BUTTON)
        wait_until(tab, OPENED)
        return
    tab.goto(f"{shop.url}/cart")
    wait_until(tab, "seen.some(([, detail]) => detail?.code === 'script-blocked')")
    expect_blocked(tab)
    assert tab.locator(BUTTON).is_enabled()


def test_a_page_that_swaps_its_own_body_is_loaded_afresh_at_most_once(
    page: Page, flask_shop: FlaskShop
) -> None:
    flask_shop.app.config["ZONOS_SCRIPT_URL"] = f"{flask_shop.url}/fake-zonos.js"
    flask_shop.app.add_url_rule(
        "/fake-zonos.js", view_func=lambda: send_from_directory(HERE, "fake-zonos.js")
    )
    flask_shop.head = HTMX[0]
    flask_shop.body_attributes = 'hx-get="/cart" hx-trigger="load delay:300ms"'
    loads: list[Page] = []
    page.on("load", lambda loaded: loads.append(loaded))
    with page.expect_event("load", lambda _: len(loads) > 1):
        page.goto(f"{flask_shop.url}/cart")
    wait_until(page, READY)
    page.wait_for_timeout(1_000)
    assert len(loads) == 2
    page.click(BUTTON)
    expect_own_checkout(page)
