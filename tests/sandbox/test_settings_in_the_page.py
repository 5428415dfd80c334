"""The settings that a shopper's browser sees, and the form that sets them all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from flask_zonos.sandbox.options import Options

from .conftest import Zonos
from .host import Shop
from .test_page_script import give
from .test_page_script import press
from .test_page_script import recognised
from .test_page_script import wait_for

pytestmark = pytest.mark.browser

#: The settings of this module, for the table of all.
SEEN = {
    "country",
    "ships_from",
    "allow_domestic",
    "language",
    "hello_remembers",
    "failed_cart_opens",
    "wrong_key_leaves_button",
    "order_success_is_awaited",
    "success_behavior",
    "redirect_parameter",
    "shipping_data_wins",
}


def choose(zonos: Zonos, **options: Any) -> None:
    zonos.sandbox.state.options.change(options)


def test_country_is_where_the_shopper_is(zonos: Zonos, shop: Shop, page: Page) -> None:
    choose(zonos, country="JP")

    page.goto(shop.url)

    assert wait_for(page, "init")[1]["countryCode"] == "JP"


@pytest.mark.parametrize(
    "options", [{"ships_from": "CA"}, {"country": "DE"}, {"country": "DK"}]
)
def test_a_shopper_where_the_shop_ships_from_is_domestic(
    zonos: Zonos, shop: Shop, page: Page, options: dict[str, str]
) -> None:
    choose(zonos, **options)

    press(page, shop)

    page.wait_for_url("**/own-checkout*")


def test_domestic_shoppers_can_be_allowed(zonos: Zonos, shop: Shop, page: Page) -> None:
    choose(zonos, country="DK", allow_domestic=True)
    give(shop, recognised(zonos))

    frame = press(page, shop)

    expect(frame.locator("[data-zonos-pay]")).to_be_enabled()


def test_a_failed_cart_can_open_a_checkout_that_says_so(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    choose(zonos, failed_cart_opens=True)
    shop.settings = "{createCartId: () => Promise.reject(new Error('no'))}"

    frame = press(page, shop)

    expect(frame.get_by_role("alert")).to_contain_text("cannot be opened")


@pytest.mark.parametrize("leaves", [True, False])
def test_a_wrong_key_can_leave_the_button_disabled(
    zonos: Zonos, shop: Shop, page: Page, leaves: bool
) -> None:
    choose(zonos, wrong_key_leaves_button=leaves)
    shop.init = '{zonosApiKey: "credential_test_other"}'

    page.goto(shop.url)
    wait_for(page, "failed")

    assert page.locator("#place-order").is_enabled() == leaves


@pytest.mark.parametrize("awaited", [True, False])
def test_what_the_shop_does_with_an_order_can_be_waited_for(
    zonos: Zonos, shop: Shop, page: Page, awaited: bool
) -> None:
    choose(zonos, order_success_is_awaited=awaited)
    behaviour = '"CLOSE_MODAL"'
    give(
        shop,
        recognised(zonos),
        successBehavior=behaviour,
        onOrderSuccess="() => new Promise((done) => { window.done = () => {"
        ' told.push(["done"]); done(); }; told.push(["order"]); })',
    )
    press(page, shop).locator("[data-zonos-pay]").click()
    wait_for(page, "order")
    if not awaited:
        wait_for(page, "closed")

    page.evaluate("done()")
    wait_for(page, "closed")

    order = [what for what, *_ in page.evaluate("told") if what in ("done", "closed")]
    assert order == (["done", "closed"] if awaited else ["closed", "done"])


def test_what_follows_an_order_without_the_shops_word_can_be_set(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    choose(zonos, success_behavior="CLOSE_MODAL")
    give(shop, recognised(zonos))

    press(page, shop).locator("[data-zonos-pay]").click()

    wait_for(page, "closed")


def test_a_redirect_can_carry_the_orders_id(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    choose(zonos, redirect_parameter="orderId")
    give(
        shop,
        recognised(zonos),
        successBehavior='"REDIRECT_TO_SUCCESS_PAGE"',
        successRedirectUrl='"/thanks?from=zonos"',
    )

    press(page, shop).locator("[data-zonos-pay]").click()

    page.wait_for_url("**/thanks?from=zonos&orderId=order_*")


def test_shipping_data_can_go_before_a_profile(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    choose(zonos, shipping_data_wins=True)
    data = {
        "customerName": "Bo Berg",
        "customerEmail": "bo@example.com",
        "customerPhone": "12345678",
        "customerAddress1": "Nørregade 1",
        "customerZip": "8000",
        "customerCity": "Aarhus",
        "customerCountry": "JP",
    }
    give(shop, {**recognised(zonos), "shippingData": data})

    frame = press(page, shop)

    expect(frame.locator("[name=line1]")).to_have_value("Nørregade 1")
    frame.locator("[data-zonos-pay]").click()
    _, order = wait_for(page, "order")
    assert order["parties"][0]["location"]["line1"] == "Nørregade 1"


def test_the_inspector_has_a_field_for_every_setting(zonos: Zonos, page: Page) -> None:
    page.goto(zonos.sandbox.url)

    names = page.eval_on_selector_all(
        "[data-option]", "all => all.map(o => o.dataset.option)"
    )

    assert sorted(names) == sorted(Options.known())


def test_settings_are_changed_by_keyboard_in_the_inspector(
    zonos: Zonos, page: Page
) -> None:
    page.goto(zonos.sandbox.url)
    said = page.locator("#option-state")
    part = page.locator("[data-part] summary", has_text="Profiles")
    part.focus()
    page.keyboard.press("Enter")

    page.get_by_label("password lifetime").fill("60")
    page.keyboard.press("Tab")
    expect(said).to_have_text("password_lifetime is set.")
    page.get_by_label("password once").focus()
    page.keyboard.press("Space")
    expect(said).to_have_text("password_once is set.")

    options = zonos.sandbox.state.options
    assert (options.password_lifetime, options.password_once) == (60, False)
    expect(part).to_contain_text("2 changed")


def test_each_kind_of_setting_can_be_set_in_the_inspector(
    zonos: Zonos, page: Page
) -> None:
    page.goto(zonos.sandbox.url)
    for part in page.locator("[data-part] summary").all():
        part.click()
    said = page.locator("#option-state")

    page.get_by_label("mode", exact=True).select_option("LIVE")
    expect(said).to_have_text("mode is set.")
    page.get_by_label("webhook retries").fill("0.5, 2")
    page.keyboard.press("Tab")
    expect(said).to_have_text("webhook_retries is set.")
    page.get_by_label("ORDER_UPDATED").check()
    expect(said).to_have_text("webhook_silent_types is set.")
    page.get_by_label("list cost").fill("many")
    page.keyboard.press("Tab")
    expect(page.locator("#option-error")).to_contain_text("list_cost")

    options = zonos.sandbox.state.options
    assert options.mode == "LIVE"
    assert options.webhook_retries == (0.5, 2)
    assert options.webhook_silent_types == ("ORDER_UPDATED",)
    assert options.list_cost == 1
    assert json.loads(json.dumps(options.as_dict()))
