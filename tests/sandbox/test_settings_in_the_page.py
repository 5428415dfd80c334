"""The settings that a shopper's browser sees, and the form that sets them all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from flask_zonos.sandbox.control.options import Options

from .conftest import Zonos
from .host import Shop
from .test_page_script import give
from .test_page_script import press
from .test_page_script import recognised
from .test_page_script import told
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
    "shipping_data_wins",
    "success_behavior",
    "not_shipped_to",
    "duplicate_window",
    "init_once",
    "init_waits",
    "foreign_scripts",
    "survives_swaps",
    "late_buttons",
    "inventory_list",
    "order_success_is_awaited",
    "wrong_key_opens",
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


def test_a_wrong_key_can_open_a_checkout_that_says_so(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    choose(zonos, wrong_key_opens=True)
    shop.init = '{zonosApiKey: "credential_test_other"}'
    give(shop, recognised(zonos))

    page.goto(shop.url)
    wait_for(page, "error")
    page.click("#place-order")

    frame = page.frame_locator("dialog[data-zonos-checkout] iframe")
    expect(frame.get_by_role("alert")).to_contain_text("cannot be opened")


@pytest.mark.parametrize("key", ["credential_test_sandbox", "credential_test_other"])
def test_init_can_wait_for_the_checkout_and_reject_a_wrong_key(
    zonos: Zonos, shop: Shop, page: Page, key: str
) -> None:
    choose(zonos, init_waits=True)
    shop.init = f'{{zonosApiKey: "{key}"}}'

    page.goto(shop.url)

    if key.endswith("other"):
        assert "zonosApiKey" in wait_for(page, "failed")[1]
    else:
        wait_for(page, "started")
        assert page.locator("#place-order").is_enabled()


def test_a_later_init_can_count_too(zonos: Zonos, shop: Shop, page: Page) -> None:
    choose(zonos, init_once=False)
    page.goto(shop.url)
    wait_for(page, "init")

    page.evaluate("start()")

    page.wait_for_function(
        "() => told.filter(([what]) => what === 'init').length === 2"
    )


def test_a_policy_of_hosts_can_be_enough(zonos: Zonos, shop: Shop, page: Page) -> None:
    choose(zonos, foreign_scripts=False)
    shop.policy = f"script-src 'self' {zonos.sandbox.url}"

    page.goto(shop.url)

    wait_for(page, "init")
    assert told(page, "violation") == []


@pytest.mark.parametrize("survives", [True, False])
def test_a_checkout_can_survive_a_new_body(
    zonos: Zonos, shop: Shop, page: Page, survives: bool
) -> None:
    choose(zonos, survives_swaps=survives)
    give(shop, recognised(zonos))
    page.goto(shop.url)
    wait_for(page, "init")

    page.evaluate("document.body.replaceWith(document.createElement('body'))")

    expect(page.locator("zonos-controller")).to_have_count(int(survives))


@pytest.mark.parametrize("late", [True, False])
def test_a_button_that_comes_late_can_count_or_not(
    zonos: Zonos, shop: Shop, page: Page, late: bool
) -> None:
    choose(zonos, late_buttons=late)
    give(shop, recognised(zonos))
    page.goto(shop.url)
    wait_for(page, "init")

    page.evaluate("document.forms[0].replaceWith(document.forms[0].cloneNode(true))")
    page.click("#place-order")

    if late:
        expect(page.locator("[data-zonos-checkout]")).to_be_visible()
    else:
        page.wait_for_url("**/own-checkout*")


def test_the_inventory_check_can_get_a_list(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    choose(zonos, inventory_list=True)
    check = '(items) => { told.push(["stock", items.length, items.items[0].sku]); }'
    give(shop, recognised(zonos), onInventoryCheck=check)

    press(page, shop).locator("[data-zonos-pay]").click()

    assert wait_for(page, "stock") == ["stock", 1, "cup"]


def test_where_the_shop_does_not_ship_it_keeps_its_own_checkout(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    choose(zonos, not_shipped_to="KP, jp")
    page.goto(shop.url)
    wait_for(page, "init")

    page.evaluate("Zonos.openHelloDialog()")
    hello = page.frame_locator("dialog[data-zonos-hello] iframe")
    hello.get_by_label("Country").select_option("JP")
    hello.get_by_role("button", name="Save").click()

    _, change = wait_for(page, "country")
    unshippable = {"currencyCode": None, "isShippableCountry": False}
    assert change == {"countryCode": "JP", **unshippable}
    page.click("#place-order")
    page.wait_for_url("**/own-checkout*")


def test_an_order_can_be_repeated_unasked(zonos: Zonos, shop: Shop, page: Page) -> None:
    choose(zonos, duplicate_window=0)
    for _ in range(2):
        give(shop, recognised(zonos))
        press(page, shop).locator("[data-zonos-pay]").click()
        wait_for(page, "order")


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


def test_shipping_data_can_go_before_a_profile(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    choose(zonos, shipping_data_wins=True)
    data = {
        "customerFirstName": "Bo",
        "customerLastName": "Berg",
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
