"""The inspector, the page that shows what the sandbox holds and sets what it does."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from flask_zonos.sandbox.control.options import Options

from ..support.browser import expect_accessible
from .conftest import CART_CREATE
from .conftest import ITEM
from .conftest import Zonos


@pytest.fixture(params=[("dark", 320), ("light", 1280)], ids=["phone", "desktop"])
def context_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    scheme, width = request.param
    viewport = {"width": width, "height": 700}
    return {"viewport": viewport, "color_scheme": scheme, "reduced_motion": "reduce"}


def test_it_shows_what_the_sandbox_holds(zonos: Zonos, page: Page) -> None:
    for _ in range(60):
        zonos.password("c-2")
    password = zonos.password("c-1")
    order = zonos.order(password, saveCard=True)
    page.goto(zonos.sandbox.url)
    for name, text in (
        ("profiles", "1 address, 1 card"),
        ("passwords", password),
        ("orders", order["zonosOrderId"]),
    ):
        expect(page.locator(f"[data-list={name}]")).to_contain_text(text)
    requests = page.get_by_role("group", name="The latest requests")
    expect(requests.locator(".group")).to_have_count(60)
    requests.focus()
    page.keyboard.press("End")
    expect(requests.locator(":scope > *").last).to_be_in_viewport()
    new = zonos.cart()["id"]  # more is drawn, and the reader stays
    expect(page.locator("[data-list=carts]")).to_contain_text(new)
    assert requests.evaluate("each => each.scrollTop") > 1_000
    expect_accessible(page)


def test_faults_are_set_and_lifted(zonos: Zonos, tab: Page) -> None:
    tab.goto(zonos.sandbox.url)
    listed = tab.locator("[data-list=faults]")
    set_it = tab.get_by_role("button", name="Set the fault")
    tab.get_by_label("What goes wrong").select_option("status")
    tab.get_by_label("Operation").select_option("cartCreate")
    tab.get_by_label("Calls").select_option("until lifted")
    set_it.click()
    expect(listed).to_contain_text("cartCreate")
    variables = {"input": {"items": [ITEM]}}
    assert zonos.post(CART_CREATE, variables).status_code == 503
    tab.get_by_role("button", name="Lift").click()
    expect(listed).to_contain_text("Everything works.")
    assert zonos.post(CART_CREATE, variables).status_code == 200

    tab.get_by_label("Calls").select_option("one in three, at random")
    tab.get_by_role("textbox", name="Customer", exact=True).fill("c-1")
    set_it.click()
    expect(listed).to_contain_text("33 % of calls")
    chaos = zonos.sandbox.faults.random_as_dict()
    assert chaos is not None and chaos["faults"][0]["customer_id"] == "c-1"


def test_every_setting_can_be_changed_by_keyboard(zonos: Zonos, tab: Page) -> None:
    tab.goto(zonos.sandbox.url)
    named = "all => all.map(o => o.dataset.option)"
    names = tab.eval_on_selector_all("[data-option]", named)
    assert sorted(names) == sorted(Options.known())
    for part in tab.locator("[data-part] summary").all():
        part.press("Enter")
    tab.get_by_label("mode", exact=True).select_option("LIVE")
    tab.get_by_label("webhook retries").fill("0.5, 2")
    tab.keyboard.press("Tab")
    tab.get_by_label("ORDER_UPDATED").press("Space")
    expect(tab.locator("#option-state")).to_have_text("webhook_silent_types is set.")
    tab.get_by_label("list cost").fill("many")
    tab.keyboard.press("Tab")
    expect(tab.locator("#option-error")).to_contain_text("list_cost")
    expect(tab.locator("[data-option].changed")).to_have_count(3)
    changed = Options(mode="LIVE", webhook_retries=(0.5, 2))
    changed.change({"webhook_silent_types": ["ORDER_UPDATED"]})
    assert zonos.sandbox.state.options.as_dict() == changed.as_dict()
