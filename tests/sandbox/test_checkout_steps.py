"""The checkout's steps, its languages and the choice of a country, as a shopper."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from playwright.sync_api import FrameLocator
from playwright.sync_api import Page

from ..support.browser import expect_accessible
from .conftest import Zonos
from .host import BUTTON
from .host import Host
from .host import OWN_CHECKOUT


@pytest.fixture(params=[(390, "dark"), (1280, "light")], ids=["phone", "desktop"])
def context_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    width, scheme = request.param
    viewport = {"width": width, "height": 844}
    return {"viewport": viewport, "color_scheme": scheme, "reduced_motion": "reduce"}


def expect_step(frame: FrameLocator, name: str) -> None:
    expect(frame.locator("[aria-current=step]")).to_contain_text(name)


def test_a_guest_goes_from_step_to_step(zonos: Zonos, host: Host, page: Page) -> None:
    host.page = page
    host.give(zonos.cart()["id"])
    frame = host.press()
    expect(frame.get_by_label("First name")).to_be_focused()
    expect_step(frame, "Delivery")
    expect_accessible(page.frames[1])
    host.go_on()
    name = frame.get_by_role("textbox", name="First name", exact=True)
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("Please fill in the first name.")
    name.press_sequentially("A")
    expect(name).to_have_accessible_description("")
    host.fill()
    page.keyboard.press("Enter")

    expect_step(frame, "Shipping")
    expect(frame.get_by_label("First name")).to_be_hidden()
    frame.get_by_role("radio", name="Express").check()
    host.go_on()
    expect_step(frame, "Payment")
    expect_accessible(page.frames[1])

    host.pay()
    _, order = host.wait_for("order")
    assert order["currencyCode"] == "CAD"
    assert order["amountSubtotals"]["shipping"] == 36.99
    expect(frame.locator("#receipt")).to_contain_text(order["zonosOrderId"])


def test_a_recognised_shopper_begins_at_the_last_step_and_can_go_back(
    host: Host, page: Page
) -> None:
    host.page = page
    frame = host.press()
    expect_step(frame, "Payment")
    expect_accessible(page.frames[1])
    frame.get_by_role("radio", name="0002").check()
    host.pay()
    expect(frame.get_by_role("alert")).to_contain_text("declined")
    frame.get_by_role("radio", name="4242").check()
    frame.get_by_role("button", name="Change Delivery").click()
    frame.locator("[data-zonos-location]").nth(1).click()
    host.go_on()
    expect_step(frame, "Shipping")
    host.go_on()
    host.pay()
    _, order = host.wait_for("order")
    assert order["parties"][0]["location"]["locality"] == "Saint George"


@pytest.mark.parametrize("how", ["page", "setting"])
def test_it_speaks_danish_where_that_is_asked_for(
    zonos: Zonos, host: Host, how: str
) -> None:
    language = "da" if how == "page" else "en"
    set_it = f"document.documentElement.lang = '{language}';"
    host.more = f'<script nonce="n0nce">{set_it}</script>'
    zonos.set(language="da" if how == "setting" else "")
    frame = host.press()
    expect(frame.get_by_role("heading", name="Levering")).to_be_visible()
    expect(frame.locator("html")).to_have_attribute("lang", "da")
    expect(frame.get_by_role("button", name="Luk betalingen")).to_be_visible()


def choose(host: Host, country: str) -> None:
    """Choose a country as Zonos's Hello asks for it."""
    host.arrive()
    host.page.evaluate("Zonos.openHelloDialog()")
    frame = host.page.frame_locator("dialog[data-zonos-hello] iframe")
    expect(frame.get_by_label("Country")).to_have_value("CA")
    frame.get_by_label("Country").select_option(country)
    expect(frame.get_by_label("Currency")).not_to_have_value("CAD")
    frame.get_by_role("button", name="Save").click()
    expect(host.page.locator("dialog")).to_have_count(0)


@pytest.mark.parametrize("remembers", [False, True])
def test_a_choice_of_country_reaches_the_page_and_may_hold_for_the_next(
    zonos: Zonos, host: Host, remembers: bool
) -> None:
    zonos.set(hello_remembers=remembers)
    choose(host, "United Kingdom")
    place = {"countryCode": "GB", "currencyCode": "GBP"}
    assert host.wait_for("country")[1] == {**place, "isShippableCountry": True}
    host.page.reload()
    canada = {"countryCode": "CA", "currencyCode": "CAD"}
    assert host.wait_for("init")[1] == (place if remembers else canada)


def test_where_the_shop_does_not_ship_it_keeps_its_own_checkout(
    zonos: Zonos, host: Host
) -> None:
    zonos.set(not_shipped_to="KP, jp")
    choose(host, "Japan")
    unshippable = {"currencyCode": None, "isShippableCountry": False}
    assert host.wait_for("country")[1] == {"countryCode": "JP", **unshippable}
    host.page.click(BUTTON)
    host.page.wait_for_url(OWN_CHECKOUT)
