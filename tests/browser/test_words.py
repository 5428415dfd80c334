"""The texts for the shopper, word for word, in each state and language."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from .conftest import Shop
from .conftest import stop_the_clock
from .test_checkout import BUTTON
from .test_checkout import open_cart

pytestmark = pytest.mark.browser
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


@pytest.fixture(params=WORDS)
def words(request: pytest.FixtureRequest, shop: Shop) -> dict[str, str]:
    shop.lang = request.param
    return WORDS[request.param]


def expect_said(page: Page, state: str, status: str = "", alert: str = "") -> None:
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", state)
    expect(page.get_by_role("status")).to_have_text(status)
    expect(page.get_by_role("alert")).to_have_text(alert)


def test_a_click_that_succeeds(page: Page, shop: Shop, words: dict[str, str]) -> None:
    fallback = page.locator("[data-zonos-fallback]")
    page.clock.install()
    open_cart(page, shop)
    expect_said(page, "ready")
    shop.gate.clear()
    page.click(BUTTON)
    expect_said(page, "asking", status=words["asking"])
    stop_the_clock(page)
    shop.gate.set()
    expect_said(page, "opening", status=words["opening"])
    expect(fallback).to_be_hidden()
    page.clock.fast_forward(4_000)
    expect_said(page, "ready")
    expect(fallback).to_be_hidden()


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (({"code": "busy"}, 503), "failed"),
        (({"code": "empty-cart"}, 409), "empty-cart"),
        (({"code": "identity-changed"}, 409), "identity-changed"),
        (({"code": "page-expired"}, 400), "page-expired"),
        (None, "network"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_click_that_fails(
    page: Page, shop: Shop, words: dict[str, str], answer: Any, key: str
) -> None:
    shop.answer = lambda: answer
    if answer is None:
        page.route("**/cart-info", lambda route: route.abort())
    open_cart(page, shop)
    if key in ("identity-changed", "page-expired"):
        with page.expect_navigation():
            page.click(BUTTON)
        expect_said(page, "ready", status=words[key])
    page.click(BUTTON)
    expect_said(page, "failed", alert=words[key])
    fallback = page.locator("[data-zonos-fallback]")
    if key == "empty-cart":
        expect(fallback).to_be_hidden()
    else:
        expect(fallback).to_be_visible()
        expect(fallback).to_have_text(words["fallback"])


@pytest.mark.parametrize(
    ("page_language", "argument", "expected"),
    [("da-DK", None, "da"), ("DA", None, "da"), ("en", "da", "da"), ("da", "en", "en")],
)
def test_the_tags_language_counts_then_the_pages(
    page: Page, shop: Shop, page_language: str, argument: str | None, expected: str
) -> None:
    shop.lang, shop.settings = page_language, {"language": argument}
    shop.gate.clear()
    open_cart(page, shop)
    page.click(BUTTON)
    expect_said(page, "asking", status=WORDS[expected]["asking"])


def test_another_language_is_told_in_english(page: Page, shop: Shop) -> None:
    shop.lang = "fr"
    shop.gate.clear()
    open_cart(page, shop)
    page.click(BUTTON)
    expect_said(page, "asking", status=WORDS["en"]["asking"])
