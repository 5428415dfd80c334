"""What basket and checkout say while a checkout is open, and after it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.demo_app.conftest import FREJA
from tests.demo_app.conftest import OpenCart
from tests.demo_app.test_browser import open_checkout

pytestmark = pytest.mark.browser


def test_opened_in_your_name_and_the_pay_button_come_and_go_with_the_checkout(
    open_cart: OpenCart,
) -> None:
    page = open_cart(FREJA)
    page.set_viewport_size({"width": 390, "height": 844})
    opened = page.get_by_text("opened in your name")
    expect(opened).to_be_hidden()

    checkout = open_checkout(page)
    pay = checkout.locator("[data-zonos-pay]")
    expect(pay).to_contain_text("Pay CA$")
    expect(checkout.locator("[data-zonos-location]")).to_contain_text(
        "4-12-10 Jingumae, Shibuya-ku, Tokyo 150-0001"
    )
    expect(opened).to_be_visible()
    checkout.get_by_role("button", name="Change Delivery").click()
    expect(pay).to_be_hidden()  # nothing to pay before the last step, on a phone

    checkout.get_by_role("button", name="Close checkout").click()
    expect(opened).to_be_hidden()
    expect(page.locator("[data-promise]")).to_be_visible()
