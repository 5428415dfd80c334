"""The choice of country and currency that ``Zonos.openHelloDialog`` opens."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from playwright.sync_api import FrameLocator
from playwright.sync_api import Page

from .conftest import Zonos
from .host import Shop
from .test_faces import violations
from .test_page_script import told
from .test_page_script import wait_for

pytestmark = pytest.mark.browser


@pytest.fixture(params=["light", "dark"])
def context_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"color_scheme": request.param, "reduced_motion": "reduce"}


def open_hello(page: Page, shop: Shop) -> FrameLocator:
    page.goto(shop.url)
    wait_for(page, "init")
    page.focus("#place-order")
    page.evaluate("Zonos.openHelloDialog()")
    frame = page.frame_locator("dialog[data-zonos-hello] iframe")
    expect(frame.get_by_label("Country")).to_have_value("CA")
    return frame


def test_a_choice_reaches_the_page(shop: Shop, page: Page) -> None:
    frame = open_hello(page, shop)

    frame.get_by_label("Country").select_option("United Kingdom")
    expect(frame.get_by_label("Currency")).to_have_value("GBP")
    frame.get_by_role("button", name="Save").click()

    _, place = wait_for(page, "country")
    assert place == {
        "countryCode": "GB",
        "currencyCode": "GBP",
        "isShippableCountry": True,
    }
    expect(page.locator("dialog")).to_have_count(0)
    assert told(page, "violation") == told(page, "closed") == []


def test_a_country_at_home_leads_to_the_shops_own_checkout(
    shop: Shop, page: Page
) -> None:
    frame = open_hello(page, shop)
    frame.get_by_label("Country").select_option("Denmark")
    frame.get_by_role("button", name="Save").click()
    wait_for(page, "country")

    page.click("#place-order")

    page.wait_for_url("**/own-checkout*")


def test_escape_leaves_the_country_alone(shop: Shop, page: Page) -> None:
    open_hello(page, shop)

    page.keyboard.press("Escape")

    expect(page.locator("dialog")).to_have_count(0)
    assert told(page, "country") == []
    assert page.evaluate("document.activeElement.id") == "place-order"


def test_it_is_accessible_and_small_enough_for_a_phone(shop: Shop, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 500})
    open_hello(page, shop)
    (frame,) = page.frames[1:]

    assert violations(frame) == []
    seen = frame.evaluate("[document.body.scrollHeight - innerHeight, scrollX]")
    assert seen == [0, 0]


@pytest.mark.parametrize("remembers", [False, True])
def test_the_choice_can_hold_for_the_next_page(
    zonos: Zonos, shop: Shop, page: Page, remembers: bool
) -> None:
    zonos.sandbox.state.options.change({"hello_remembers": remembers})
    frame = open_hello(page, shop)
    frame.get_by_label("Country").select_option("Japan")
    frame.get_by_role("button", name="Save").click()
    wait_for(page, "country")

    page.reload()

    place = wait_for(page, "init")[1]
    assert place["countryCode"] == ("JP" if remembers else "CA")
