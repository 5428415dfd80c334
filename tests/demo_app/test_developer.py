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
from tests.demo_app.conftest import OpenCart
from tests.demo_app.conftest import TESTER
from tests.demo_app.test_browser import open_checkout
from tests.demo_app.test_browser import pay

AUTHENTICATE = "checkoutCustomerProfileAuthenticate"
CALLS = ("cart", "profile", "total")
MILLISECONDS = re.compile(r"^[\d.,]+ ms$")


@pytest.fixture(autouse=True)
def developer_panel(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SHOP_DEVELOPER_PANEL", True)


def fact(page: Page, name: str) -> Locator:
    return page.locator(f"[data-developer={name}]")


def row(page: Page, call: str) -> Locator:
    return page.locator(f"[data-call={call}]")


def edges(part: Locator) -> tuple[float, float]:
    """Begin and end of a part of the drawing, as shares of its track."""
    left, right = part.evaluate(
        """part => {
          const track = part.parentElement.getBoundingClientRect();
          const { left, right } = part.getBoundingClientRect();
          return [left, right].map((x) => (x - track.left) / track.width);
        }"""
    )
    return left, right


def fail_checkout(page: Page) -> None:
    button = page.locator("#place-order")
    expect(button).to_have_attribute("data-zonos-state", "ready")
    button.click()
    expect(button).to_have_attribute("data-zonos-state", "failed")


def test_a_success_shows_both_calls_from_one_start_on_an_axis(
    app: Flask, open_cart: OpenCart, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_cart(TESTER)
    panel = page.locator("#developer")
    expect(panel.locator(".developer-body")).to_be_hidden()
    pay(page, open_checkout(page))
    panel.locator("summary").click()
    expect(fact(page, "level")).to_have_text("profile")
    expect(fact(page, "reason")).to_have_text("–")
    expect(fact(page, "browser")).to_have_text(MILLISECONDS)
    expect(fact(page, "code")).to_be_hidden()
    took, lengths = {}, {}
    for call in CALLS:
        cell = row(page, call).locator(".number")
        expect(cell).to_have_text(MILLISECONDS)
        took[call] = float(cell.inner_text().removesuffix(" ms").replace(",", ""))
        begin, lengths[call] = edges(row(page, call).locator(".bar"))
        assert abs(begin) < 0.01
    for call in CALLS:
        assert abs(lengths[call] / lengths["total"] - took[call] / took["total"]) < 0.05
    # What waited for the profile is drawn from where the cart was ready.
    grace = edges(row(page, "profile").locator(".grace"))
    assert abs(grace[0] - lengths["cart"]) < 0.02
    first, *_, last = panel.locator(".ticks span").all_inner_texts()
    assert first == "0"
    assert float(last.replace(",", "")) >= took["total"]
    expect(panel).to_contain_text("waits at most 1\N{NO-BREAK SPACE}s for its profile")
    expect(panel).to_contain_text("Both together have 10\N{NO-BREAK SPACE}s")
    expect(page.get_by_role("table", name=re.compile("Milliseconds"))).to_be_visible()

    kept = page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    assert [word for word in ("cart_", "Password", TESTER) if word in kept] == []
    monkeypatch.setitem(app.config, "SHOP_DEVELOPER_PANEL", False)
    page.reload()
    expect(page.locator("#developer")).to_have_count(0)


def test_a_profile_that_never_answered_has_no_end(
    open_cart: OpenCart, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault("no-answer", AUTHENTICATE, seconds=8))
    page = open_cart(TESTER)
    page.locator("#developer summary").click()
    open_checkout(page)
    expect(fact(page, "level")).to_have_text("prefill")
    expect(fact(page, "reason")).to_have_text("timeout")
    late = row(page, "profile")
    expect(late.locator(".number")).to_have_text(re.compile(r"^not within [\d.,]+ ms$"))
    waited = edges(late.locator(".bar.late"))
    assert waited == edges(row(page, "total").locator(".bar"))
    cart = edges(row(page, "cart").locator(".bar"))
    assert abs(edges(late.locator(".grace"))[0] - cart[1]) < 0.02


def test_a_failure_takes_the_place_of_the_success_before_it(
    open_cart: OpenCart, sandbox: Sandbox
) -> None:
    page = open_cart()
    open_checkout(page)
    expect(fact(page, "level")).to_have_text("guest")
    expect(fact(page, "reason")).to_have_text("anonymous")
    # A guest has one call, and no wait.
    expect(row(page, "cart").locator(".bar")).to_have_count(1)
    expect(row(page, "profile").locator(".number")).to_have_text("not asked for")
    expect(row(page, "profile").locator(".track")).to_be_empty()

    page.goto("/cart")
    panel = page.locator("#developer")
    panel.locator("summary").click()
    expect(panel.locator("table")).to_be_visible()
    sandbox.faults.add(Fault("status", "cartCreate", times=None, status=500))
    fail_checkout(page)
    expect(panel).to_contain_text("No checkout was opened.", use_inner_text=True)
    expect(fact(page, "code")).to_have_text(re.compile(r"^[a-z-]+$"))
    expect(fact(page, "status")).to_have_text("502")
    expect(fact(page, "browser")).to_have_text(MILLISECONDS)
    expect(fact(page, "level")).to_be_hidden()
    expect(row(page, "request").locator(".number")).to_have_text(MILLISECONDS)
    expect(row(page, "request").locator(".bar")).to_have_count(1)
    for call in CALLS:
        expect(row(page, call)).to_be_hidden()

    page.reload()
    expect(fact(page, "status")).to_have_text("502")
    page.route("**/zonos/cart-info", lambda route: route.abort())
    fail_checkout(page)
    expect(fact(page, "code")).to_have_text("network")
    expect(fact(page, "status")).to_be_hidden()

    page.unroute_all()
    sandbox.faults.lift()
    page.reload()
    open_checkout(page)
    expect(fact(page, "level")).to_have_text("guest")
    expect(panel).not_to_contain_text("No checkout was opened.", use_inner_text=True)


def test_trouble_that_the_sale_survives_is_told_beside_the_checkout(
    open_cart: OpenCart,
) -> None:
    page = open_cart()
    page.route("**/loadZonos.js", lambda route: route.abort())
    page.reload()
    page.locator("#developer summary").click()
    expect(fact(page, "trouble")).to_have_text("script-unavailable")
    expect(page.locator("#developer")).not_to_contain_text(
        "No checkout was opened.", use_inner_text=True
    )
