"""The texts for the shopper, word for word, in each state and language."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from ..support.browser import stop_the_clock
from .conftest import BUSY
from .conftest import BUTTON
from .conftest import expect_state
from .conftest import open_cart
from .conftest import Shop

WORDS = {
    "en": {
        "asking": "Preparing your checkout…",
        "opening": "Opening the checkout…",
        "fallback": "Use this shop’s own checkout",
        "failed": "We couldn’t open the checkout. Please try again.",
        "network": "We couldn’t reach the shop. Check your connection and try again.",
        "empty-cart": "Your cart is empty. Add something to it and try again.",
        "identity-changed": "You have signed in or out since you opened this page. "
        "Check it or reload it, and try again.",
        "page-expired": "This page has been open for too long. Check it or reload it, "
        "and try again.",
    },
    "da": {
        "asking": "Vi gør din betaling klar …",
        "opening": "Betalingen åbner …",
        "fallback": "Brug butikkens egen betaling",
        "failed": "Vi kunne ikke åbne betalingen. Prøv igen.",
        "network": "Vi kunne ikke få fat i butikken. Tjek din forbindelse, "
        "og prøv igen.",
        "empty-cart": "Din kurv er tom. Læg noget i den, og prøv igen.",
        "identity-changed": "Du er logget ind eller ud, siden du åbnede siden. "
        "Tjek eller genindlæs den, og prøv igen.",
        "page-expired": "Siden har været åben for længe. Tjek eller genindlæs den, og "
        "prøv igen.",
    },
}
ANSWERS: dict[str, Any] = {
    "failed": BUSY,
    "empty-cart": ({"code": "empty-cart"}, 409),
    "identity-changed": ({"code": "identity-changed"}, 409),
    "page-expired": ({"code": "page-expired"}, 400),
    "network": BUSY,  # which does not come
}
FALLBACK = "[data-zonos-fallback]"


def expect_said(page: Page, state: str, status: str = "", alert: str = "") -> None:
    expect_state(page, state)
    expect(page.get_by_role("status")).to_have_text(status)
    expect(page.get_by_role("alert")).to_have_text(alert)


@pytest.mark.parametrize("language", WORDS)
def test_a_click_that_succeeds_by_keyboard(
    page: Page, shop: Shop, language: str
) -> None:
    words, shop.lang = WORDS[language], language
    shop.gate.clear()
    page.clock.install()
    open_cart(page, shop)
    stop_the_clock(page)
    expect_said(page, "ready")
    page.locator(BUTTON).focus()
    page.keyboard.press("Enter")
    expect_said(page, "asking", status=words["asking"])
    expect(page.locator(BUTTON)).to_have_attribute("aria-busy", "true")
    page.keyboard.press("Enter")
    shop.gate.set()
    expect_said(page, "opening", status=words["opening"])
    expect(page.locator(BUTTON)).to_be_focused()
    expect(page.locator(FALLBACK)).to_be_hidden()
    page.clock.fast_forward(4_000)
    expect_said(page, "ready")
    assert len(shop.calls) == 1


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("code", ANSWERS)
def test_a_click_that_fails(tab: Page, shop: Shop, language: str, code: str) -> None:
    words, shop.lang = WORDS[language], language
    shop.answer = lambda: ANSWERS[code]
    if code == "network":
        tab.route("**/cart-info", lambda route: route.abort())
    open_cart(tab, shop)
    if code in ("identity-changed", "page-expired"):
        with tab.expect_navigation():
            tab.click(BUTTON)
        expect_said(tab, "ready", status=words[code])
    tab.click(BUTTON)
    expect_said(tab, "failed", alert=words[code])
    if code == "empty-cart":
        expect(tab.locator(FALLBACK)).to_be_hidden()
    else:
        expect(tab.locator(FALLBACK)).to_have_text(words["fallback"])


@pytest.mark.parametrize(
    ("page_language", "settings", "message"),
    [
        ("da-DK", {}, WORDS["da"]["failed"]),
        ("DA", {}, WORDS["da"]["failed"]),
        ("en", {"language": "da"}, WORDS["da"]["failed"]),
        ("da", {"language": "en"}, WORDS["en"]["failed"]),
        ("fr", {}, WORDS["en"]["failed"]),
        ("da", {"messages": {"failed": "Ring til os."}}, "Ring til os."),
    ],
    ids=["region", "capitals", "tag da", "tag en", "unknown", "the shop's own"],
)
def test_the_shops_words_count_then_the_tags_language_then_the_pages(
    tab: Page, shop: Shop, page_language: str, settings: Any, message: str
) -> None:
    shop.lang, shop.settings = page_language, settings
    shop.answer = lambda: BUSY
    open_cart(tab, shop)
    tab.click(BUTTON)
    expect(tab.get_by_role("alert")).to_have_text(message)
