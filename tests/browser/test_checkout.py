"""The checkout in a browser, from the click to the order."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from flask import redirect
from playwright.sync_api import expect
from playwright.sync_api import Page

from ..support.browser import stop_the_clock
from ..support.browser import wait_until
from .conftest import BUSY
from .conftest import BUTTON
from .conftest import CART
from .conftest import codes
from .conftest import errors
from .conftest import expect_own_checkout
from .conftest import expect_state
from .conftest import open_cart
from .conftest import OPENED
from .conftest import PASSWORD
from .conftest import Shop

SETTINGS = "fake.settings.checkoutSettings"
ORDER = f"{SETTINGS}.onOrderSuccess({{zonosOrder: {{id: 'order_1'}}}}, 'more')"
STOCK = {"inventoryCheckUrl": "/zonos/inventory-check"}


def test_a_click_asks_once_and_opens_with_the_password_alone(
    tab: Page, shop: Shop
) -> None:
    shop.answer = lambda: (CART, {"Server-Timing": "cart;dur=80, total;dur=120.5"})
    open_cart(tab, shop)
    tab.dblclick(BUTTON)
    wait_until(tab, OPENED)
    tab.click(BUTTON)
    given = {"cartId": "cart_1", "customerAuthenticationToken": PASSWORD}
    assert tab.evaluate("fake.opened") == [given]
    [(path, headers, body)] = shop.calls
    assert (path, body) == ("/zonos/cart-info", {})
    assert headers["x-zonos-identity"] == "1dea"
    assert headers["content-type"] == "application/json"
    assert "x-csrftoken" not in headers
    kept = tab.evaluate(
        "JSON.stringify([document.documentElement.outerHTML, seen, {...localStorage},"
        " {...sessionStorage}, document.cookie, location.href, history.state])"
    )
    assert "cart_1" in kept
    assert PASSWORD not in kept
    told = {
        "cartId": "cart_1",
        "recognition": {"level": "profile", "reason": None},
        "timing": {"cart": 80, "total": 120.5},
    }
    assert tab.evaluate("seen.at(-1)") == ["cart", told]


@pytest.mark.parametrize(
    "answer", [{"cartId": "c"}, {"cartId": "c", "shippingData": {"customerZip": "1"}}]
)
def test_less_recognition_opens_with_less(
    tab: Page, shop: Shop, answer: dict[str, Any]
) -> None:
    guest = {**CART, "customerProfileAuthenticate": None}
    shop.answer = lambda: {**guest, **answer}
    open_cart(tab, shop)
    first, second = tab.evaluate(f"Promise.all([0, 0].map({SETTINGS}.createCartId))")
    assert first == second == answer
    assert len(shop.calls) == 1  # calls at once share it


@pytest.mark.parametrize(
    ("answer", "code", "status"),
    [
        (lambda: redirect("/cart"), "redirected", 0),
        (lambda: "<h1>Sign in</h1>", "bad-answer", 200),
        (lambda: {"cartId": ""}, "bad-answer", 200),
        (lambda: ({"code": "timeout"}, 504), "timeout", 504),
    ],
)
def test_any_other_answer_is_a_failure_with_a_way_out(
    tab: Page, shop: Shop, answer: Any, code: str, status: int
) -> None:
    shop.answer = answer
    open_cart(tab, shop)
    tab.click(BUTTON)
    message = "We couldn’t open the checkout. Please try again."
    expect(tab.get_by_role("alert")).to_have_text(message)
    expect_state(tab, "failed")
    wait_until(tab, "fake.rejected.length")
    assert errors(tab) == [{"code": code, "status": status, "message": message}]
    assert tab.evaluate("fake.opened") == []
    tab.get_by_role("button", name="Use this shop’s own checkout").click()
    expect_own_checkout(tab)


def test_a_failure_gives_back_a_button_that_zonoss_script_disabled(
    tab: Page, shop: Shop
) -> None:
    shop.gate.clear()
    shop.answer = lambda: BUSY
    open_cart(tab, shop)
    button = tab.locator(BUTTON)
    button.click()
    expect_state(tab, "asking")
    button.evaluate("button => { button.disabled = true }")
    shop.gate.set()
    expect_state(tab, "failed")
    assert button.is_enabled()  # not only after the five seconds of Zonos's script
    shop.answer = lambda: CART
    button.click()
    wait_until(tab, OPENED)
    expect(tab.get_by_role("alert")).to_be_empty()


@pytest.mark.parametrize("where", ["settings", "meta", "field"])
def test_the_csrf_token_and_request_data_are_sent(
    tab: Page, shop: Shop, where: str
) -> None:
    if where == "settings":
        shop.settings = {"csrfToken": "t0ken"}
    elif where == "meta":
        shop.head = '<meta name="csrf-token" content="t0ken">'
    else:
        shop.button += '<input type="hidden" name="csrf_token" value="t0ken">'
    shop.configure("detail.requestData = () => ({note: 'gift'})")
    open_cart(tab, shop)
    tab.click(BUTTON)
    wait_until(tab, OPENED)
    [(_, headers, body)] = shop.calls
    assert (headers["x-csrftoken"], body) == ("t0ken", {"note": "gift"})


def test_an_order_is_hinted_then_told_even_if_hint_and_callback_fail(
    tab: Page, shop: Shop
) -> None:
    shop.configure("theirs.onClose = () => { throw new Error('theirs'); }")
    # A hint is sent so that it outlives the page.
    shop.js += """; window.sent = []; const real = fetch;
    window.fetch = (url, options) => {
      sent.push(`${url} ${options.keepalive}`); return real(url, options); }"""
    open_cart(tab, shop)
    tab.evaluate(f"{SETTINGS}.onClose()")
    tab.evaluate(ORDER)
    assert tab.evaluate("sent") == ["/zonos/order-hint true"]
    assert tab.evaluate("seen.at(-1)") == ["order", {"orderId": "order_1"}]
    [(path, _, body)] = shop.calls
    assert (path, body) == ("/zonos/order-hint", {"orderId": "order_1"})
    shop.hint = lambda: ("<h1>Oops</h1>", 500)
    tab.evaluate(ORDER)
    assert codes(tab) == ["order-hint-failed"]
    assert tab.evaluate("seen.at(-1)[0]") == "order"


def test_the_inventory_check_stops_an_order_unless_it_breaks(
    tab: Page, shop: Shop
) -> None:
    shop.settings = STOCK
    shop.inventory = lambda: {"message": "Sold out"}
    shop.configure("theirs.onInventoryCheck = (...given) => JSON.stringify(given)")
    open_cart(tab, shop)
    asked = {"sku": "a", "productId": "b", "quantity": 2, "name": "c"}
    item = {**asked, "amount": 3, "imageUrl": "d"}
    check = f"given => {SETTINGS}.onInventoryCheck(given, 'help')"
    for given in ([item], {"items": [item]}):
        assert tab.evaluate(check, given) == "Sold out"
        # Whole items can be more than the shop's route takes.
        assert shop.calls[-1][2] == {"items": [asked]}
    shop.inventory = lambda: ("Oops", 500)
    assert json.loads(tab.evaluate(check, given)) == [given, "help"]
    assert codes(tab) == ["inventory-unavailable"]


def test_an_answer_is_waited_for_beyond_the_servers_own_deadline_and_then_given_up(
    page: Page, shop: Shop
) -> None:
    shop.configure("detail.requestData = () => window.held ?? {}")
    shop.gate.clear()
    page.clock.install()
    open_cart(page, shop)
    stop_the_clock(page)
    with page.expect_request("**/cart-info"):
        page.click(BUTTON)
    page.clock.fast_forward(10_500)
    shop.gate.set()
    wait_until(page, OPENED)
    assert errors(page) == []
    page.evaluate(f"{SETTINGS}.onClose()")
    shop.gate.clear()
    for _ in range(2):
        page.click(BUTTON)
        expect_state(page, "asking")
        page.clock.fast_forward(16_000)
        expect_state(page, "failed")
        # The second time what is sent with the request never comes either.
        page.evaluate("void (window.held = new Promise(() => {}))")
    assert codes(page) == ["timeout"] * 2


def test_neither_stock_nor_hint_without_an_answer_holds_an_order_up(
    page: Page, shop: Shop
) -> None:
    released = threading.Event()
    shop.settings = STOCK
    shop.inventory = lambda: {"message": "Sold out" if released.wait(60) else None}
    shop.hint = lambda: ("", 202 if released.wait(60) else 500)
    page.clock.install()
    open_cart(page, shop)
    stop_the_clock(page)
    check = f"{SETTINGS}.onInventoryCheck([])"
    with page.expect_request("**/inventory-check"):
        page.evaluate(f"void {check}.then((said) => {{ window.said = [said] }})")
    page.clock.fast_forward(5_000)
    wait_until(page, "window.said")
    assert page.evaluate("said") == [None]
    assert codes(page) == ["inventory-unavailable"]
    with page.expect_request("**/order-hint"):
        page.evaluate(f"void {ORDER}")
    page.clock.fast_forward(4_000)
    wait_until(page, "seen.at(-1)[0] === 'order'")
    assert codes(page) == ["inventory-unavailable"]  # the hint has not failed
    released.set()
