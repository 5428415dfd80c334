"""What the basket tells of a checkout: to its shopper, and to a developer."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import expect

from flask_zonos.sandbox import Fault
from flask_zonos.sandbox import Sandbox

from .conftest import DELIVERY
from .conftest import OpenCart
from .conftest import Shopper
from .conftest import TESTER
from .test_browser import open_checkout
from .test_browser import press

AUTHENTICATE = "checkoutCustomerProfileAuthenticate"
NEW = "The checkout does not know you yet."
BOOK = "The checkout is given your address book"
KNOWN = "The checkout knows you from before"


def assert_welcome(shopper: Shopper, greeting: str, promise: str) -> None:
    page = shopper.get("/cart").text
    said = page.split('<p class="welcome"')[1].split("<span data-rec")[0]
    assert greeting in said
    assert promise in said


def test_a_new_account_is_known_at_zonos_after_an_order_under_its_name(
    shopper: Shopper, sandbox: Sandbox
) -> None:
    shopper.register()
    shopper.add()
    shopper.cart_info()  # a checkout that was opened and closed again changes nothing
    assert_welcome(shopper, "Hello, Ada Larsen.", NEW)

    sandbox.faults.add(Fault("status", AUTHENTICATE, times=None))
    info = shopper.cart_info()
    assert info["recognition"]["level"] == "guest"
    shopper.hint(shopper.pay(info))
    shopper.add()
    assert_welcome(shopper, "Hello, Ada Larsen.", NEW)

    # The shop's own checkout is none of Zonos's.
    assert "/orders/" in shopper.post("/checkout", **DELIVERY).location
    shopper.add()
    assert_welcome(shopper, "Welcome back, Ada Larsen.", NEW)

    sandbox.faults.lift()
    shopper.order()
    shopper.add()
    assert_welcome(shopper, "Welcome back, Ada Larsen.", KNOWN)


def test_the_basket_tells_how_the_open_checkout_knows_the_shopper(
    open_cart: OpenCart, sandbox: Sandbox
) -> None:
    page = open_cart(TESTER)
    said = page.locator(".welcome")
    checkout = open_checkout(page)
    expect(said).to_contain_text("opened in your name", use_inner_text=True)
    checkout.get_by_role("button", name="Close checkout").click()
    expect(said).not_to_contain_text("opened in your name", use_inner_text=True)

    sandbox.faults.add(Fault("status", AUTHENTICATE, times=None))
    page.reload()
    expect(said).to_contain_text(BOOK, use_inner_text=True)
    open_checkout(page)
    expect(said).to_contain_text("was filled in from here", use_inner_text=True)
    expect(said).not_to_contain_text(BOOK, use_inner_text=True)


def test_the_developers_panel_shows_a_late_profile_then_a_failure_and_keeps_no_secret(
    app: Flask, open_cart: OpenCart, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SHOP_DEVELOPER_PANEL", True)
    sandbox.faults.add(Fault("no-answer", AUTHENTICATE, seconds=8))
    page = open_cart(TESTER)
    panel = page.locator("#developer")
    panel.locator("summary").click()
    open_checkout(page)
    expect(panel.locator("[data-developer=reason]")).to_have_text("timeout")
    milliseconds = re.compile(r"^[\d.,]+ ms$")
    expect(panel.locator("[data-call=cart] .number")).to_have_text(milliseconds)
    late = panel.locator("[data-call=profile] .number")
    expect(late).to_have_text(re.compile(r"^not within [\d.,]+ ms$"))
    kept = page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    assert [word for word in ("cart_", "Password", TESTER) if word in kept] == []

    sandbox.faults.add(Fault("status", "cartCreate", times=None, status=500))
    page.reload()
    panel.locator("summary").click()
    press(page)
    expect(panel).to_contain_text("No checkout was opened.", use_inner_text=True)
    expect(panel.locator("[data-developer=status]")).to_have_text("502")
    expect(panel.locator("[data-call=request] .number")).to_have_text(milliseconds)
