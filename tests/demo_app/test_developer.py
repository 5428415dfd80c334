"""The developer's panel tells what happened in the last checkout, be it good or bad."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext
from playwright.sync_api import expect
from playwright.sync_api import Locator
from playwright.sync_api import Page

from flask_zonos.sandbox import Fault
from flask_zonos.sandbox import Sandbox
from tests.demo_app.conftest import TESTER
from tests.demo_app.test_browser import fill_basket
from tests.demo_app.test_browser import open_checkout
from tests.demo_app.test_browser import pay
from tests.demo_app.test_browser import sign_in
from tests.demo_app.test_welcome import AUTHENTICATE

pytestmark = pytest.mark.browser
CART = "cartCreate"


@pytest.fixture
def page(app: Flask, context: BrowserContext) -> Page:
    app.config["SHOP_DEVELOPER_PANEL"] = True
    return context.new_page()


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
    app: Flask, page: Page
) -> None:
    sign_in(page)
    fill_basket(page)
    panel = page.locator("#developer")
    expect(panel.locator("summary")).to_be_visible()
    expect(panel.locator(".developer-body")).to_be_hidden()
    pay(page, open_checkout(page))
    panel.locator("summary").click()
    expect(fact(page, "level")).to_have_text("profile")
    expect(fact(page, "reason")).to_have_text("–")
    expect(fact(page, "browser")).to_have_text(re.compile(r"^[\d,]+ ms$"))
    expect(fact(page, "code")).to_be_hidden()
    took = {}
    for call in ("cart", "profile", "total"):
        cell = row(page, call).locator(".number")
        expect(cell).to_have_text(re.compile(r"^[\d.,]+ ms$"))
        took[call] = float(cell.inner_text().removesuffix(" ms").replace(",", ""))
        bar = row(page, call).locator(".bar")
        expect(bar).to_have_count(1)
        assert abs(edges(bar)[0]) < 0.01
    lengths = {call: edges(row(page, call).locator(".bar"))[1] for call in took}
    for call in took:
        assert abs(lengths[call] / lengths["total"] - took[call] / took["total"]) < 0.05
    # What waited for the profile is drawn from where the cart was ready.
    grace = edges(row(page, "profile").locator(".grace"))
    assert abs(grace[0] - lengths["cart"]) < 0.02
    ticks = panel.locator(".ticks span").all_inner_texts()
    assert ticks[0] == "0"
    assert len(ticks) >= 2
    assert float(ticks[-1].replace(",", "")) >= took["total"]
    expect(panel).to_contain_text("waits at most 1\N{NO-BREAK SPACE}s for its profile")
    expect(panel).to_contain_text("Both together have 10\N{NO-BREAK SPACE}s")
    expect(page.get_by_role("table", name=re.compile("Milliseconds"))).to_be_visible()

    kept = page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    assert "cart_" not in kept
    assert "Password" not in kept
    assert TESTER not in kept
    app.config["SHOP_DEVELOPER_PANEL"] = False
    page.reload()
    expect(page.locator("#developer")).to_have_count(0)


def test_a_guest_has_one_call_and_no_wait(page: Page) -> None:
    fill_basket(page)
    open_checkout(page)
    expect(fact(page, "level")).to_have_text("guest")
    expect(fact(page, "reason")).to_have_text("anonymous")
    expect(row(page, "cart").locator(".bar")).to_have_count(1)
    expect(row(page, "profile").locator(".number")).to_have_text("not asked for")
    expect(row(page, "profile").locator(".track")).to_be_empty()


def test_a_profile_that_never_answered_has_no_end(
    app: Flask, page: Page, sandbox: Sandbox
) -> None:
    app.config["ZONOS_PROFILE_GRACE"] = 0.2
    sandbox.faults.add(Fault("no-answer", AUTHENTICATE, seconds=3))
    sign_in(page)
    fill_basket(page)
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
    page: Page, sandbox: Sandbox
) -> None:
    fill_basket(page)
    open_checkout(page)
    panel = page.locator("#developer")
    expect(fact(page, "level")).to_have_text("guest")
    page.goto("/cart")
    panel.locator("summary").click()
    expect(panel.locator("table")).to_be_visible()
    sandbox.faults.add(Fault("status", CART, times=None, status=500))
    fail_checkout(page)
    expect(panel).to_contain_text("No checkout was opened.", use_inner_text=True)
    expect(fact(page, "code")).to_have_text(re.compile(r"^[a-z-]+$"))
    expect(fact(page, "status")).to_have_text("502")
    expect(fact(page, "browser")).to_have_text(re.compile(r"^[\d,]+ ms$"))
    expect(fact(page, "level")).to_be_hidden()
    request = row(page, "request")
    expect(request.locator(".number")).to_have_text(re.compile(r"^[\d.,]+ ms$"))
    expect(request.locator(".bar")).to_have_count(1)
    for call in ("cart", "profile", "total"):
        expect(row(page, call)).to_be_hidden()
    page.reload()
    expect(fact(page, "status")).to_have_text("502")
    sandbox.faults.lift()
    open_checkout(page)
    expect(fact(page, "level")).to_have_text("guest")
    expect(panel).not_to_contain_text("No checkout was opened.", use_inner_text=True)


def test_without_a_connection_the_code_is_that_of_the_page(page: Page) -> None:
    fill_basket(page)
    page.route("**/zonos/cart-info", lambda route: route.abort())
    fail_checkout(page)
    page.locator("#developer summary").click()
    expect(fact(page, "code")).to_have_text("network")
    expect(fact(page, "status")).to_be_hidden()


def test_trouble_that_the_sale_survives_is_told_beside_the_checkout(
    page: Page,
) -> None:
    page.route("**/loadZonos.js", lambda route: route.abort())
    fill_basket(page)
    page.locator("#developer summary").click()
    expect(fact(page, "trouble")).to_have_text("script-unavailable")
    expect(page.locator("#developer")).not_to_contain_text(
        "No checkout was opened.", use_inner_text=True
    )
