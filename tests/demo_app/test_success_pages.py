"""The page that Zonos Checkout leads to after payment: late, again, elsewhere."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
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

ON_ITS_WAY = "Your order is on its way to us"


# In the address Zonos's script tells of the order, or of the session alone.
@pytest.mark.parametrize("behaviour", ["REDIRECT_TO_SUCCESS_PAGE", "CLOSE_MODAL"])
def test_the_success_page_leads_its_shopper_alone_to_a_late_order(
    app: Flask,
    sandbox: Sandbox,
    open_cart: OpenCart,
    live_shop: str,
    new_shopper: NewShopper,
    behaviour: str,
) -> None:
    app.config["SHOP_SUCCESS_PAGE"] = behaviour
    told = f"{live_shop}/zonos/webhooks?type=ORDER_CREATED"
    secret = {"X-Zonos-Webhook-Secret": WEBHOOK_SECRET}
    with app.app_context():
        zonos.client.create_webhook(told, "ORDER_CREATED", headers=secret)
    sandbox.state.options.change({"order_delay": 1.5})
    page = open_cart(TESTER)
    # The webhook alone tells of it.
    page.route("**/zonos/order-hint", lambda route: route.abort())
    checkout = open_checkout(page)
    with page.expect_request("**/thanks?*") as asked:
        checkout.locator("[data-zonos-pay]").click()
    success_page = asked.value.url
    expect(page.locator("[data-order-id]")).to_be_visible()
    order_page = page.url
    page.goto(success_page)
    expect(page.locator("[data-order-id]")).to_be_visible()
    assert page.url == order_page
    stranger, waiting = new_shopper(), new_shopper()
    waiting.sign_in(FREJA)
    waiting.add()
    waiting.cart_info()
    for other in (stranger, waiting):
        # By path: their cookies are of another host than the browser's.
        answer = other.get(success_page.removeprefix(live_shop))
        assert answer.status_code == 202
        assert ON_ITS_WAY in answer.text
        assert "data-order-id" not in other.get(order_page.removeprefix(live_shop)).text


def test_a_late_order_is_waited_for_without_javascript_until_words_end_it(
    shopper: Shopper,
) -> None:
    page = "/thanks?zonosCheckoutSessionId=checkout_session_1"
    for visit in range(1, VISITS + 1):
        assert "checkout_session_1" in page
        answer = shopper.get(page)
        assert answer.status_code == 202 and ON_ITS_WAY in answer.text
        again = re.search(r'http-equiv="refresh" content="5; url=(.+?)"', answer.text)
        assert ("<p data-late>" in answer.text) == (visit == VISITS) == (again is None)
        if again is not None:
            page = f"/thanks{unescape(again[1])}"
