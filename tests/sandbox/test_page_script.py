"""The page script, as strict as Zonos's own, from the click to the order."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from .conftest import ITEM
from .conftest import Zonos
from .host import BUTTON
from .host import CHECKOUT
from .host import Host
from .host import OWN_CHECKOUT


def test_a_recognised_shopper_pays_at_once_and_is_asked_before_a_repeat(
    zonos: Zonos, host: Host, page: Page
) -> None:
    zonos.order()  # another shopper's, of the same goods
    given = zonos.recognised()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("framenavigated", lambda frame: seen.append(frame.url))
    host.page = page
    host.give(given)
    frame = host.press()
    expect(frame.locator("[data-zonos-location]")).to_have_count(2)
    host.pay()
    _, order = host.wait_for("order")
    references = {each["key"]: each["value"] for each in order["references"]}
    assert references["customerId"] == "1234567"
    assert page.context.cookies() == []
    assert not [url for url in seen if given["customerAuthenticationToken"] in url]

    host.give(zonos.recognised())
    frame = host.press()
    host.pay()
    frame.get_by_role("button", name="Do not order").click()
    assert host.told("order") == []
    host.pay()
    frame.get_by_role("button", name="Order again").click()
    host.wait_for("order")


@pytest.mark.parametrize("wins", [False, True], ids=["guest", "over the profile"])
def test_shipping_data_fills_the_address(zonos: Zonos, host: Host, wins: bool) -> None:
    zonos.set(shipping_data_wins=True)
    given = zonos.recognised() if wins else {"cartId": zonos.cart()["id"]}
    address = {"Address1": "Nørregade 1", "Zip": "8000", "City": "Aarhus"}
    address |= {"FirstName": "Bo", "LastName": "Berg", "Name": "Somebody Else"}
    address |= {"Email": "bo@example.com", "Country": "JP"}
    data = {f"customer{name}": value for name, value in address.items()}
    host.give({**given, "shippingData": data})
    host.press()
    host.pay()
    _, order = host.wait_for("order")
    destination = order["parties"][0]
    assert destination["person"]["firstName"] == "Bo"
    assert destination["location"]["line1"] == "Nørregade 1"


def test_no_cart_leaves_the_page_usable(host: Host) -> None:
    carts = "[Promise.reject(new Error('no')), '', undefined, {}, null]"
    host.settings = f"""{{ createCartId: () => {{
      told.push(["asked"]);
      return ({carts})[told.filter(([what]) => what === "asked").length - 1]; }} }}"""
    host.arrive()
    for count in range(1, 6):
        host.page.click(BUTTON)
        host.wait_for("asked", count)
    expect(host.page.locator(CHECKOUT)).to_have_count(0)


@pytest.mark.parametrize(
    ("query", "options", "settings"),
    [
        ("?zCountry=DE", {}, "{}"),
        ("", {"ships_from": "CA"}, "{}"),
        ("", {"country": "DK"}, "{}"),
        ("", {}, '{visibilityStatus: "DISABLED"}'),
    ],
    ids=["address", "ships from", "country", "disabled"],
)
def test_a_domestic_shopper_goes_on_to_the_shops_own_checkout(
    zonos: Zonos, host: Host, query: str, options: Any, settings: str
) -> None:
    zonos.set(**options)
    host.settings = settings
    host.press(query)
    host.page.wait_for_url(OWN_CHECKOUT)


@pytest.mark.parametrize("how", ["setting", "selector", "member"])
def test_the_checkout_can_be_opened_in_any_country(
    zonos: Zonos, host: Host, how: str
) -> None:
    zonos.set(country="DK", allow_domestic=how == "setting")
    host.more = '<button id="abroad">International checkout</button>'
    selector = '"#abroad"'
    host.give(zonos.recognised(), alwaysTriggerInternationalCheckoutSelector=selector)
    host.arrive()
    if how == "member":
        host.page.evaluate("Zonos.triggerCheckoutInternational()")
    else:
        host.page.click(BUTTON if how == "setting" else "#abroad")
    expect(host.page.locator(CHECKOUT)).to_be_visible()


@pytest.mark.parametrize("listed", [False, True], ids=["object", "list"])
def test_the_stock_is_checked_just_before_payment(
    zonos: Zonos, host: Host, listed: bool
) -> None:
    zonos.set(inventory_list=listed)
    check = """(given, { zonosApiRoute, translate }) => {
      told.push(["stock", given.items, zonosApiRoute, translate("Total")]);
      told.push(["listed", Array.isArray(given)]);
      if (told.filter(([what]) => what === "stock").length === 1) return "Sold out.";
    }"""
    host.give(zonos.recognised(), onInventoryCheck=check)
    frame = host.press()
    host.pay()
    expect(frame.locator("#error")).to_contain_text("Sold out.")
    assert host.told("order") == []
    host.pay()
    host.wait_for("order")
    item = {**ITEM, "itemType": "PHYSICAL_GOOD", "productId": ""}
    assert host.told("stock")[0] == ["stock", [item], zonos.sandbox.url, "Total"]
    assert host.told("listed")[0] == ["listed", listed]


def test_after_the_order_the_shop_chooses_what_happens(
    zonos: Zonos, host: Host
) -> None:
    zonos.set(success_behavior="CLOSE_MODAL", duplicate_window=0)
    host.press()
    host.pay()
    host.wait_for("closed")
    expect(host.page.locator(CHECKOUT)).to_have_count(0)
    behaviour, address = '"REDIRECT_TO_SUCCESS_PAGE"', '"/thanks"'
    host.give(zonos.recognised(), successBehavior=behaviour, successRedirectUrl=address)
    host.press()
    host.pay()
    host.page.wait_for_url("**/thanks?zOrderNumber=1001002&orderId=order_*")


def test_an_address_with_close_modal_is_gone_to_before_there_is_an_order(
    zonos: Zonos, host: Host
) -> None:
    zonos.set(order_delay=10)
    zonos.sandbox.state.clock.stop()
    host.give(
        zonos.recognised(),
        successBehavior='"CLOSE_MODAL"',
        successRedirectUrl='"/thanks?from=zonos"',
        onOrderSuccess='() => { sessionStorage.called = "yes"; }',
    )
    host.press()
    host.pay()
    page = host.page
    page.wait_for_url("**/thanks?from=zonos&zonosCheckoutSessionId=checkout_session_*")
    assert page.evaluate("sessionStorage.called ?? null") is None
    query = f"""{{ checkoutSession(id: "{page.url.rpartition("=")[2]}") {{
      order {{ currencyCode }} }} }}"""
    assert zonos.data(query) == {"checkoutSession": {"order": None}}
    zonos.sandbox.state.clock.advance(10)
    assert zonos.data(query)["checkoutSession"]["order"] == {"currencyCode": "CAD"}


def test_every_match_of_the_selector_opens_and_gets_the_focus_back_after_escape(
    zonos: Zonos, host: Host
) -> None:
    host.more = (
        '<button class="buy" hidden>Buy</button><button id="second">Buy</button>'
    )
    cart_id = json.dumps(zonos.cart()["id"])  # and no promise of it
    selector = "placeOrderButtonSelector: '.buy, #second'"
    host.settings = f"{{ createCartId: () => {cart_id}, {selector} }}"
    host.arrive()
    host.page.click("#second")
    host.checkout.locator("[data-zonos-pay]").wait_for()
    host.page.keyboard.press("Escape")
    host.wait_for("closed")
    assert host.page.evaluate("document.activeElement.id") == "second"


def test_an_expired_cart_is_explained_and_one_that_expires_can_be_renewed(
    zonos: Zonos, host: Host
) -> None:
    host.give(zonos.cart(expiresAt="2020-01-01T00:00:00Z")["id"])
    frame = host.press()
    expect(frame.get_by_role("alert")).to_contain_text("has expired")
    frame.get_by_role("button", name="Back to the shop").click()
    host.wait_for("closed")
    host.give(zonos.recognised())
    frame = host.press()
    expect(frame.locator("[data-zonos-pay]")).to_be_enabled()
    zonos.sandbox.state.clock.advance(3601)
    host.pay()
    frame.get_by_role("button", name="Renew the cart").click()
    host.wait_for("order")


def test_a_policy_of_nonce_and_hosts_blocks_the_checkout_and_frees_the_button(
    zonos: Zonos, host: Host, page: Page
) -> None:
    host.page = page
    host.policy = f"script-src 'nonce-n0nce' {zonos.sandbox.url}"
    page.clock.install()
    page.goto(host.url)
    assert "zonos-elements.esm.js did not load" in host.wait_for("error")[1]
    assert len(page.evaluate("violations")) == 2
    expect(page.locator(BUTTON)).to_be_disabled()
    page.clock.run_for(5000)
    page.click(BUTTON)
    page.wait_for_url(OWN_CHECKOUT)


def test_the_quick_start_with_build_cart_detail_alone_works(host: Host) -> None:
    item = {**ITEM, "name": "Cup"}
    host.settings = f"""{{ buildCartDetail: async (place) => {{
      told.push(["asked", place]); return [{json.dumps(item)}]; }} }}"""
    host.press()
    host.fill()
    host.pay()
    _, order = host.wait_for("order")
    assert order["items"][0]["name"] == "Cup"
    place = {"countryCode": "CA", "currencyCode": "CAD"}
    assert host.told("asked") == [["asked", place]]
    assert host.page.evaluate("Zonos.cartId").startswith("cart_")


def test_no_option_or_member_is_ignored_silently(host: Host) -> None:
    ignored = {"appearance": "x", "helloSettings": {"widgetSize": "x"}}
    host.init = json.dumps({**ignored, "zonosApiKee": "x"})
    host.settings = '{ captureDelay: 1, successBehavior: "CLOSE_MODEL" }'
    host.page.goto(host.url)
    host.wait_for("warn", 5)
    host.page.evaluate("Zonos.displayCurrency(); Zonos.showBaseForeign = true;")
    said = " ".join(text for _, text in host.told("warn"))
    names = ["appearance", "widgetSize", "zonosApiKee", "captureDelay"]
    names += ["successBehavior", "displayCurrency", "showBaseForeign"]
    assert [name for name in names if name not in said] == []


def test_the_shops_message_and_rules_are_honoured(zonos: Zonos, host: Host) -> None:
    message = ["Free returns.", "[Terms](https://shop.example/terms) <b>apply</b>"]
    host.give(
        {"cartId": zonos.cart()["id"], "customMessage": message},
        allowedCharacterSets='"LATIN"',
        companyFieldsStatus='"ENABLED"',
        successPageTitleText='"Hooray"',
    )
    frame = host.press()
    host.fill()
    banner = frame.locator("[data-zonos-custom-message]")
    expect(banner).to_have_text("Free returns.Terms <b>apply</b>")
    link = banner.get_by_role("link", name="Terms")
    expect(link).to_have_attribute("href", "https://shop.example/terms")
    frame.locator("[name=companyName]").fill("Cups Ltd")
    frame.get_by_label("First name").fill("Анна")
    host.pay()
    expect(frame.get_by_text("in Latin letters")).to_be_visible()
    frame.get_by_label("First name").fill("Ánna")
    host.pay()
    _, order = host.wait_for("order")
    assert order["parties"][0]["person"]["firstName"] == "Ánna"
    expect(frame.get_by_text("Hooray")).to_be_visible()
