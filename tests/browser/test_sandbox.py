"""Our half with the extension's routes, and the sandbox's stand-in for Zonos."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask import render_template_string
from flask_wtf import CSRFProtect
from playwright.sync_api import Browser
from playwright.sync_api import expect
from playwright.sync_api import Page

from flask_zonos import Cart
from flask_zonos.sandbox import Sandbox

from ..docs.blocks import blocks
from ..docs.blocks import DOCS
from ..support.browser import expect_accessible
from ..support.browser import open_page
from ..support.browser import wait_until
from ..support.flask_shop import create_shop
from ..support.flask_shop import FlaskShop
from ..support.samples import cart
from ..support.serving import serve
from .conftest import BUTTON
from .conftest import CART_INFO
from .conftest import CHECKOUT
from .conftest import expect_own_checkout
from .conftest import expect_state
from .conftest import open_checkout
from .conftest import pay
from .conftest import READY
from .conftest import sign_in
from .conftest import STATIC

STREET = "411-1033 Davie Street"
#: The snippet of Zonos's customer-profiles page as it is, without our tag. Where that
#: page has `...`, there is what it says elsewhere that Zonos.init takes.
SNIPPET = """<!doctype html><html lang="en"><title>Cart</title>
<form action="/own-checkout" method="post">
<button id="place-order">Place order</button></form>
<script src="{{ script }}"></script>
<script>
const payload = {};
const given = {{ given|tojson }};
Zonos.init({
  ...given,
  checkoutSettings: {
    ...given.checkoutSettings,
    createCartId: async () => {
      const result = await fetch(
        '/zonos/cart-info',
        {
          body: JSON.stringify(payload),
          method: 'POST',
        },
      );
      const json =
        await result.json();
      return {
        cartId: json.cartId,
        customerAuthenticationToken:
          json.customerProfileAuthenticate
            ?.checkoutCustomerProfileAuthenticate.oneTimePassword ||
          '',
      };
    }
  },
})
</script>"""
LANDING_PAGE = """<!doctype html><html lang="en"><title>Landing page</title>
<link rel="icon" href="data:,">
<form action="/own-checkout"><button id="place-order">Place order</button></form>
"""
#: What the shop of docs/page-script.md has besides the script on that page.
OF_THE_SHOP = """
const called = [];
const showPricesFor = (country) => called.push(["prices", country]);
const askForFeedback = () => called.push(["feedback"]);
"""
NOTE = '<input id="note" aria-label="Note" value="Ring twice">'


def test_who_is_signed_in_finds_their_address_and_the_order_reaches_the_shop(
    tab: Page, flask_shop: FlaskShop
) -> None:
    CSRFProtect(flask_shop.app)  # whose token is sent to every route
    flask_shop.zonos.inventory_checker(lambda items: None)
    flask_shop.init = {"checkoutSettings": {"successBehavior": "CLOSE_MODAL"}}
    sign_in(tab, flask_shop)
    checkout = open_checkout(tab)
    expect(checkout.get_by_text(STREET)).to_be_visible()
    wait_until(tab, "seen.at(-1)[0] === 'opened'")
    recognition = {"level": "profile", "reason": None}
    assert tab.evaluate("seen.at(-2)[1].recognition") == recognition
    checkout.get_by_role("button", name="Close checkout").click()
    expect(tab.locator(CHECKOUT)).to_have_count(0)
    expect(tab.locator(BUTTON)).to_be_focused()
    expect_state(tab, "ready")
    pay(open_checkout(tab))
    wait_until(tab, "seen.at(-1)[0] === 'order'")
    assert flask_shop.answers(CART_INFO) == [200, 200]
    assert flask_shop.answers("/zonos/inventory-check") == [200]
    assert flask_shop.orders == [("browser", "customer-7")]
    expect(tab.locator(CHECKOUT)).to_have_count(0)
    expect_state(tab, "ready")


def test_the_hooks_of_the_page_on_our_script_are_called(
    tab: Page, flask_shop: FlaskShop
) -> None:
    page_script = blocks(DOCS / "page-script.md")
    script = "\n".join(block.code for block in page_script if block.language == "js")
    hints: list[dict[str, Any]] = []

    def load_cart(request_data: dict[str, Any]) -> Cart:
        hints.append(request_data)
        return cart()

    flask_shop.load_cart = load_cart
    flask_shop.app.add_url_rule(
        "/thanks/<order_id>", view_func=lambda order_id: order_id
    )
    flask_shop.head = f"<script>{OF_THE_SHOP}{script}</script>"
    flask_shop.form = NOTE + flask_shop.form
    sign_in(tab, flask_shop)

    tab.evaluate("Zonos.openHelloDialog()")
    hello = tab.frame_locator("[data-zonos-hello] iframe")
    expect(hello.get_by_label("Currency")).to_have_value("CAD")
    hello.get_by_role("button", name="Save").click()
    wait_until(tab, "called.length")
    checkout = open_checkout(tab)
    expect(checkout.get_by_text("Gift wrapping is free this week.")).to_be_visible()
    checkout.get_by_role("button", name="Close checkout").click()
    wait_until(tab, "called.length > 1")
    assert tab.evaluate("called") == [["prices", "CA"], ["feedback"]]
    assert hints == [{"note": "Ring twice"}]
    pay(open_checkout(tab))
    tab.wait_for_url("**/thanks/order_*")


@pytest.mark.parametrize("javascript", [False, True])
def test_the_shops_checkout_works_without_scripts_and_where_zonos_refuses_the_key(
    browser: Browser, flask_shop: FlaskShop, javascript: bool
) -> None:
    flask_shop.init = {"zonosApiKey": "of another shop"}
    with open_page(browser, java_script_enabled=javascript) as page:
        page.goto(f"{flask_shop.url}/cart")
        if javascript:
            wait_until(page, READY)
        page.click(BUTTON)
        expect_own_checkout(page)
    assert flask_shop.answers(CART_INFO) == []


@pytest.mark.parametrize(
    ("user", "expected"), [("customer-7", STREET), (None, "First name")]
)
def test_zonoss_own_snippet_opens_the_checkout(
    tab: Page,
    flask_shop: FlaskShop,
    sandbox: Sandbox,
    user: str | None,
    expected: str,
) -> None:
    given = {
        "storeId": sandbox.store_id,
        "zonosApiKey": sandbox.api_key,
        "checkoutSettings": {"placeOrderButtonSelector": BUTTON},
    }

    @flask_shop.app.get("/snippet")
    def snippet() -> str:
        return render_template_string(SNIPPET, script=sandbox.script_url, given=given)

    if user:
        tab.goto(f"{flask_shop.url}/sign-in/{user}?next=/about")
    tab.goto(f"{flask_shop.url}/snippet")
    wait_until(tab, "Zonos.doneInit")
    expect(open_checkout(tab).get_by_text(expected)).to_be_visible()
    assert flask_shop.answers(CART_INFO) == [200]


def test_the_demo_page_is_accessible_and_opens_the_checkout(
    tab: Page, flask_shop: FlaskShop
) -> None:
    tab.goto(f"{flask_shop.url}/sign-in/customer-7?next=/zonos/demo")
    wait_until(tab, READY)
    expect(tab.get_by_text("Recognised as customer customer-7.")).to_be_visible()
    expect_accessible(tab)
    expect(open_checkout(tab).get_by_text(STREET)).to_be_visible()


def test_the_page_of_another_listed_origin_opens_the_checkout_of_who_is_signed_in(
    tab: Page, sandbox: Sandbox
) -> None:
    page_script = blocks(DOCS / "page-script.md")
    [block] = [each.code for each in page_script if "zonos-settings" in each.code]
    app = Flask(__name__, static_folder=STATIC, static_url_path="")
    app.add_url_rule("/landing", view_func=lambda: LANDING_PAGE + block)
    with serve(app) as url:
        shop = create_shop({**sandbox.settings, "ZONOS_ALLOWED_ORIGINS": url})
        with serve(shop.app) as shop.url:
            for told, meant in (
                ("https://shop.example", shop.url),
                ("https://js.zonos.com/dist/scripts/loadZonos.js", sandbox.script_url),
                ("1234", str(sandbox.store_id)),
                ("...", sandbox.api_key),
            ):
                assert told in block
                block = block.replace(told, meant)
            tab.goto(f"{shop.url}/sign-in/customer-7?next=/about")
            tab.goto(f"{url}/landing")
            wait_until(tab, READY)
            checkout = open_checkout(tab)
            expect(checkout.get_by_text(STREET)).to_be_visible()
            cart = tab.evaluate("seen.find(([name]) => name === 'cart')[1]")
            assert cart["recognition"] == {"level": "profile", "reason": None}
            assert set(cart["timing"]) == {"cart", "profile", "total"}
            pay(checkout)
            wait_until(tab, "seen.at(-1)[0] === 'order'")
    assert shop.orders == [("browser", "customer-7")]
    # Each comes after a question whether it may.
    assert shop.answers(CART_INFO) == [204, 200]
    assert shop.answers("/zonos/order-hint") == [204, 202]
