"""The checkout's steps, its languages and the choice of a country, as a shopper."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import expect
from playwright.sync_api import FrameLocator
from playwright.sync_api import Page

from ..support.browser import expect_accessible
from ..support.browser import open_page
from .conftest import Zonos
from .host import arrive
from .host import BUTTON
from .host import fill
from .host import go_on
from .host import Host
from .host import OWN_CHECKOUT
from .host import pay
from .host import press
from .host import wait_for


@pytest.fixture(params=[(390, "dark"), (1280, "light")], ids=["phone", "desktop"])
def context_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    width, scheme = request.param
    viewport = {"width": width, "height": 844}
    return {"viewport": viewport, "color_scheme": scheme, "reduced_motion": "reduce"}


def expect_step(frame: FrameLocator, name: str) -> None:
    expect(frame.locator("[aria-current=step]")).to_contain_text(name)


def test_a_guest_goes_from_step_to_step(zonos: Zonos, host: Host, page: Page) -> None:
    host.give(zonos.cart()["id"])
    frame = press(page, host)
    expect(frame.get_by_label("First name")).to_be_focused()
    expect_step(frame, "Delivery")
    expect_accessible(page.frames[1])
    go_on(frame)
    name = frame.get_by_role("textbox", name="First name", exact=True)
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("Please fill in the first name.")
    name.press_sequentially("A")
    expect(name).to_have_accessible_description("")
    fill(frame)
    page.keyboard.press("Enter")

    expect_step(frame, "Shipping")
    expect(frame.get_by_label("First name")).to_be_hidden()
    frame.get_by_role("radio", name="Express").check()
    go_on(frame)
    expect_step(frame, "Payment")
    expect_accessible(page.frames[1])

    pay(frame)
    _, order = wait_for(page, "order")
    assert order["currencyCode"] == "CAD"
    assert order["amountSubtotals"]["shipping"] == 36.99
    expect(frame.locator("#receipt")).to_contain_text(order["zonosOrderId"])


def test_a_recognised_shopper_begins_at_the_last_step_and_can_go_back(
    zonos: Zonos, host: Host, page: Page
) -> None:
    host.give(zonos.recognised())
    frame = press(page, host)
    expect_step(frame, "Payment")
    expect_accessible(page.frames[1])
    frame.get_by_role("radio", name="0002").check()
    pay(frame)
    expect(frame.get_by_role("alert")).to_contain_text("declined")
    frame.get_by_role("radio", name="4242").check()
    places = frame.locator("[data-zonos-location]")
    expect(places.nth(1)).to_be_hidden()
    frame.get_by_role("button", name="Change Delivery").click()
    places.nth(1).click()
    go_on(frame)
    expect(places.nth(0)).to_be_hidden()
    go_on(frame)
    pay(frame)
    _, order = wait_for(page, "order")
    assert order["parties"][0]["location"]["locality"] == "Saint George"


@pytest.mark.parametrize("how", ["page", "setting", "browser"])
def test_it_speaks_danish_where_that_is_asked_for(
    browser: Browser, zonos: Zonos, host: Host, how: str
) -> None:
    language = {"page": "da", "browser": ""}.get(how, "en")
    set_it = f"document.documentElement.lang = '{language}';"
    host.more = f'<script nonce="n0nce">{set_it}</script>'
    zonos.set(language="da" if how == "setting" else "")
    host.give(zonos.recognised())
    with open_page(browser, locale="da-DK" if how == "browser" else "en-GB") as page:
        frame = press(page, host)
        expect(frame.get_by_role("heading", name="Levering")).to_be_visible()
        expect(frame.locator("html")).to_have_attribute("lang", "da")
        expect(frame.get_by_role("button", name="Luk betalingen")).to_be_visible()


def choose(page: Page, host: Host, country: str) -> None:
    """Choose a country as Zonos's Hello asks for it."""
    arrive(page, host)
    page.evaluate("Zonos.openHelloDialog()")
    frame = page.frame_locator("dialog[data-zonos-hello] iframe")
    expect(frame.get_by_label("Country")).to_have_value("CA")
    frame.get_by_label("Country").select_option(country)
    expect(frame.get_by_label("Currency")).not_to_have_value("CAD")
    frame.get_by_role("button", name="Save").click()
    expect(page.locator("dialog")).to_have_count(0)


@pytest.mark.parametrize("remembers", [False, True])
def test_a_choice_of_country_reaches_the_page_and_may_hold_for_the_next(
    zonos: Zonos, host: Host, tab: Page, remembers: bool
) -> None:
    zonos.set(hello_remembers=remembers)
    choose(tab, host, "United Kingdom")
    place = {"countryCode": "GB", "currencyCode": "GBP"}
    assert wait_for(tab, "country")[1] == {**place, "isShippableCountry": True}
    tab.reload()
    canada = {"countryCode": "CA", "currencyCode": "CAD"}
    assert wait_for(tab, "init")[1] == (place if remembers else canada)


def test_where_the_shop_does_not_ship_it_keeps_its_own_checkout(
    zonos: Zonos, host: Host, tab: Page
) -> None:
    zonos.set(not_shipped_to="KP, jp")
    choose(tab, host, "Japan")
    unshippable = {"currencyCode": None, "isShippableCountry": False}
    assert wait_for(tab, "country")[1] == {"countryCode": "JP", **unshippable}
    tab.click(BUTTON)
    tab.wait_for_url(OWN_CHECKOUT)
