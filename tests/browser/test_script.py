"""Zonos's script and the page around it: there, late, broken, twice, swapped."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page
from playwright.sync_api import Route

from .conftest import Shop
from .conftest import wait_until

pytestmark = pytest.mark.browser
READY = "seen.some(([name]) => name === 'ready')"
FAILED = "seen.some(([name]) => name === 'error')"


def open_cart(page: Page, shop: Shop, until: str = READY) -> None:
    page.goto(f"{shop.url}/cart")
    wait_until(page, until)


def expect_own_checkout(page: Page) -> None:
    expect(page.locator("#place-order")).to_be_enabled()
    page.click("#place-order")
    expect(page.get_by_role("heading")).to_have_text("Own checkout")


def test_the_script_is_loaded_and_started_once_with_the_nonce(
    page: Page, shop: Shop
) -> None:
    open_cart(page, shop)
    assert page.evaluate("[fake.scripts, fake.inits]") == [1, 1]
    tag = page.locator("script[src='/fake-zonos.js']")
    assert tag.evaluate("tag => tag.nonce") == "n0nce"
    assert page.evaluate("seen.map(([name]) => name)") == ["configure", "ready"]
    assert page.get_attribute("#place-order", "data-zonos-state") == "ready"


def test_the_shops_settings_reach_zonos(page: Page, shop: Shop) -> None:
    shop.init = {
        "helloSettings": {"showForCountries": ["CA"]},
        "appearance": {"theme": "none"},
        "checkoutSettings": {"cartExpiration": 30},
    }
    page.add_init_script(
        "document.addEventListener('zonos:configure', ({detail}) => {"
        "detail.settings.onCountryChange = () => 'changed'})"
    )
    open_cart(page, shop)
    assert page.evaluate("fake.settings.helloSettings") == {"showForCountries": ["CA"]}
    assert page.evaluate("fake.settings.appearance") == {"theme": "none"}
    assert page.evaluate("fake.settings.checkoutSettings.cartExpiration") == 30
    assert page.evaluate("fake.settings.onCountryChange()") == "changed"


def test_a_blocked_script_leaves_the_shops_checkout(page: Page, shop: Shop) -> None:
    page.route("**/fake-zonos.js", lambda route: route.abort())
    open_cart(page, shop, FAILED)
    assert page.evaluate("seen") == [
        ["error", {"code": "script-unavailable", "status": 0, "message": None}]
    ]
    assert page.get_attribute("#place-order", "data-zonos-state") is None
    expect_own_checkout(page)


def test_a_script_that_could_not_be_had_is_loaded_again_for_the_next_button(
    page: Page, shop: Shop
) -> None:
    page.route("**/fake-zonos.js", lambda route: route.abort())
    open_cart(page, shop, FAILED)
    page.unroute("**/fake-zonos.js")
    page.evaluate(
        """() => {
          const form = document.querySelector("form"), fresh = form.cloneNode(true);
          fresh.querySelector("[data-zonos-notice]")?.remove();
          form.replaceWith(fresh);
          document.dispatchEvent(new Event("zonos:refresh"));
        }"""
    )
    wait_until(page, READY)
    page.click("#place-order")
    wait_until(page, "fake.opened.length === 1")


def test_a_button_that_the_shop_disabled_stays_so(page: Page, shop: Shop) -> None:
    shop.button = '<button id="place-order" disabled>Place order</button>'
    page.route("**/fake-zonos.js", lambda route: route.abort())
    open_cart(page, shop, FAILED)
    expect(page.locator("#place-order")).to_be_disabled()


@pytest.mark.parametrize("script", ["/broken-zonos.js", "/fake-zonos.js?init=empty"])
def test_a_broken_script_leaves_the_shops_checkout(
    page: Page, shop: Shop, script: str
) -> None:
    shop.script = script
    page.clock.install()
    page.goto(f"{shop.url}/cart")
    page.clock.fast_forward(11_000)
    wait_until(page, FAILED)
    assert page.evaluate("seen.map(([, detail]) => detail.code)") == [
        "script-unavailable"
    ]
    expect_own_checkout(page)


def test_a_slow_script_leaves_the_shops_checkout_and_is_used_when_it_comes(
    page: Page, shop: Shop
) -> None:
    shop.script = "/slow-zonos.js"
    page.clock.install()
    page.goto(f"{shop.url}/cart", wait_until="domcontentloaded")
    page.wait_for_selector("script[src='/slow-zonos.js']", state="attached")
    expect(page.locator("#place-order")).to_be_enabled()
    page.clock.fast_forward(11_000)
    wait_until(page, FAILED)
    shop.script_gate.set()
    wait_until(page, READY)
    assert page.evaluate("fake.inits") == 1


OWN_LOADER = '<script src="{}?timestamp=1" nonce="n0nce" async></script>'


def test_a_loader_of_the_shops_own_is_waited_for_not_loaded_again(
    page: Page, shop: Shop
) -> None:
    shop.head = OWN_LOADER.format("/slow-zonos.js")
    shop.script = "/slow-zonos.js"
    with page.expect_request("**/slow-zonos.js*"):
        page.goto(f"{shop.url}/cart", wait_until="commit")
    wait_until(page, "window.zonosCheckout && document.readyState !== 'loading'")
    page.evaluate("zonosCheckout.refresh()")
    assert page.locator("script[src^='/slow-zonos.js']").count() == 1
    shop.script_gate.set()
    wait_until(page, READY)
    assert page.evaluate("[fake.scripts, fake.inits]") == [1, 1]
    page.click("#place-order")
    wait_until(page, "fake.opened.length === 1")


def test_a_loader_of_the_shops_own_that_is_done_is_not_loaded_again(
    page: Page, shop: Shop
) -> None:
    shop.head = OWN_LOADER.format("/fake-zonos.js").replace(" async", "")
    open_cart(page, shop)
    assert page.evaluate("[fake.scripts, fake.inits]") == [1, 1]


def test_a_loader_of_the_shops_own_that_fails_is_made_up_for(
    page: Page, shop: Shop
) -> None:
    shop.head = OWN_LOADER.format("/fake-zonos.js")
    held: list[Route] = []
    page.route("**/fake-zonos.js?*", lambda route: held.append(route))
    page.goto(f"{shop.url}/cart", wait_until="commit")
    wait_until(page, "window.zonosCheckout && document.readyState !== 'loading'")
    page.evaluate("zonosCheckout.refresh()")
    held[0].abort()
    wait_until(page, READY)
    assert page.evaluate("[fake.scripts, fake.inits]") == [1, 1]
    assert page.locator("script[src^='/fake-zonos.js']").count() == 1


def test_a_refused_init_gives_the_button_back(page: Page, shop: Shop) -> None:
    shop.script = "/fake-zonos.js?init=reject"
    page.clock.install()
    open_cart(page, shop, FAILED)
    assert page.evaluate("seen.at(-1)[1].code") == "script-unavailable"
    page.clock.fast_forward(5_000)  # of Zonos's own guard
    expect_own_checkout(page)


def test_an_init_without_end_gives_the_button_back(page: Page, shop: Shop) -> None:
    shop.script = "/fake-zonos.js?init=hang"
    page.clock.install()
    page.goto(f"{shop.url}/cart")
    wait_until(page, "window.fake?.inits === 1")
    expect(page.locator("#place-order")).to_be_disabled()
    page.clock.fast_forward(11_000)
    wait_until(page, FAILED)
    expect_own_checkout(page)


def test_a_domestic_shopper_goes_on_to_the_shops_checkout(
    page: Page, shop: Shop
) -> None:
    shop.script = "/fake-zonos.js?country=domestic"
    open_cart(page, shop)
    expect_own_checkout(page)
    assert shop.calls == []


def test_two_copies_of_the_module_start_once(page: Page, shop: Shop) -> None:
    shop.copies = 2
    open_cart(page, shop)
    page.wait_for_load_state()
    page.click("#place-order")
    wait_until(page, "fake.opened.length === 1")
    assert page.evaluate("[fake.scripts, fake.inits]") == [1, 1]
    assert shop.paths() == ["/zonos/cart-info"]


@pytest.mark.parametrize("event", ["turbo:load", "htmx:load", "zonos:refresh"])
def test_a_swap_that_keeps_the_button_starts_nothing_anew(
    page: Page, shop: Shop, event: str
) -> None:
    open_cart(page, shop)
    page.evaluate("name => document.dispatchEvent(new Event(name))", event)
    page.click("#place-order")
    wait_until(page, "fake.opened.length === 1")
    assert page.evaluate("[fake.scripts, fake.inits]") == [1, 1]
    assert len(shop.calls) == 1


@pytest.mark.parametrize("event", ["turbo:load", "htmx:load", "zonos:refresh"])
def test_a_swapped_page_gets_its_new_button_started_once(
    page: Page, shop: Shop, event: str
) -> None:
    open_cart(page, shop)
    page.evaluate(
        """name => {
          const block = document.getElementById("zonos-settings");
          const form = document.querySelector("form"), fresh = form.cloneNode(true);
          fresh.querySelector("[data-zonos-notice]")?.remove();
          form.replaceWith(fresh);
          block.textContent = block.textContent.replace("1dea", "07he5");
          document.body.dispatchEvent(new Event(name, {bubbles: true}));
          document.body.dispatchEvent(new Event(name, {bubbles: true}));
        }""",
        event,
    )
    expect(page.locator("#place-order")).to_have_attribute("data-zonos-state", "ready")
    page.click("#place-order")
    wait_until(page, "fake.opened.length === 1")
    assert page.evaluate("[fake.scripts, fake.inits]") == [1, 1]
    assert page.locator("[data-zonos-notice]").count() == 1
    [(_, headers, _)] = shop.calls
    assert headers["x-zonos-identity"] == "07he5"
