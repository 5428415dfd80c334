"""Two accounts in one browser: the one reload, and nobody gets the other's password."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask_wtf import CSRFProtect
from playwright.sync_api import expect
from playwright.sync_api import Page

from flask_zonos.sandbox import Sandbox

from ..support.flask_shop import FlaskShop
from ..support.session_kinds import remembered
from ..support.threads import assert_soon
from .conftest import BUTTON
from .conftest import CART_INFO
from .conftest import expect_state
from .conftest import in_another_tab
from .conftest import open_cart
from .conftest import open_checkout

MESSAGE = "You have signed in or out since you opened this page."
NO_STORAGE = """<script>Object.defineProperty(window, "sessionStorage", {
  get() { throw new DOMException("Access is denied.", "SecurityError"); },
});</script>"""


def expect_reload(page: Page, told: str = MESSAGE) -> None:
    with page.expect_navigation():
        page.click(BUTTON)
    expect_state(page, "ready")
    expect(page.get_by_role("status")).to_contain_text(told)


def expect_message(page: Page) -> None:
    """A reload would take the message away, and the mark that stands in the page."""
    page.evaluate("window.stayed = true")
    page.click(BUTTON)
    expect(page.get_by_role("alert")).to_contain_text(MESSAGE)
    expect(page.locator("[data-zonos-fallback]")).to_be_visible()
    assert page.evaluate("window.stayed")


def passwords_used(sandbox: Sandbox) -> list[str]:
    """For whom a checkout was opened with a password, in order."""
    rows = sandbox.state.store.all(
        "SELECT customer_id FROM one_time_password"
        " WHERE used_at IS NOT NULL ORDER BY used_at"
    )
    return [row["customer_id"] for row in rows]


def test_signing_in_or_out_in_another_tab_reloads_the_page_for_the_one_who_is_there(
    tab: Page, flask_shop: FlaskShop, sandbox: Sandbox
) -> None:
    open_cart(tab, flask_shop)
    for path, expected in (
        ("/sign-in/customer-7", "411-1033 Davie Street"),
        ("/sign-in/customer-8", "411-1033 Davie Street"),
        ("/sign-out", "First name"),
    ):
        in_another_tab(tab, flask_shop, path)
        expect_reload(tab)
        checkout = open_checkout(tab)
        expect(checkout.get_by_text(expected)).to_be_visible()
        checkout.get_by_role("button", name="Close checkout").click()
    assert flask_shop.answers(CART_INFO) == [409, 200] * 3
    assert passwords_used(sandbox) == ["customer-7", "customer-8"]


@pytest.mark.parametrize(
    ("first", "then", "level"),
    [("/about", "/sign-in/customer-7", "profile"),
     ("/sign-in/customer-7", "/sign-out", "guest")],
)  # fmt: skip
def test_a_click_that_ends_late_changes_no_login_of_the_other_tab(
    tab: Page, flask_shop: FlaskShop, tmp_path: Path, first: str, then: str, level: str
) -> None:
    remembered(flask_shop.app, tmp_path)
    tab.goto(f"{flask_shop.url}{first}?remember")
    open_cart(tab, flask_shop)
    flask_shop.gate.clear()
    with tab.expect_response(f"**{CART_INFO}") as answered:
        tab.click(BUTTON)
        assert_soon(lambda: flask_shop.carts)
        in_another_tab(tab, flask_shop, f"{then}?remember")
        flask_shop.gate.set()
    answered.value.finished()

    open_cart(tab, flask_shop)
    open_checkout(tab)
    cart = tab.evaluate("seen.find(([name]) => name === 'cart')[1]")
    assert cart["recognition"]["level"] == level


def test_a_shopper_who_reloaded_before_still_gets_the_one_reload_and_is_told_of_it_once(
    tab: Page, flask_shop: FlaskShop
) -> None:
    open_cart(tab, flask_shop)
    tab.reload()
    expect_state(tab, "ready")
    expect(tab.get_by_role("status")).to_be_empty()
    in_another_tab(tab, flask_shop, "/sign-in/customer-7")
    expect_reload(tab)
    expect(tab.get_by_role("alert")).to_be_empty()
    assert tab.evaluate("sessionStorage.length") == 0
    in_another_tab(tab, flask_shop, "/sign-in/customer-8")
    expect_message(tab)
    expect_message(tab)
    assert flask_shop.answers(CART_INFO) == [409, 409, 409]


def test_a_page_older_than_its_csrf_token_is_reloaded_once(
    tab: Page, flask_shop: FlaskShop
) -> None:
    CSRFProtect(flask_shop.app)
    flask_shop.app.config["WTF_CSRF_TIME_LIMIT"] = -1
    open_cart(tab, flask_shop)
    expect_reload(tab, told="This page has been open for too long.")
    tab.click(BUTTON)
    expect(tab.get_by_role("alert")).to_contain_text("open for too long")
    assert flask_shop.answers(CART_INFO) == [400, 400]
    flask_shop.app.config["WTF_CSRF_TIME_LIMIT"] = 3600
    open_checkout(tab)


def test_without_storage_it_reloads_once_too(tab: Page, flask_shop: FlaskShop) -> None:
    flask_shop.head = NO_STORAGE
    open_cart(tab, flask_shop)
    in_another_tab(tab, flask_shop, "/sign-in/customer-7")
    expect_reload(tab, told="")
    in_another_tab(tab, flask_shop, "/sign-in/customer-8")
    expect_message(tab)
    assert flask_shop.answers(CART_INFO) == [409, 409]
