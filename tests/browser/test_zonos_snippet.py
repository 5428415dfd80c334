"""The page snippet of Zonos's customer-profiles page, as it is, without our tag."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from flask_zonos.sandbox import Sandbox

from ..support.flask_shop import FlaskShop
from .conftest import wait_until

pytestmark = pytest.mark.browser

# Where the page has `...`, there is what it says elsewhere that Zonos.init takes.
SNIPPET = """
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
"""
PAGE = """<!doctype html><html lang="en"><title>Cart</title>
<form action="/own-checkout" method="post">
<button id="place-order">Place order</button></form>
<script src="{script}"></script>
<script>const payload = {{}}; const given = {given}; {snippet}</script>
"""


@pytest.fixture
def snippet_shop(flask_shop: FlaskShop, sandbox: Sandbox) -> FlaskShop:
    given: dict[str, Any] = {
        "storeId": sandbox.store_id,
        "zonosApiKey": sandbox.api_key,
        "checkoutSettings": {"placeOrderButtonSelector": "#place-order"},
    }
    html = PAGE.format(
        script=sandbox.script_url, given=json.dumps(given), snippet=SNIPPET
    )
    flask_shop.app.add_url_rule("/snippet", view_func=lambda: html)
    return flask_shop


@pytest.mark.parametrize(
    ("user", "expected"),
    [("customer-7", "411-1033 Davie Street"), (None, "First name")],
)
def test_it_opens_the_checkout(
    page: Page, snippet_shop: FlaskShop, user: str | None, expected: str
) -> None:
    if user:
        page.goto(f"{snippet_shop.url}/sign-in/{user}")
    page.goto(f"{snippet_shop.url}/snippet")
    wait_until(page, "Zonos.doneInit")
    page.click("#place-order")
    checkout = page.frame_locator("[data-zonos-checkout] iframe")
    expect(checkout.get_by_text(expected)).to_be_visible()
    checkout.get_by_role("button", name="Close checkout").click()
    page.click("#place-order")
    expect(checkout.get_by_text(expected)).to_be_visible()
    assert snippet_shop.answers("/zonos/cart-info") == [200, 200]
