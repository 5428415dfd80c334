"""Zonos's script and the page around it: there, late, broken, twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from ..support.browser import wait_until
from .conftest import BUTTON
from .conftest import errors
from .conftest import expect_own_checkout
from .conftest import FAILED
from .conftest import MODULE
from .conftest import open_cart
from .conftest import OPENED
from .conftest import READY
from .conftest import Shop

STARTS = "[fake.scripts, fake.inits]"
SWAP = "old => { old.replaceWith(old.cloneNode(true)); zonosCheckout.refresh(); }"


def test_the_script_is_started_once_with_the_nonce_and_the_shops_settings(
    tab: Page, shop: Shop
) -> None:
    shop.module += MODULE.replace(".js", ".js?again")
    shop.init = {
        "helloSettings": {"showForCountries": ["CA"]},
        "checkoutSettings": {"cartExpiration": 30},
    }
    shop.configure("detail.settings.onCountryChange = () => 'changed'")
    open_cart(tab, shop)
    tab.wait_for_load_state()
    tag = tab.locator("script[src='/fake-zonos.js']")
    assert tag.evaluate("tag => tag.nonce") == "n0nce"
    assert tab.evaluate("seen.map(([name]) => name)") == ["configure", "ready"]
    assert tab.evaluate("fake.settings.helloSettings") == {"showForCountries": ["CA"]}
    assert tab.evaluate("fake.settings.checkoutSettings.cartExpiration") == 30
    assert tab.evaluate("fake.settings.onCountryChange()") == "changed"
    assert tab.evaluate(STARTS) == [1, 1]


@pytest.mark.parametrize(
    "script",
    ["/missing.js", "/fake-zonos.js?init=reject", "/fake-zonos.js?init=hang"],
)
def test_a_script_that_does_not_work_leaves_the_shops_checkout(
    page: Page, shop: Shop, script: str
) -> None:
    shop.script = script
    page.clock.install()
    page.goto(f"{shop.url}/cart")
    if "hang" in script:
        expect(page.locator(BUTTON)).to_be_disabled()
        wait_until(page, "fake.inits")
    page.clock.fast_forward(11_000)
    wait_until(page, FAILED)
    failure = {"code": "script-unavailable", "status": 0, "message": None}
    assert errors(page) == [failure]
    page.clock.fast_forward(5_000)  # of Zonos's own guard
    expect(page.locator(BUTTON)).to_be_enabled()
    page.click(BUTTON)
    expect_own_checkout(page)


def test_a_button_that_the_shop_disabled_stays_so(tab: Page, shop: Shop) -> None:
    shop.button = '<button id="place-order" disabled>Place order</button>'
    shop.script = "/missing.js"
    open_cart(tab, shop, until=FAILED)
    expect(tab.locator(BUTTON)).to_be_disabled()


def test_a_script_that_could_not_be_had_is_loaded_again_for_the_next_button(
    tab: Page, shop: Shop
) -> None:
    tab.route("**/fake-zonos.js", lambda route: route.abort())
    open_cart(tab, shop, until=FAILED)
    tab.unroute_all()
    tab.locator(BUTTON).evaluate(SWAP)
    wait_until(tab, READY)
    assert tab.evaluate(STARTS) == [1, 1]


def test_a_slow_loader_of_the_shops_own_leaves_its_checkout_and_is_used_when_it_comes(
    page: Page, shop: Shop
) -> None:
    shop.script = "/slow-zonos.js"
    shop.head = '<script src="/slow-zonos.js?at=1" nonce="n0nce" async></script>'
    page.clock.install()
    page.goto(f"{shop.url}/cart", wait_until="domcontentloaded")
    wait_until(page, "window.zonosCheckout")
    page.evaluate("zonosCheckout.refresh()")  # so that it has begun to wait
    expect(page.locator(BUTTON)).to_be_enabled()
    page.clock.fast_forward(11_000)
    wait_until(page, FAILED)
    shop.script_gate.set()
    wait_until(page, READY)
    assert page.locator("script[src^='/slow-zonos.js']").count() == 1
    assert page.evaluate(STARTS) == [1, 1]
    page.click(BUTTON)
    wait_until(page, f"{OPENED} === 1")


def test_a_button_that_was_swapped_in_opens_the_checkout_once(
    tab: Page, shop: Shop
) -> None:
    open_cart(tab, shop)
    tab.locator(BUTTON).evaluate(SWAP)
    tab.click(BUTTON)
    wait_until(tab, f"{OPENED} === 1")
    assert tab.evaluate(STARTS) == [1, 1]
    assert len(shop.calls) == 1
