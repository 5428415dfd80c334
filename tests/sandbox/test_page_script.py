"""The page script, as strict as Zonos's own, from the click to the order.

Where Zonos's own is not known a setting turns it the other way, which is tried, too.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from ..support.browser import expect_accessible
from .conftest import BUTTON
from .conftest import CHECKOUT
from .conftest import Host
from .conftest import ITEM
from .conftest import OWN_CHECKOUT
from .conftest import Zonos


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


def test_build_cart_detail_alone_takes_a_guest_to_the_order(host: Host) -> None:
    item = {**ITEM, "name": "Cup"}
    host.settings = f"""{{ buildCartDetail: async (place) => {{
      told.push(["asked", place]); return [{json.dumps(item)}]; }} }}"""
    frame = host.press()
    go_on = frame.get_by_role("button", name="Continue")
    go_on.click()
    name = frame.locator("[name=firstName]")
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("Please fill in the first name.")
    host.fill()
    expect_accessible(host.page.frames[1])
    go_on.click()
    frame.get_by_role("radio", name="Express").check()
    go_on.click()
    expect(frame.locator("[aria-current=step]")).to_contain_text("Payment")
    host.pay()
    _, order = host.wait_for("order")
    assert order["items"][0]["name"] == "Cup"
    assert order["amountSubtotals"]["shipping"] == 36.99
    place = {"countryCode": "CA", "currencyCode": "CAD"}
    assert host.told("asked") == [["asked", place]]


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


def test_a_failed_cart_can_open_a_checkout(zonos: Zonos, host: Host) -> None:
    zonos.set(failed_cart_opens=True)
    host.settings = "{createCartId: () => Promise.reject(new Error('no'))}"
    frame = host.press()
    expect(frame.get_by_role("alert")).to_contain_text("cannot be opened")


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


def test_a_domestic_shopper_can_be_let_in(zonos: Zonos, host: Host) -> None:
    zonos.set(country="DK", allow_domestic=True)
    host.press()
    expect(host.page.locator(CHECKOUT)).to_be_visible()


def choose(host: Host, country: str) -> None:
    host.arrive()
    host.page.evaluate("Zonos.openHelloDialog()")
    frame = host.page.frame_locator("dialog[data-zonos-hello] iframe")
    frame.get_by_label("Country").select_option(country)
    frame.get_by_role("button", name="Save").click()


@pytest.mark.parametrize("remembers", [False, True])
def test_a_choice_of_country_may_hold_for_the_next_page(
    zonos: Zonos, host: Host, remembers: bool
) -> None:
    zonos.set(hello_remembers=remembers)
    choose(host, "United Kingdom")
    host.wait_for("country")
    host.page.reload()
    expected = "GB" if remembers else "CA"
    assert host.wait_for("init")[1]["countryCode"] == expected


def test_no_checkout_opens_where_nothing_ships_to(zonos: Zonos, host: Host) -> None:
    zonos.set(not_shipped_to="KP, jp")
    choose(host, "Japan")
    unshippable = {"currencyCode": None, "isShippableCountry": False}
    assert host.wait_for("country")[1] == {"countryCode": "JP", **unshippable}
    expect(host.page.locator("dialog")).to_have_count(0)
    host.page.click(BUTTON)
    host.page.wait_for_url(OWN_CHECKOUT)


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


def test_a_redirect_waits_for_the_order(zonos: Zonos, host: Host) -> None:
    behaviour, address = '"REDIRECT_TO_SUCCESS_PAGE"', '"/thanks"'
    host.give(zonos.recognised(), successBehavior=behaviour, successRedirectUrl=address)
    host.press()
    host.pay()
    host.page.wait_for_url("**/thanks?zOrderNumber=1001001&orderId=order_*")


def test_close_modal_with_an_address_goes_at_once(zonos: Zonos, host: Host) -> None:
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


def test_every_match_opens_and_gets_the_focus_back(zonos: Zonos, host: Host) -> None:
    cart_id = json.dumps(zonos.cart()["id"])  # and no promise of it
    selector = "placeOrderButtonSelector: '.buy'"
    host.settings = f"{{ createCartId: () => {cart_id}, {selector} }}"
    host.arrive()
    host.page.click("#second")
    host.checkout.locator("[data-zonos-pay]").wait_for()
    host.page.keyboard.press("Escape")
    host.wait_for("closed")
    assert host.page.evaluate("document.activeElement.id") == "second"


def test_an_expired_cart_is_explained_or_renewed(zonos: Zonos, host: Host) -> None:
    host.give(zonos.cart(expiresAt="2020-01-01T00:00:00Z")["id"])
    frame = host.press()
    expect(frame.get_by_role("alert")).to_contain_text("has expired")
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


@pytest.mark.parametrize("does", ["opens", "stays", "rejects"])
def test_a_wrong_key_leaves_the_button_to_the_shop_unless_otherwise_set(
    zonos: Zonos, host: Host, does: str
) -> None:
    zonos.set(wrong_key_opens=does == "opens", init_waits=does == "rejects")
    host.key = "credential_test_other"
    host.page.goto(host.url)
    assert "zonosApiKey" in host.wait_for("error")[1]
    host.wait_for("failed" if does == "rejects" else "started")
    host.page.click(BUTTON)
    if does == "opens":
        alert = host.checkout.get_by_role("alert")
        expect(alert).to_contain_text("cannot be opened")
    else:
        host.page.wait_for_url(OWN_CHECKOUT)


@pytest.mark.parametrize("once", [True, False])
def test_init_resolves_before_there_is_a_checkout_and_counts_once(
    zonos: Zonos, host: Host, once: bool
) -> None:
    zonos.set(init_once=once)
    host.arrive()
    names = [name for name, *_ in host.page.evaluate("told")]
    assert names.index("started") < names.index("init")
    host.page.evaluate("start()")
    if once:
        host.page.click(BUTTON)
        expect(host.page.locator(CHECKOUT)).to_be_visible()
        assert len(host.told("init")) == 1
    else:
        host.wait_for("init", 2)


#: What a shop's page does after the checkout has found its button.
CHANGES = {
    "survives_swaps": """() => {
      const body = document.createElement("body");
      body.append(document.querySelector("main"));
      document.body.replaceWith(body);
      return Zonos.init({ zonosApiKey: "credential_test_sandbox" });
    }""",
    "late_buttons": "document.forms[0].replaceWith(document.forms[0].cloneNode(true))",
}


@pytest.mark.parametrize("counts", [False, True])
@pytest.mark.parametrize("setting", CHANGES)
def test_a_button_that_was_put_in_later_can_count_or_not(
    zonos: Zonos, host: Host, setting: str, counts: bool
) -> None:
    zonos.set(**{setting: counts})
    host.arrive()
    host.page.evaluate(CHANGES[setting])
    host.page.click(BUTTON)
    if counts:
        expect(host.page.locator(CHECKOUT)).to_be_visible()
    else:
        host.page.wait_for_url(OWN_CHECKOUT)


def test_a_policy_of_hosts_can_be_enough(zonos: Zonos, host: Host) -> None:
    zonos.set(foreign_scripts=False)
    host.policy = f"script-src 'nonce-n0nce' {zonos.sandbox.url}"
    host.press()
    expect(host.page.locator(CHECKOUT)).to_be_visible()


@pytest.mark.parametrize("awaited", [False, True])
def test_what_the_shop_does_with_an_order_can_be_waited_for(
    zonos: Zonos, host: Host, awaited: bool
) -> None:
    zonos.set(order_success_is_awaited=awaited, success_behavior="CLOSE_MODAL")
    host.give(
        zonos.recognised(),
        onOrderSuccess="() => new Promise((done) => { window.done = () => {"
        ' told.push(["done"]); done(); }; told.push(["order"]); })',
    )
    host.press()
    host.pay()
    host.wait_for("order")
    if not awaited:
        host.wait_for("closed")
    host.page.evaluate("done()")
    host.wait_for("closed")
    names = [name for name, *_ in host.page.evaluate("told")]
    assert (names.index("done") < names.index("closed")) is awaited
