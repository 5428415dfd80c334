"""Zonos's script and the page around it: there, late, broken, twice, swapped."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page
from playwright.sync_api import Route

from ..support.browser import wait_until
from .conftest import BUTTON
from .conftest import codes
from .conftest import errors
from .conftest import expect_own_checkout
from .conftest import expect_state
from .conftest import FAILED
from .conftest import MODULE
from .conftest import open_cart
from .conftest import OPENED
from .conftest import READY
from .conftest import Shop

STARTS = "[fake.scripts, fake.inits]"
SWAP_FORM = """() => {
  const form = document.querySelector("form"), fresh = form.cloneNode(true);
  fresh.querySelector("[data-zonos-notice]")?.remove();
  form.replaceWith(fresh);
  for (let times = 2; times; times--) {
    document.body.dispatchEvent(new Event("zonos:refresh", { bubbles: true }));
  }
}"""
OWN_LOADER = '<script src="{}?timestamp=1" nonce="n0nce" async></script>'


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
    assert tab.get_attribute(BUTTON, "data-zonos-state") == "ready"
    assert tab.evaluate("fake.settings.helloSettings") == {"showForCountries": ["CA"]}
    assert tab.evaluate("fake.settings.checkoutSettings.cartExpiration") == 30
    assert tab.evaluate("fake.settings.onCountryChange()") == "changed"
    assert tab.evaluate(STARTS) == [1, 1]


@pytest.mark.parametrize(
    ("script", "policy"),
    [
        ("/missing.js", ""),
        ("/fake-zonos.js?init=empty", ""),
        ("/fake-zonos.js?init=reject", ""),
        ("/fake-zonos.js?init=hang", ""),
        ("/fake-zonos.js", "; trusted-types another"),
    ],
)
def test_a_script_that_does_not_work_leaves_the_shops_checkout(
    page: Page, shop: Shop, script: str, policy: str
) -> None:
    shop.script = script
    shop.scripts += policy
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


def test_a_script_that_could_not_be_had_is_loaded_again_for_the_next_button(
    tab: Page, shop: Shop
) -> None:
    tab.route("**/fake-zonos.js", lambda route: route.abort())
    open_cart(tab, shop, until=FAILED)
    assert tab.get_attribute(BUTTON, "data-zonos-state") is None
    tab.unroute_all()
    tab.evaluate(SWAP_FORM)
    wait_until(tab, READY)
    assert tab.evaluate(STARTS) == [1, 1]
    tab.click(BUTTON)
    wait_until(tab, f"{OPENED} === 1")


def test_a_button_that_the_shop_disabled_stays_so(tab: Page, shop: Shop) -> None:
    shop.button = '<button id="place-order" disabled>Place order</button>'
    shop.script = "/missing.js"
    open_cart(tab, shop, until=FAILED)
    expect(tab.locator(BUTTON)).to_be_disabled()


def test_a_slow_script_leaves_the_shops_checkout_and_is_used_when_it_comes(
    page: Page, shop: Shop
) -> None:
    shop.script = "/slow-zonos.js"
    page.clock.install()
    page.goto(f"{shop.url}/cart", wait_until="domcontentloaded")
    page.wait_for_selector("script[src='/slow-zonos.js']", state="attached")
    expect(page.locator(BUTTON)).to_be_enabled()
    page.clock.fast_forward(11_000)
    wait_until(page, FAILED)
    shop.script_gate.set()
    wait_until(page, READY)
    assert page.evaluate("fake.inits") == 1


def refresh_while_loading(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.url}/cart", wait_until="commit")
    wait_until(page, "window.zonosCheckout && document.readyState !== 'loading'")
    page.evaluate("zonosCheckout.refresh()")


def test_a_loader_of_the_shops_own_is_not_loaded_again(tab: Page, shop: Shop) -> None:
    shop.script = "/slow-zonos.js"
    shop.head = OWN_LOADER.format(shop.script)
    with tab.expect_request("**/slow-zonos.js*"):
        refresh_while_loading(tab, shop)
    shop.script_gate.set()
    wait_until(tab, READY)
    assert tab.locator("script[src^='/slow-zonos.js']").count() == 1
    assert tab.evaluate(STARTS) == [1, 1]
    tab.click(BUTTON)
    wait_until(tab, f"{OPENED} === 1")


def test_a_loader_of_the_shops_own_that_fails_is_made_up_for(
    tab: Page, shop: Shop
) -> None:
    shop.head = OWN_LOADER.format("/fake-zonos.js")
    held: list[Route] = []
    tab.route("**/fake-zonos.js?*", lambda route: held.append(route))
    refresh_while_loading(tab, shop)
    held[0].abort()
    wait_until(tab, READY)
    assert tab.evaluate(STARTS) == [1, 1]
    assert tab.locator("script[src^='/fake-zonos.js']").count() == 1
    assert codes(tab) == []


def test_a_button_that_was_swapped_in_opens_the_checkout_once(
    tab: Page, shop: Shop
) -> None:
    open_cart(tab, shop)
    tab.evaluate(SWAP_FORM)
    expect_state(tab, "ready")
    tab.click(BUTTON)
    wait_until(tab, f"{OPENED} === 1")
    assert tab.evaluate(STARTS) == [1, 1]
    assert len(shop.calls) == 1
