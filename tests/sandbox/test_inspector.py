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
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
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
    assert errors == []


def test_faults_are_set_and_lifted(zonos: Zonos, tab: Page) -> None:
    tab.goto(zonos.sandbox.url)
    listed = tab.locator("[data-list=faults]")

    def set_fault(kind: str, **choices: str) -> None:
        tab.get_by_label("What goes wrong").select_option(kind)
        for label, choice in choices.items():
            tab.get_by_label(label).select_option(choice)
        tab.get_by_role("button", name="Set the fault").click()

    set_fault("status", Operation="cartCreate", Calls="until lifted")
    expect(listed).to_contain_text("cartCreate")
    variables = {"input": {"items": [ITEM]}}
    assert zonos.post(CART_CREATE, variables).status_code == 503
    tab.get_by_role("button", name="Lift").click()
    expect(listed).to_contain_text("Everything works.")
    assert zonos.post(CART_CREATE, variables).status_code == 200

    tab.reload()
    set_fault("html", Calls="one in three, at random")
    expect(listed).to_contain_text("33 % of calls")
    tab.get_by_role("textbox", name="Customer", exact=True).fill("c-1")
    set_fault("status")
    expect(listed).to_contain_text("customer c-1")
    chaos = zonos.sandbox.faults.random_as_dict()
    assert chaos is not None
    kinds = [(fault["kind"], fault["customer_id"]) for fault in chaos["faults"]]
    assert kinds == [("html", None), ("status", "c-1")]


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
    for label in ("password once", "ORDER_UPDATED"):
        tab.get_by_label(label).press("Space")
    expect(tab.locator("#option-state")).to_have_text("webhook_silent_types is set.")
    tab.get_by_label("list cost").fill("many")
    tab.keyboard.press("Tab")
    expect(tab.locator("#option-error")).to_contain_text("list_cost")
    changed = Options(mode="LIVE", webhook_retries=(0.5, 2), password_once=False)
    changed.change({"webhook_silent_types": ["ORDER_UPDATED"]})
    assert zonos.sandbox.state.options.as_dict() == changed.as_dict()
