"""The checkout in a browser, from the click to the order."""

from __future__ import annotations

from typing import Any

import pytest
from flask import redirect
from playwright.sync_api import expect
from playwright.sync_api import Page

from .conftest import CART
from .conftest import PASSWORD
from .conftest import Shop
from .conftest import stop_the_clock
from .conftest import wait_until

pytestmark = pytest.mark.browser
BUTTON = "#place-order"
ORDER = "fake.settings.checkoutSettings.onOrderSuccess({zonosOrder: {id: 'order_1'}})"


def open_cart(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.url}/cart")
    wait_until(page, "seen.some(([name]) => name === 'ready')")


def errors(page: Page) -> Any:
    return page.evaluate("seen.filter(([name]) => name === 'error').map(e => e[1])")


def test_a_click_asks_once_and_opens_with_the_password(page: Page, shop: Shop) -> None:
    open_cart(page, shop)
    page.click(BUTTON)
    wait_until(page, "fake.opened.length")
    assert page.evaluate("fake.opened") == [
        {"cartId": "cart_1", "customerAuthenticationToken": PASSWORD}
    ]
    [(path, headers, body)] = shop.calls
    assert (path, body) == ("/zonos/cart-info", {})
    assert headers["x-zonos-identity"] == "1dea"
    assert headers["content-type"] == "application/json"
    assert "x-csrftoken" not in headers


@pytest.mark.parametrize(
    "answer", [{"cartId": "c"}, {"cartId": "c", "shippingData": {"customerZip": "1"}}]
)
def test_less_recognition_opens_with_less(
    page: Page, shop: Shop, answer: dict[str, Any]
) -> None:
    guest = {**CART, "customerProfileAuthenticate": None}
    shop.answer = lambda: {**guest, **answer}
    open_cart(page, shop)
    page.click(BUTTON)
    wait_until(page, "fake.opened.length")
    assert page.evaluate("fake.opened") == [answer]


def test_a_double_click_makes_one_request(page: Page, shop: Shop) -> None:
    open_cart(page, shop)
    page.dblclick(BUTTON)
    wait_until(page, "fake.opened.length")
    page.click(BUTTON)
    assert shop.paths() == ["/zonos/cart-info"]


def test_calls_at_once_share_one_request(page: Page, shop: Shop) -> None:
    open_cart(page, shop)
    create = "fake.settings.checkoutSettings.createCartId()"
    first, second = page.evaluate(f"Promise.all([{create}, {create}])")
    assert first == second
    assert len(shop.calls) == 1


def test_the_password_stays_out_of_page_storage_and_events(
    page: Page, shop: Shop
) -> None:
    shop.answer = lambda: (CART, {"Server-Timing": "cart;dur=80, total;dur=120.5"})
    open_cart(page, shop)
    page.click(BUTTON)
    wait_until(page, "fake.opened.length")
    kept = page.evaluate(
        "JSON.stringify([document.documentElement.outerHTML, seen, {...localStorage},"
        " {...sessionStorage}, document.cookie, location.href, history.state])"
    )
    assert "cart_1" in kept
    assert PASSWORD not in kept
    assert page.evaluate("seen.at(-1)") == [
        "cart",
        {
            "cartId": "cart_1",
            "recognition": {"level": "profile", "reason": None},
            "timing": {"cart": 80, "total": 120.5},
        },
    ]


def test_the_keyboard_works_and_each_state_is_announced(page: Page, shop: Shop) -> None:
    shop.gate.clear()
    page.clock.install()
    open_cart(page, shop)
    stop_the_clock(page)
    button, status = page.locator(BUTTON), page.get_by_role("status")
    expect(status).to_be_empty()
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("data-zonos-state", "asking")
    expect(button).to_have_attribute("aria-busy", "true")
    expect(status).to_have_text("Preparing your checkout…")
    page.keyboard.press("Enter")
    shop.gate.set()
    expect(status).to_have_text("Opening the checkout…")
    expect(button).to_have_attribute("data-zonos-state", "opening")
    expect(button).to_be_focused()
    page.clock.fast_forward(3_000)
    expect(button).to_have_attribute("data-zonos-state", "ready")
    expect(status).to_be_empty()
    assert len(shop.calls) == 1


@pytest.mark.parametrize(
    ("answer", "code", "status"),
    [
        (lambda: redirect("/cart"), "redirected", 0),
        (lambda: "<h1>Sign in</h1>", "bad-answer", 200),
        (lambda: ("<h1>Oops</h1>", 500), "bad-answer", 500),
        (lambda: {"cartId": ""}, "bad-answer", 200),
        (lambda: ({"code": "timeout"}, 504), "timeout", 504),
    ],
)
def test_any_other_answer_is_a_failure_with_a_way_out(
    page: Page, shop: Shop, answer: Any, code: str, status: int
) -> None:
    shop.answer = answer
    open_cart(page, shop)
    page.click(BUTTON)
    message = "We couldn’t open the checkout. Please try again."
    expect(page.get_by_role("alert")).to_have_text(message)
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "failed")
    wait_until(page, "fake.rejected.length")
    assert errors(page) == [{"code": code, "status": status, "message": message}]
    assert page.evaluate("fake.opened") == []
    page.get_by_role("button", name="Use this shop’s own checkout").click()
    expect(page.get_by_role("heading")).to_have_text("Own checkout")


def test_what_a_developer_has_to_mend_is_on_the_page_and_in_the_console(
    page: Page, shop: Shop
) -> None:
    field = 'items[0].amount: must be a decimal.Decimal: write Decimal("24.90")'
    shop.answer = lambda: ({"code": "invalid-cart", "field": field}, 500)
    console: list[str] = []
    page.on("console", lambda line: console.append(line.text))
    open_cart(page, shop)
    page.click(BUTTON)
    expect(page.get_by_role("alert")).to_have_text(field)
    assert field in console

    # What costs no more than the profile opens the checkout all the same.
    shop.answer = lambda: {**CART, "field": "@zonos.customer_loader: LookupError"}
    page.click(BUTTON)
    wait_until(page, "fake.opened.length")
    assert "@zonos.customer_loader: LookupError" in console


def test_trying_again_after_a_failure_works(page: Page, shop: Shop) -> None:
    shop.answer = lambda: ({"code": "busy"}, 503)
    open_cart(page, shop)
    page.click(BUTTON)
    expect(page.get_by_role("alert")).not_to_be_empty()
    shop.answer = lambda: CART
    page.click(BUTTON)
    wait_until(page, "fake.opened.length")
    expect(page.get_by_role("alert")).to_be_empty()


def test_a_failure_gives_back_a_button_that_zonoss_script_disabled(
    page: Page, shop: Shop
) -> None:
    shop.gate.clear()
    shop.answer = lambda: ({"code": "busy"}, 503)
    open_cart(page, shop)
    button = page.locator(BUTTON)
    button.click()
    expect(button).to_have_attribute("data-zonos-state", "asking")
    button.evaluate("button => { button.disabled = true }")
    shop.gate.set()
    expect(button).to_have_attribute("data-zonos-state", "failed")
    expect(button).to_be_enabled()


def test_a_dead_network_is_said_in_danish(page: Page, shop: Shop) -> None:
    shop.lang = "da-DK"
    page.route("**/cart-info", lambda route: route.abort())
    open_cart(page, shop)
    page.click(BUTTON)
    expect(page.get_by_role("alert")).to_contain_text("få fat i butikken")
    assert [error["code"] for error in errors(page)] == ["network"]


def test_the_shops_own_words_win(page: Page, shop: Shop) -> None:
    shop.settings = {"language": "da", "messages": {"failed": "Ring til os."}}
    shop.answer = lambda: ({}, 500)
    open_cart(page, shop)
    page.click(BUTTON)
    expect(page.get_by_role("alert")).to_have_text("Ring til os.")


def test_another_login_reloads_once_then_says_so(page: Page, shop: Shop) -> None:
    shop.answer = lambda: ({"code": "identity-changed"}, 409)
    open_cart(page, shop)
    with page.expect_navigation():
        page.click(BUTTON)
    wait_until(page, "seen.some(([name]) => name === 'ready')")
    page.click(BUTTON)
    expect(page.get_by_role("alert")).to_contain_text("signed in or out")
    shop.answer = lambda: CART
    page.click(BUTTON)
    wait_until(page, "fake.opened.length")


def test_the_end_of_anothers_click_leaves_the_asking_of_this_one(
    page: Page, shop: Shop
) -> None:
    shop.gate.clear()
    open_cart(page, shop)
    page.click(BUTTON)
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "asking")
    page.evaluate(
        """() => {
          const block = document.getElementById("zonos-settings");
          block.textContent = block.textContent.replace("1dea", "07he5");
          fake.settings.checkoutSettings.createCartId();
        }"""
    )
    wait_until(page, "seen.some(([, detail]) => detail?.code === 'page-changed')")
    assert page.get_attribute(BUTTON, "data-zonos-state") == "asking"
    shop.gate.set()
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "opening")


def test_coming_back_gives_a_button_that_works(page: Page, shop: Shop) -> None:
    open_cart(page, shop)
    page.click(BUTTON)
    wait_until(page, "fake.opened.length")
    page.evaluate(
        "document.querySelector('#place-order').disabled = true;"
        "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    )
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "ready")
    expect(page.get_by_role("status")).to_be_empty()
    page.click(BUTTON)
    wait_until(page, "fake.opened.length === 2")
    assert len(shop.calls) == 2


@pytest.mark.parametrize("where", ["settings", "meta", "field"])
def test_the_csrf_token_and_request_data_are_sent(
    page: Page, shop: Shop, where: str
) -> None:
    if where == "meta":
        shop.meta_token = "t0ken"
    elif where == "field":
        shop.field_token = "t0ken"
    else:
        shop.settings = {"csrfToken": "t0ken"}
    page.add_init_script(
        "document.addEventListener('zonos:configure', ({detail}) => {"
        "detail.requestData = () => ({note: 'gift'})})"
    )
    open_cart(page, shop)
    page.click(BUTTON)
    wait_until(page, "fake.opened.length")
    [(_, headers, body)] = shop.calls
    assert headers["x-csrftoken"] == "t0ken"
    assert body == {"note": "gift"}


def test_an_order_is_hinted_then_told_and_the_shops_callbacks_run(
    page: Page, shop: Shop
) -> None:
    page.add_init_script(
        "window.own = [];"
        "document.addEventListener('zonos:configure', ({detail}) => {"
        "const theirs = detail.settings.checkoutSettings;"
        "theirs.onOrderSuccess = () => own.push('order');"
        "theirs.onClose = () => { own.push('close'); throw new Error('theirs'); }})"
    )
    open_cart(page, shop)
    page.evaluate(ORDER)
    page.evaluate("fake.settings.checkoutSettings.onClose()")
    assert page.evaluate("own") == ["order", "close"]
    assert page.evaluate("seen.at(-1)") == ["order", {"orderId": "order_1"}]
    assert [(path, body) for path, _, body in shop.calls] == [
        ("/zonos/order-hint", {"orderId": "order_1"})
    ]


def test_a_hint_is_sent_so_that_it_outlives_the_page(page: Page, shop: Shop) -> None:
    page.add_init_script(
        "window.alive = []; const real = fetch;"
        "window.fetch = (url, options) => {"
        "alive.push([url, options.keepalive]); return real(url, options); }"
    )
    open_cart(page, shop)
    page.evaluate(ORDER)
    assert page.evaluate("alive") == [["/zonos/order-hint", True]]


def test_a_failed_hint_does_not_hide_the_order(page: Page, shop: Shop) -> None:
    shop.hint = lambda: ("<h1>Oops</h1>", 500)
    open_cart(page, shop)
    page.evaluate(ORDER)
    assert [error["code"] for error in errors(page)] == ["order-hint-failed"]
    assert page.evaluate("seen.at(-1)[0]") == "order"


@pytest.mark.parametrize("argument", ["[{sku: 'a'}]", "{items: [{sku: 'a'}]}"])
def test_the_inventory_check_stops_an_order(
    page: Page, shop: Shop, argument: str
) -> None:
    shop.settings = {"inventoryCheckUrl": "/zonos/inventory-check"}
    shop.inventory = lambda: {"message": "Sold out"}
    open_cart(page, shop)
    check = f"fake.settings.checkoutSettings.onInventoryCheck({argument})"
    assert page.evaluate(check) == "Sold out"
    assert shop.calls[0][2] == {"items": [{"sku": "a"}]}


def test_a_broken_inventory_check_stops_nothing(page: Page, shop: Shop) -> None:
    shop.settings = {"inventoryCheckUrl": "/zonos/inventory-check"}
    shop.inventory = lambda: ("Oops", 500)
    open_cart(page, shop)
    check = "fake.settings.checkoutSettings.onInventoryCheck([])"
    assert page.evaluate(check) is None
    assert [error["code"] for error in errors(page)] == ["inventory-unavailable"]
