"""The basket's greeting is true, in both languages."""

from __future__ import annotations

from playwright.sync_api import expect

from flask_zonos.sandbox import Fault
from flask_zonos.sandbox import Sandbox
from tests.demo_app.conftest import DELIVERY
from tests.demo_app.conftest import FREJA
from tests.demo_app.conftest import OpenCart
from tests.demo_app.conftest import Shopper
from tests.demo_app.conftest import TESTER
from tests.demo_app.test_browser import open_checkout

AUTHENTICATE = "checkoutCustomerProfileAuthenticate"
#: In English and in Danish.
HELLO = ("Hello, {}.", "Hej {}.")
BACK = ("Welcome back, {}.", "Velkommen tilbage, {}.")
NEW = (
    "The checkout does not know you yet. It will remember your address",
    "Ved betalingen er du ny: din adresse bliver husket",
)
BOOK = (
    "The checkout is given your address book",
    "Din adressebog er klar ved betalingen",
)
KNOWN = ("The checkout knows you from before", "Ved betalingen er du kendt fra før")


def assert_welcome(
    shopper: Shopper, name: str, greeting: tuple[str, str], promise: tuple[str, str]
) -> None:
    """The basket greets a shopper so before a checkout, in both languages."""
    for number, language in enumerate(("en", "da")):
        shopper.post("/language", language=language)
        page = shopper.get("/cart").text
        said = page.split('<p class="welcome"')[1].split("<span data-rec")[0]
        assert greeting[number].format(name) in said
        assert promise[number] in said
    shopper.post("/language", language="en")


def test_a_new_account_is_welcomed_back_after_an_order_under_its_name(
    shopper: Shopper, sandbox: Sandbox
) -> None:
    shopper.register()
    shopper.add()
    assert_welcome(shopper, "Ada Larsen", HELLO, NEW)
    shopper.cart_info()  # a checkout that was opened and closed again changes nothing
    assert_welcome(shopper, "Ada Larsen", HELLO, NEW)

    sandbox.faults.add(Fault("status", AUTHENTICATE, times=None))
    info = shopper.cart_info()
    assert info["recognition"]["level"] == "guest"
    shopper.hint(shopper.pay(info))
    shopper.add()
    assert_welcome(shopper, "Ada Larsen", HELLO, NEW)

    sandbox.faults.lift()
    shopper.order()
    shopper.add()
    assert_welcome(shopper, "Ada Larsen", BACK, KNOWN)


def test_an_order_of_the_shops_own_checkout_says_nothing_of_zonos(
    shopper: Shopper,
) -> None:
    shopper.sign_in(TESTER)
    shopper.add()
    shopper.order()
    shopper.sign_out()
    shopper.sign_in(FREJA)  # whom somebody else's order does not welcome back
    shopper.add()
    assert_welcome(shopper, "Freja Nakamura", HELLO, BOOK)
    assert "/orders/" in shopper.post("/checkout", **DELIVERY).location
    shopper.add()
    assert_welcome(shopper, "Freja Nakamura", BACK, BOOK)


def test_the_basket_tells_how_the_last_checkout_knew_the_shopper(
    open_cart: OpenCart, sandbox: Sandbox
) -> None:
    page = open_cart(TESTER)
    said = page.locator(".welcome")
    expect(said).to_contain_text(BOOK[0], use_inner_text=True)
    expect(said).not_to_contain_text("in your name", use_inner_text=True)
    open_checkout(page)
    expect(said).to_contain_text(BOOK[0], use_inner_text=True)
    expect(said).to_contain_text("opened in your name", use_inner_text=True)

    sandbox.faults.add(Fault("status", AUTHENTICATE, times=None))
    page.reload()
    open_checkout(page)
    expect(said).to_contain_text("was filled in from here", use_inner_text=True)
    expect(said).not_to_contain_text(BOOK[0], use_inner_text=True)
    expect(said).not_to_contain_text("in your name", use_inner_text=True)

    page.goto("/account")
    remove = page.get_by_role("button", name="Remove")
    for left in (1, 0):
        remove.first.click()
        expect(remove).to_have_count(left)
    page.goto("/cart")
    expect(said).to_contain_text(NEW[0], use_inner_text=True)
    open_checkout(page)
    expect(said).to_contain_text("so it asks for your address", use_inner_text=True)
    expect(said).not_to_contain_text(NEW[0], use_inner_text=True)
