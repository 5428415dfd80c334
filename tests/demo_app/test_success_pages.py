"""The page that Zonos Checkout leads to after payment: late, again, elsewhere."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext
from playwright.sync_api import expect

from demo_app.order_pages import VISITS
from demo_app.zonos import zonos
from flask_zonos.sandbox import Sandbox

from .conftest import FREJA
from .conftest import NewShopper
from .conftest import OpenCart
from .conftest import Shopper
from .conftest import TESTER
from .conftest import WEBHOOK_SECRET
from .test_browser import open_checkout

#: What Zonos's script adds to the address, by its ``successBehavior``.
BEHAVIOURS = {
    "REDIRECT_TO_SUCCESS_PAGE": "zOrderNumber",
    "CLOSE_MODAL": "zonosCheckoutSessionId",
}
ON_ITS_WAY = "Your order is on its way to us"


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_the_success_page_leads_its_shopper_alone_to_a_late_order(
    app: Flask,
    sandbox: Sandbox,
    open_cart: OpenCart,
    live_shop: str,
    new_shopper: NewShopper,
    behaviour: str,
) -> None:
    app.config["SHOP_SUCCESS_PAGE"] = behaviour
    with app.app_context():
        zonos.client.create_webhook(
            f"{live_shop}/zonos/webhooks?type=ORDER_CREATED",
            "ORDER_CREATED",
            headers={"X-Zonos-Webhook-Secret": WEBHOOK_SECRET},
        )
    sandbox.state.options.change({"order_delay": 1.5})
    page = open_cart(TESTER)
    # The webhook alone tells of it.
    page.route("**/zonos/order-hint", lambda route: route.abort())
    checkout = open_checkout(page)
    with page.expect_request("**/thanks?*") as asked:
        checkout.locator("[data-zonos-pay]").click()
    success_page = asked.value.url
    assert f"{BEHAVIOURS[behaviour]}=" in success_page
    expect(page.locator("[data-order-id]")).to_be_visible()
    order_page = page.url
    page.goto(success_page)
    expect(page.locator("[data-order-id]")).to_be_visible()
    assert page.url == order_page
    # Another browser and another account, which waits for an order of its own.
    for email in (None, FREJA):
        other = new_shopper()
        if email is not None:
            other.sign_in(email)
            other.add()
            other.cart_info()
        answer = other.client.get(success_page)
        assert answer.status_code == 202
        assert ON_ITS_WAY in answer.text
        assert "data-order-id" not in other.get(order_page).text


def test_a_late_order_is_asked_for_ever_more_seldom_until_words_end_it(
    context: BrowserContext,
) -> None:
    page = context.new_page()
    page.clock.install()
    page.add_init_script(
        "window.asked = []; window.fetch = async () => "
        "{ asked.push(Date.now()); return { status: 202 }; };"
    )
    page.goto("/thanks?zonosCheckoutSessionId=checkout_session_1")
    late = page.get_by_text("please do not order twice")
    expect(late).to_be_hidden()
    began = page.evaluate("Date.now()")
    for _ in range(400):
        page.clock.run_for(1000)
    expect(late).to_be_visible()
    asked = [began, *page.evaluate("asked")]
    waits = [after - before for before, after in pairwise(asked)]
    assert all(after > before - 1_500 for before, after in pairwise(waits))
    assert waits[0] < 2_000 and waits[-1] >= 20_000
    assert len(waits) <= 15
    assert 60_000 <= sum(waits) <= 300_000


@pytest.mark.parametrize(
    "page", ["/thanks?zonosCheckoutSessionId=checkout_session_1", "/orders/order_1"]
)
def test_a_late_order_is_waited_for_without_javascript_until_words_end_it(
    page: str, shopper: Shopper
) -> None:
    shopper.add()
    shopper.cart_info()  # who may have paid
    path, late = page.partition("?")[0], "<p data-late>"
    for _ in range(VISITS):
        answer = shopper.get(page)
        assert answer.status_code == 202 and ON_ITS_WAY in answer.text
        again = re.search(r'http-equiv="refresh" content="5; url=(.+?)"', answer.text)
        if again is None:
            break
        assert late not in answer.text
        assert "checkout_session_1" in again[1] or path != "/thanks"
        page = path + unescape(again[1])
    assert again is None and late in answer.text
    assert page.endswith(f"visit={VISITS}")
