"""The developer's panel tells what happened in the last checkout, be it good or bad."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import expect
from playwright.sync_api import Locator
from playwright.sync_api import Page

from flask_zonos.sandbox import Fault
from flask_zonos.sandbox import Sandbox

from .conftest import OpenCart
from .conftest import TESTER
from .test_browser import open_checkout
from .test_browser import pay

MILLISECONDS = re.compile(r"^[\d.,]+ ms$")


@pytest.fixture(autouse=True)
def developer_panel(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SHOP_DEVELOPER_PANEL", True)


def fact(page: Page, name: str) -> Locator:
    return page.locator(f"[data-developer={name}]")


def number(page: Page, call: str) -> Locator:
    return page.locator(f"[data-call={call}] .number")


def test_a_success_shows_both_calls_and_keeps_nothing_private(
    app: Flask, open_cart: OpenCart, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_cart(TESTER)
    pay(page, open_checkout(page))
    page.locator("#developer summary").click()
    expect(fact(page, "level")).to_have_text("profile")
    expect(fact(page, "browser")).to_have_text(MILLISECONDS)
    expect(fact(page, "code")).to_be_hidden()
    for call in ("cart", "profile", "total"):
        expect(number(page, call)).to_have_text(MILLISECONDS)
        expect(page.locator(f"[data-call={call}] .bar")).to_have_count(1)
    expect(page.locator("#developer")).to_contain_text("waits at most 1")

    kept = page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    assert [word for word in ("cart_", "Password", TESTER) if word in kept] == []
    monkeypatch.setitem(app.config, "SHOP_DEVELOPER_PANEL", False)
    page.reload()
    expect(page.locator("#developer")).to_have_count(0)


def test_a_failure_takes_the_place_of_the_success_before_it(
    open_cart: OpenCart, sandbox: Sandbox
) -> None:
    sandbox.faults.add(
        Fault("no-answer", "checkoutCustomerProfileAuthenticate", seconds=8)
    )
    page = open_cart(TESTER)
    open_checkout(page)
    expect(fact(page, "reason")).to_have_text("timeout")
    expect(number(page, "profile")).to_have_text(re.compile(r"^not within [\d.,]+ ms$"))

    page.goto("/cart")
    panel = page.locator("#developer")
    panel.locator("summary").click()
    sandbox.faults.add(Fault("status", "cartCreate", times=None, status=500))
    button = page.locator("#place-order")
    expect(button).to_have_attribute("data-zonos-state", "ready")
    button.click()
    expect(panel).to_contain_text("No checkout was opened.", use_inner_text=True)
    expect(fact(page, "status")).to_have_text("502")
    expect(fact(page, "level")).to_be_hidden()
    expect(number(page, "request")).to_have_text(MILLISECONDS)
    expect(number(page, "cart")).to_be_hidden()

    # Trouble that the sale survives is told beside it.
    page.route("**/loadZonos.js", lambda route: route.abort())
    page.reload()
    expect(fact(page, "trouble")).to_have_text("script-unavailable")
