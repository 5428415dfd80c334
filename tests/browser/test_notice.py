"""The notice to the shopper, in an element that the shop has set aside."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from .conftest import Shop
from .test_checkout import BUTTON
from .test_checkout import open_cart

pytestmark = pytest.mark.browser
PLACES = {
    "empty": "<div data-zonos-notice></div>",
    "a text": "<p data-zonos-notice>Questions? Call us.</p>",
    "one element": "<div data-zonos-notice><p>Questions? Call us.</p></div>",
    "two elements": "<aside data-zonos-notice><h2>Help</h2><p>Call us.</p></aside>",
    "live regions": "<div data-zonos-notice><p role=status>Sale!</p>"
    "<p role=alert>Today only</p></div>",
    "a form": "<div data-zonos-notice><form><button>Redeem</button></form></div>",
}
# Ours is half a line.
MARGIN = "getComputedStyle(document.querySelector('[data-zonos-notice] h2')).marginTop"


@pytest.mark.parametrize("notice", PLACES.values(), ids=PLACES)
def test_every_place_of_the_shops_tells_and_keeps_what_it_holds(
    page: Page, shop: Shop, notice: str
) -> None:
    shop.notice = notice
    shop.answer = lambda: ({"code": "busy"}, 503)
    shop.gate.clear()
    place = page.locator("[data-zonos-notice]").first
    open_cart(page, shop)
    text = place.inner_text()
    page.click(BUTTON)
    status = place.get_by_role("status").last
    expect(status).to_have_text("Preparing your checkout…")
    shop.gate.set()
    expect(place.get_by_role("alert").last).to_contain_text("couldn’t open")
    expect(status).to_be_empty()
    assert text in place.inner_text()
    assert page.locator("[data-zonos-notice=ours]").count() == 1
    place.get_by_role("button", name="Use this shop’s own checkout").click()
    expect(page.get_by_role("heading")).to_have_text("Own checkout")


def test_the_shops_own_content_keeps_its_looks(page: Page, shop: Shop) -> None:
    shop.notice = "<div data-zonos-notice><h2>Questions?</h2></div>"
    page.route("**/static/zonos-checkout.js*", lambda route: route.abort())
    page.goto(f"{shop.url}/cart")
    margin = page.evaluate(MARGIN)
    page.unroute("**/static/zonos-checkout.js*")
    open_cart(page, shop)
    assert page.evaluate(MARGIN) == margin


def test_a_place_around_the_button_works_too(page: Page, shop: Shop) -> None:
    shop.answer = lambda: ({"code": "busy"}, 503)
    open_cart(page, shop)
    page.evaluate(
        "document.querySelector('[data-zonos-notice]').remove();"
        "document.querySelector('main').setAttribute('data-zonos-notice', '')"
    )
    page.click(BUTTON)
    expect(page.get_by_role("alert")).to_contain_text("couldn’t open")
    assert page.evaluate("document.querySelector('main').lastElementChild.dataset") == {
        "zonosNotice": "ours"
    }
