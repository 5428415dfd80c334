"""The texts for the shopper, word for word, and in which language they are."""

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

DANISH = {
    "failed": "Vi kunne ikke åbne betalingen. Prøv igen.",
    "network": "Vi kunne ikke få fat i butikken. Tjek din forbindelse, og prøv igen.",
    "empty-cart": "Din kurv er tom. Læg noget i den, og prøv igen.",
    "identity-changed": "Du er logget ind eller ud, siden du åbnede siden. "
    "Tjek eller genindlæs den, og prøv igen.",
    "page-expired": "Siden har været åben for længe. Tjek eller genindlæs den, og "
    "prøv igen.",
}
FAILED = "We couldn’t open the checkout. Please try again."
FALLBACK = "[data-zonos-fallback]"


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
    if code in ("identity-changed", "page-expired"):
        with tab.expect_navigation():
            tab.click(BUTTON)
        expect_said(tab, "ready", status=DANISH[code])
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
