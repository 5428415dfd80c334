"""The page script as strict as Zonos's own, in Chromium."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from .conftest import ITEM
from .conftest import Zonos
from .host import Shop
from .test_page_script import fill
from .test_page_script import give
from .test_page_script import press
from .test_page_script import recognised
from .test_page_script import told
from .test_page_script import wait_for

pytestmark = pytest.mark.browser

OPTIONS: dict[str, Any] = {
    "appearance": {"colorPrimary": "#123456"},
    "currencyConverter": None,
    "overrideCurrencyFormat": {"currencyDisplay": "code"},
    "checkoutSettings": {
        "allowedSettlementCurrencies": "LOCAL_AND_USD",
        "analyticsProviders": [],
        "bigCommerceConfig": {"storeHash": "x"},
        "buildLandedCost": None,
        "captureDelay": 1,
        "cartExpiration": 60,
        "defaultCartExpiration": 3600,
        "externalPaymentMethods": None,
        "externalServiceTokens": [],
        "orderNotifications": {},
        "organization": "x",
        "subscriptionStatus": "ACTIVE",
    },
    "helloSettings": {
        "anchorElementSelector": "#country",
        "countryDisplayRules": {},
        "currencyBehavior": "ENABLED",
        "currencyElementSelector": ".price",
        "peekMessageDelay": 3,
        "restrictionBehavior": "DISABLED",
        "showCountryList": "ALL",
        "showForCountries": "ALL",
        "widgetSize": 40,
    },
}


def test_init_resolves_before_there_is_a_checkout_and_counts_once(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    give(shop, recognised(zonos))
    page.goto(shop.url)
    wait_for(page, "init")
    names = [name for name, *_ in page.evaluate("told")]
    assert names.index("started") < names.index("init")

    page.evaluate("Zonos.init({ zonosApiKey: 'another', checkoutSettings: {} })")
    page.click("#place-order")

    expect(
        page.locator("zonos-controller > dialog[data-zonos-checkout]")
    ).to_be_visible()
    assert (
        page.evaluate("document.body.lastElementChild.localName") == "zonos-controller"
    )
    assert len(told(page, "init")) == 1


def test_every_match_of_the_selector_is_a_button(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    shop.more = (
        '<a class="buy" hidden>Buy</a><a class="buy" href="/own-checkout">Buy</a>'
    )
    give(shop, recognised(zonos), placeOrderButtonSelector='".buy, #place-order"')
    page.goto(shop.url)
    wait_for(page, "init")

    page.locator(".buy").nth(1).click()

    expect(page.locator("[data-zonos-checkout]")).to_be_visible()


def test_a_policy_of_nonce_and_hosts_blocks_the_checkout_and_frees_the_button(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    shop.policy = f"script-src 'nonce-n0nce' {zonos.sandbox.url}"
    page.clock.install()
    page.goto(shop.url)

    assert "zonos-elements.esm.js did not load" in wait_for(page, "error")[1]
    assert len(told(page, "violation")) == 2
    button = page.locator("#place-order")
    expect(button).to_be_disabled()
    page.clock.run_for(5000)
    button.click()

    page.wait_for_url("**/own-checkout*")


def test_what_replaces_the_body_takes_the_checkout_away(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    give(shop, recognised(zonos))
    page.goto(shop.url)
    wait_for(page, "init")

    page.evaluate(
        """() => {
          const body = document.createElement("body");
          body.append(document.querySelector("main").cloneNode(true));
          document.body.replaceWith(body);
          return Zonos.init({ zonosApiKey: "credential_test_sandbox" });
        }"""
    )
    page.click("#place-order")

    page.wait_for_url("**/own-checkout*")


def test_the_quick_start_with_build_cart_detail_alone_works(
    shop: Shop, page: Page
) -> None:
    item = {**ITEM, "name": "Cup", "imageUrl": "https://shop.example/cup.png"}
    shop.settings = f"""{{
      buildCartDetail: async (place) => {{
        told.push(["asked", place]);
        return [{json.dumps(item)}];
      }},
    }}"""

    frame = press(page, shop)
    expect(frame.get_by_label("First name")).to_be_focused()
    fill(frame)
    frame.locator("[data-zonos-pay]").click()

    _, order = wait_for(page, "order")
    assert order["items"][0]["name"] == "Cup"
    place = {"countryCode": "CA", "currencyCode": "CAD"}
    assert told(page, "asked") == [["asked", place]]
    assert page.evaluate("Zonos.cartId").startswith("cart_")


def test_no_option_or_member_is_ignored_silently(shop: Shop, page: Page) -> None:
    shop.init = json.dumps({**OPTIONS, "zonosApiKee": "typed wrongly"})
    shop.settings = json.dumps(
        {**OPTIONS["checkoutSettings"], "successBehavior": "CLOSE_MODEL"}
    )

    page.goto(shop.url)
    wait_for(page, "warn")
    page.evaluate(
        """() => {
          Zonos.displayCurrency();
          Zonos.updateOrganizationName("x");
          Zonos.showBaseForeign = true;
          Zonos.showNotification({ message: "Hello", type: "warning" });
        }"""
    )

    said = [text for _, text in told(page, "warn")]
    names = {
        *OPTIONS["helloSettings"],
        *OPTIONS["checkoutSettings"],
        *(OPTIONS.keys() - {"checkoutSettings", "helloSettings"}),
        "zonosApiKee",
        "successBehavior",
        "displayCurrency",
        "updateOrganizationName",
        "showBaseForeign",
    }
    assert {name for name in names if not [t for t in said if name in t]} == set()
    expect(page.get_by_text("Hello", exact=True)).to_be_visible()


def test_the_honoured_texts_and_rules_are_seen(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    message = ["Free returns.", "[Terms](https://shop.example/terms) <b>apply</b>"]
    give(
        shop,
        {"cartId": zonos.cart()["id"], "customMessage": message},
        allowedCharacterSets='"LATIN"',
        companyFieldsStatus='"ENABLED"',
        successPageTitleText='"Hooray"',
        successPageSubtitleText='["One", "Two"]',
        successPageActionText='"Shop on"',
    )
    frame = press(page, shop)
    fill(frame)
    banner = frame.locator("[data-zonos-custom-message]")
    expect(banner).to_have_text("Free returns.Terms <b>apply</b>")
    link = banner.get_by_role("link", name="Terms")
    expect(link).to_have_attribute("href", "https://shop.example/terms")

    frame.get_by_label("First name").fill("Анна")
    frame.locator("[data-zonos-pay]").click()
    expect(frame.get_by_text("in Latin letters")).to_be_visible()
    frame.get_by_label("First name").fill("Ánna")
    frame.locator("[name=companyName]").fill("Cups Ltd")
    frame.locator("[data-zonos-pay]").click()

    _, order = wait_for(page, "order")
    person = order["parties"][0]["person"]
    assert (person["firstName"], person["lastName"]) == ("Ánna", "Andersen")
    for text in ("Hooray", "One", "Two", "Shop on"):
        expect(frame.get_by_text(text, exact=True)).to_be_visible()


def test_a_visibility_of_disabled_leaves_the_shops_own_checkout(
    shop: Shop, page: Page
) -> None:
    shop.settings = '{visibilityStatus: "DISABLED"}'

    press(page, shop)

    page.wait_for_url("**/own-checkout*")


@pytest.mark.parametrize("how", ["selector", "member"])
def test_the_checkout_can_be_opened_in_any_country(
    zonos: Zonos, shop: Shop, page: Page, how: str
) -> None:
    shop.more = '<button id="abroad">International checkout</button>'
    selector = '"#abroad"'
    give(shop, recognised(zonos), alwaysTriggerInternationalCheckoutSelector=selector)
    page.goto(shop.url + "?zCountry=DK")
    wait_for(page, "init")

    if how == "selector":
        page.click("#abroad")
    else:
        page.evaluate("Zonos.triggerCheckoutInternational()")

    expect(page.locator("[data-zonos-checkout]")).to_be_visible()


def test_an_address_with_close_modal_is_gone_to_before_there_is_an_order(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    zonos.sandbox.state.options.change({"order_delay": 10})
    zonos.sandbox.state.clock.stop()
    give(
        shop,
        recognised(zonos),
        successBehavior='"CLOSE_MODAL"',
        successRedirectUrl='"/thanks?from=zonos"',
        onOrderSuccess='() => { sessionStorage.called = "yes"; }',
    )

    press(page, shop).locator("[data-zonos-pay]").click()

    page.wait_for_url("**/thanks?from=zonos&zonosCheckoutSessionId=checkout_session_*")
    assert page.evaluate("sessionStorage.called ?? null") is None
    query = f"""{{ checkoutSession(id: "{page.url.rpartition("=")[2]}") {{
      order {{ currencyCode }} }} }}"""
    assert zonos.data(query) == {"checkoutSession": {"order": None}}
    zonos.sandbox.state.clock.advance(10)
    assert zonos.data(query)["checkoutSession"]["order"] == {"currencyCode": "CAD"}


def test_a_cart_that_expires_in_the_checkout_can_be_renewed(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    give(shop, recognised(zonos))
    frame = press(page, shop)
    pay = frame.locator("[data-zonos-pay]")
    expect(pay).to_be_enabled()
    zonos.sandbox.state.clock.advance(3601)

    pay.click()
    frame.get_by_role("button", name="Renew the cart").click()

    wait_for(page, "order")
