"""The checkout's steps and its languages, as a shopper meets them."""

from __future__ import annotations

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import expect
from playwright.sync_api import FrameLocator
from playwright.sync_api import Page

from .conftest import Zonos
from .host import Shop
from .test_faces import violations
from .test_money import add_credit
from .test_page_script import fill
from .test_page_script import give
from .test_page_script import press
from .test_page_script import PROFILE
from .test_page_script import recognised
from .test_page_script import wait_for

pytestmark = pytest.mark.browser


@pytest.fixture
def context_options() -> dict[str, Any]:
    return {"reduced_motion": "reduce"}


def current(frame: FrameLocator) -> str:
    return frame.locator("[aria-current=step]").inner_text()


def go_on(frame: FrameLocator) -> None:
    frame.get_by_role("button", name="Continue").click()


def test_a_guest_goes_from_step_to_step(zonos: Zonos, shop: Shop, page: Page) -> None:
    give(shop, zonos.cart()["id"])
    frame = press(page, shop)
    express = frame.get_by_role("radio", name="Express")
    expect(frame.get_by_label("First name")).to_be_focused()
    assert "Delivery" in current(frame)
    expect(express).to_be_hidden()

    go_on(frame)
    name = frame.get_by_role("textbox", name="First name", exact=True)
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("Please fill in the first name.")
    expect(frame.get_by_text("Please fill in the city.")).to_be_visible()
    name.press_sequentially("A")
    expect(name).to_have_accessible_description("")
    expect(frame.get_by_text("Please fill in the first name.")).to_have_count(0)
    fill(frame)
    go_on(frame)

    assert "Shipping" in current(frame)
    expect(frame.locator("#typed")).to_contain_text("Robson Street 1")
    expect(frame.get_by_label("First name")).to_be_hidden()
    express.check()
    go_on(frame)
    assert "Payment" in current(frame)
    assert violations(page.frames[1]) == []

    frame.locator("[data-zonos-pay]").click()
    _, order = wait_for(page, "order")
    assert order["currencyCode"] == "CAD"
    assert order["amountSubtotals"]["shipping"] == 36.99
    expect(frame.get_by_text("Thank you for your order")).to_be_visible()
    expect(frame.locator("#receipt")).to_contain_text(order["zonosOrderId"])
    expect(frame.locator("#receipt")).to_contain_text("in play money.")


def test_enter_goes_on_before_the_last_step(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    give(shop, zonos.cart()["id"])
    frame = press(page, shop)
    fill(frame)

    page.keyboard.press("Enter")
    expect(frame.locator("[aria-current=step]")).to_contain_text("Shipping")
    frame.get_by_role("radio", name="Economy").press("Enter")
    expect(frame.locator("[aria-current=step]")).to_contain_text("Payment")
    frame.get_by_role("radio", name="4242").press("Enter")

    wait_for(page, "order")


def test_a_recognised_shopper_begins_at_the_last_step_and_can_go_back(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    give(shop, recognised(zonos))
    frame = press(page, shop)

    assert "Payment" in current(frame)
    places = frame.locator("[data-zonos-location]")
    expect(places.nth(0)).to_be_visible()
    expect(places.nth(1)).to_be_hidden()
    frame.get_by_role("button", name="Change Delivery").click()
    expect(places.nth(1)).to_be_visible()
    places.nth(1).click()
    go_on(frame)

    expect(places.nth(0)).to_be_hidden()
    expect(places.nth(1)).to_be_visible()
    frame.locator("[data-zonos-pay]").click()
    _, order = wait_for(page, "order")
    assert order["parties"][0]["location"]["locality"] == "Saint George"


def test_a_declined_card_leaves_the_choice_of_another(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    give(shop, recognised(zonos))
    frame = press(page, shop)
    frame.get_by_role("radio", name="0002").check()

    frame.locator("[data-zonos-pay]").click()
    expect(frame.get_by_role("alert")).to_contain_text("declined")
    frame.get_by_role("radio", name="4242").check()
    frame.locator("[data-zonos-pay]").click()

    wait_for(page, "order")


def test_store_credit_pays_by_the_shoppers_choice(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    add_credit(zonos, str(PROFILE["customerId"]), 80)
    give(shop, recognised(zonos))
    frame = press(page, shop)
    pay = frame.locator("[data-zonos-pay]")
    expect(pay).to_have_text("Pay CA$28.96")

    frame.get_by_label("Use a part of it").check()
    frame.get_by_label("Amount").fill("5")
    page.keyboard.press("Tab")

    expect(pay).to_have_text("Pay CA$23.96")
    pay.click()
    wait_for(page, "order")
    expect(frame.locator("#receipt")).to_contain_text("CA$23.96")


def test_the_ring_of_the_open_step_stands_off_its_heading(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    give(shop, zonos.cart()["id"])
    frame = press(page, shop)
    fill(frame)
    go_on(frame)

    heading = frame.locator("#step-shipping")
    expect(heading).to_be_focused()
    around, words = heading.bounding_box(), heading.locator("span").last.bounding_box()
    assert around and words
    assert around["x"] + around["width"] - words["x"] - words["width"] >= 6


def test_the_number_of_a_card_stays_in_one_line_on_a_phone(
    zonos: Zonos, shop: Shop, page: Page
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    give(shop, recognised(zonos))
    frame = press(page, shop)
    expect(frame.get_by_text("American Express")).to_be_visible()

    lines = "each => each.querySelector('.digits').getClientRects().length"
    for each in frame.locator(".choice:has-text('••••')").all():
        assert each.evaluate(lines) == 1
    assert page.frames[1].evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("how", ["page", "setting", "browser"])
def test_it_speaks_danish_where_that_is_asked_for(
    browser: Browser, zonos: Zonos, shop: Shop, how: str
) -> None:
    context = browser.new_context(locale="da-DK" if how == "browser" else "en-GB")
    page = context.new_page()
    language = {"page": "da", "browser": ""}.get(how, "en")
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () =>"
        f" {{ document.documentElement.lang = '{language}'; }})"
    )
    if how == "setting":
        zonos.sandbox.state.options.change({"language": "da"})
    give(shop, recognised(zonos))

    frame = press(page, shop)

    expect(frame.get_by_role("heading", name="Levering")).to_be_visible()
    expect(frame.locator("[data-zonos-pay]")).to_contain_text("Betal")
    expect(frame.locator("html")).to_have_attribute("lang", "da")
    expect(frame.get_by_role("button", name="Luk betalingen")).to_be_visible()
    frame.get_by_role("radio", name="0002").check()
    frame.locator("[data-zonos-pay]").click()
    expect(frame.get_by_role("alert")).to_contain_text("Kortet blev afvist")
    context.close()


def _scripts(folder: Traversable) -> list[Traversable]:
    return [each for each in folder.iterdir() if each.name.endswith(".js")]


def test_all_that_is_said_is_there_in_danish() -> None:
    package = files("flask_zonos.sandbox")
    danish = (package / "static" / "danish.js").read_text("utf-8")
    known = set(re.findall(r'^  (?:"(.+?)"|(\w+)):', danish, re.MULTILINE))
    sentences = {first or second for first, second in known}
    said: set[str] = set()
    for name in ("checkout.html", "hello.html"):
        page = (package / "templates" / "sandbox" / name).read_text("utf-8")
        said |= set(re.findall(r"data-say(?: \w+)*>([^<]+)<", page))
        said |= set(re.findall(r'data-say-label aria-label="([^"]+)"', page))
    for script in (p.read_text("utf-8") for p in _scripts(package / "static")):
        said |= set(re.findall(r'\bsay\(\s*"([^"]+)"', script))

    assert len(said) > 40
    assert said <= sentences
