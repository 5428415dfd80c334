from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect
from playwright.sync_api import FrameLocator
from playwright.sync_api import Page

from .conftest import ITEM
from .conftest import Zonos
from .host import Shop
from .test_profiles import VARIABLES

pytestmark = pytest.mark.browser

PROFILE = json.loads(VARIABLES)["input"]
GUEST = {
    "firstName": "Anna",
    "lastName": "Andersen",
    "email": "anna@example.com",
    "line1": "Robson Street 1",
    "locality": "Vancouver",
    "postalCode": "V6E 1M7",
}


def give(shop: Shop, answer: Any, **more: str) -> None:
    """Let ``createCartId`` resolve to an answer; ``more`` is JavaScript."""
    lines = [f"createCartId: async () => ({json.dumps(answer)})"]
    lines += [f"{name}: {value}" for name, value in more.items()]
    shop.settings = "{" + ", ".join(lines) + "}"


def recognised(zonos: Zonos, **cart: Any) -> dict[str, str]:
    password = zonos.profile(**{**PROFILE, "customer_id": PROFILE["customerId"]})
    return {
        "cartId": zonos.cart(**cart)["id"],
        "customerAuthenticationToken": password["oneTimePassword"],
    }


def press(page: Page, shop: Shop, query: str = "") -> FrameLocator:
    page.goto(shop.url + query)
    wait_for(page, "init")
    page.click("#place-order")
    return page.frame_locator("dialog[data-zonos-checkout] iframe")


def told(page: Page, what: str) -> list[Any]:
    return [each for each in page.evaluate("told") if each[0] == what]


def wait_for(page: Page, what: str) -> Any:
    page.wait_for_function("what => told.some(([each]) => each === what)", arg=what)
    return told(page, what)[0]


def fill(frame: FrameLocator) -> None:
    for name, value in GUEST.items():
        frame.locator(f"[data-zonos-address] [name={name}]").fill(value)


def test_a_recognised_shopper_pays_at_once(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    give(shop, recognised(zonos))

    frame = press(page, shop)

    expect(frame.locator("[data-zonos-location]")).to_have_count(2)
    places = frame.locator("[data-zonos-location]").all_inner_texts()
    assert "411-1033 Davie Street" in places[0] and "Saint George" in places[1]
    expect(frame.locator("[data-zonos-payment-method]")).to_have_count(0)
    frame.locator("[data-zonos-pay]").click()
    _, order = wait_for(page, "order")
    references = {each["key"]: each["value"] for each in order["references"]}
    assert references["customerId"] == "1234567"

    give(shop, recognised(zonos))
    frame = press(page, shop)
    card = frame.locator("[data-zonos-payment-method]")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("4242")
    frame.locator("[data-zonos-pay]").click()
    frame.get_by_role("button", name="Do not order").click()
    assert told(page, "order") == []
    frame.locator("[data-zonos-pay]").click()
    frame.get_by_role("button", name="Order again").click()
    wait_for(page, "order")


@pytest.mark.parametrize("cut", [0, 1])
def test_without_the_exact_password_nobodys_address_is_shown(
    zonos: Zonos, shop: Shop, page: Page, cut: int
) -> None:
    answer = recognised(zonos)
    password = answer["customerAuthenticationToken"]
    answer["customerAuthenticationToken"] = "~" * cut + password[1:] if cut else ""
    give(shop, answer)

    frame = press(page, shop)

    expect(frame.locator("[data-zonos-address]")).to_be_visible()
    expect(frame.locator("[data-zonos-location]")).to_have_count(0)
    assert "Davie" not in frame.locator("body").inner_text()
    fill(frame)
    frame.locator("[data-zonos-pay]").click()
    _, order = wait_for(page, "order")
    assert [each["key"] for each in order["references"]] == ["zonosOrderNumber"]


@pytest.mark.parametrize("form", ["text", "object", "sync text", "sync object"])
def test_create_cart_id_may_give_a_text_or_an_object(
    zonos: Zonos, shop: Shop, page: Page, form: str
) -> None:
    id = json.dumps(zonos.cart()["id"])
    answer = id if form.endswith("text") else f"{{cartId: {id}}}"
    arrow = "() =>" if form.startswith("sync") else "async () =>"
    shop.settings = f"{{createCartId: {arrow} ({answer})}}"

    frame = press(page, shop)

    expect(frame.locator("[data-zonos-pay]")).to_be_enabled()


def test_shipping_data_fills_the_guests_fields(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    data = {
        "customerFirstName": "Bo",
        "customerLastName": "Berg",
        "customerName": "Somebody Else",
        "customerEmail": "bo@example.com",
        "customerPhone": "12345678",
        "customerAddress1": "Nørregade 1",
        "customerZip": "8000",
        "customerCity": "Aarhus",
        "customerCountry": "JP",
    }
    give(shop, {"cartId": zonos.cart()["id"], "shippingData": data})

    frame = press(page, shop)

    expect(frame.locator("[name=firstName]")).to_have_value("Bo")
    expect(frame.locator("[name=lastName]")).to_have_value("Berg")
    expect(frame.locator("[name=line1]")).to_have_value("Nørregade 1")
    expect(frame.locator("[name=countryCode]")).to_have_value("JP")
    frame.locator("[data-zonos-pay]").click()
    wait_for(page, "order")


@pytest.mark.parametrize(
    "cart", ["Promise.reject(new Error('no'))", "''", "undefined", "({})", "null"]
)
def test_no_cart_leaves_the_page_usable(shop: Shop, page: Page, cart: str) -> None:
    shop.settings = (
        f"{{createCartId: () => {{ told.push(['asked']); return {cart}; }}}}"
    )

    press(page, shop)
    page.wait_for_function("told.filter(([what]) => what === 'asked').length === 1")
    page.click("#place-order")
    page.wait_for_function("told.filter(([what]) => what === 'asked').length === 2")

    expect(page.locator("[data-zonos-checkout]")).to_have_count(0)


@pytest.mark.parametrize("country", ["DK", "DE"])
def test_a_domestic_shopper_goes_on_to_the_shops_own_checkout(
    shop: Shop, page: Page, country: str
) -> None:
    press(page, shop, f"?zCountry={country}")

    page.wait_for_url("**/own-checkout*")


def test_a_wrong_key_leaves_the_button_to_the_shop(shop: Shop, page: Page) -> None:
    shop.init = '{zonosApiKey: "credential_test_other"}'

    page.goto(shop.url)
    assert "zonosApiKey" in wait_for(page, "error")[1]
    assert told(page, "failed") == []
    page.click("#place-order")

    page.wait_for_url("**/own-checkout*")


def test_the_stock_is_checked_just_before_payment(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    check = """({ items }, { zonosApiRoute, translate }) => {
      told.push(["stock", items, zonosApiRoute, translate("Total")]);
      const turn = told.filter(([what]) => what === "stock").length;
      if (turn === 1) return "Sold out.";
      if (turn === 2) throw new Error("down");
      return null;
    }"""
    give(shop, recognised(zonos), onInventoryCheck=check)
    frame = press(page, shop)

    frame.locator("[data-zonos-pay]").click()
    expect(frame.locator("#error")).to_have_text("Sold out.")
    frame.locator("[data-zonos-pay]").click()
    expect(frame.locator("#error")).to_contain_text("could not be checked")
    assert told(page, "order") == []
    frame.locator("[data-zonos-pay]").click()

    wait_for(page, "order")
    _, (item,), api, total = told(page, "stock")[0]
    assert (api, total) == (zonos.sandbox.url, "Total")
    assert item == {
        "amount": 24.9,
        "currencyCode": "DKK",
        "itemType": "PHYSICAL_GOOD",
        "productId": "",
        "quantity": 2,
        "sku": "cup",
    }


def test_after_the_order_the_shop_chooses_what_happens(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    give(shop, recognised(zonos), successBehavior='"CLOSE_MODAL"')
    press(page, shop).locator("[data-zonos-pay]").click()
    wait_for(page, "closed")
    expect(page.locator("[data-zonos-checkout]")).to_have_count(0)

    redirect = '"REDIRECT_TO_SUCCESS_PAGE"'
    give(
        shop,
        recognised(zonos, items=[{**ITEM, "quantity": 3}]),
        successBehavior=redirect,
        successRedirectUrl='"/thanks"',
    )
    press(page, shop).locator("[data-zonos-pay]").click()
    page.wait_for_url("**/thanks?zOrderNumber=1001002&orderId=order_*")


def test_escape_closes_and_the_focus_comes_back(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    give(shop, recognised(zonos))
    frame = press(page, shop)
    frame.locator("[data-zonos-pay]").wait_for()

    page.keyboard.press("Escape")

    wait_for(page, "closed")
    assert page.evaluate("document.activeElement.id") == "place-order"


def test_an_expired_cart_is_explained(zonos: Zonos, shop: Shop, page: Page) -> None:
    give(shop, zonos.cart(expiresAt="2020-01-01T00:00:00Z")["id"])

    frame = press(page, shop)

    expect(frame.get_by_role("alert")).to_contain_text("has expired")
    frame.get_by_role("button", name="Back to the shop").click()
    wait_for(page, "closed")


def test_it_needs_no_inline_code_no_cookie_and_no_address_for_the_password(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    answer = recognised(zonos)
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("framenavigated", lambda frame: seen.append(frame.url))
    give(shop, answer)

    press(page, shop).locator("[data-zonos-pay]").click()

    wait_for(page, "order")
    assert told(page, "violation") == []
    assert page.context.cookies() == []
    assert not [url for url in seen if answer["customerAuthenticationToken"] in url]


def test_the_page_hears_of_the_country(shop: Shop, page: Page) -> None:
    page.goto(shop.url + "?zCountry=JP")

    _, place = wait_for(page, "init")
    assert place == {"countryCode": "JP", "currencyCode": "JPY"}


@pytest.mark.parametrize("left_alone", [False, True])
def test_the_button_is_activated_unless_the_shop_does_it(
    shop: Shop, page: Page, left_alone: bool
) -> None:
    shop.button = "disabled"
    shop.settings = f"{{disablePlaceOrderButtonActivation: {str(left_alone).lower()}}}"

    page.goto(shop.url)
    wait_for(page, "init")

    assert page.locator("#place-order").is_disabled() == left_alone
