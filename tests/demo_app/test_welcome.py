"""The basket's greeting is true, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext
from playwright.sync_api import expect

from flask_zonos.sandbox import Fault
from flask_zonos.sandbox import Sandbox
from tests.demo_app.conftest import FREJA
from tests.demo_app.conftest import Shopper
from tests.demo_app.conftest import TESTER
from tests.demo_app.test_browser import fill_basket
from tests.demo_app.test_browser import open_checkout
from tests.demo_app.test_browser import sign_in

AUTHENTICATE = "checkoutCustomerProfileAuthenticate"
DANISH_DELIVERY = {
    "email": FREJA,
    "name": "Freja Nakamura",
    "line1": "Strandgade 27B, 3. tv.",
    "postal_code": "1401",
    "locality": "København K",
    "country_code": "DK",
}
HELLO = {"en": "Hello, ", "da": "Hej "}
BACK = {"en": "Welcome back, ", "da": "Velkommen tilbage, "}
NEW = {
    "en": "The checkout does not know you yet. It will remember your address",
    "da": "Ved betalingen er du ny: din adresse bliver husket",
}
BOOK = {
    "en": "The checkout is given your address book",
    "da": "Din adressebog er klar ved betalingen",
}
KNOWN = {
    "en": "The checkout knows you from before",
    "da": "Ved betalingen er du kendt fra før",
}


def welcome(shopper: Shopper, language: str) -> str:
    """The sentences of the basket that a shopper sees before a checkout."""
    shopper.post("/language", language=language)
    page: str = shopper.get("/cart").text
    return " ".join(
        page.split('<p class="welcome"')[1].split("<span data-rec")[0].split()
    )


def register(shopper: Shopper) -> None:
    answer = shopper.post(
        "/register",
        first_name="Ada",
        last_name="Larsen",
        email="ada@example.com",
        password="long enough",
    )
    assert answer.status_code == 303


@pytest.mark.parametrize("language", ["en", "da"])
def test_a_new_account_is_promised_to_be_remembered_and_not_welcomed_back(
    shopper: Shopper, language: str
) -> None:
    register(shopper)
    shopper.add()
    said = welcome(shopper, language)
    assert f"{HELLO[language]}Ada Larsen." in said
    assert NEW[language] in said
    shopper.cart_info()  # a checkout that was opened and closed again changes nothing
    assert welcome(shopper, language) == said


@pytest.mark.parametrize("language", ["en", "da"])
def test_an_address_book_is_promised_before_the_first_order(
    shopper: Shopper, language: str
) -> None:
    shopper.sign_in()
    shopper.add()
    said = welcome(shopper, language)
    assert HELLO[language] in said
    assert BOOK[language] in said


@pytest.mark.parametrize("language", ["en", "da"])
def test_after_an_order_at_zonos_the_shopper_is_welcomed_back(
    shopper: Shopper, language: str
) -> None:
    register(shopper)
    shopper.add()
    shopper.order()
    shopper.add()
    said = welcome(shopper, language)
    assert f"{BACK[language]}Ada Larsen." in said
    assert KNOWN[language] in said


@pytest.mark.parametrize("language", ["en", "da"])
def test_an_order_of_the_shops_own_checkout_says_nothing_of_zonos(
    shopper: Shopper, language: str
) -> None:
    shopper.sign_in(FREJA)
    shopper.add()
    assert "/orders/" in shopper.post("/checkout", **DANISH_DELIVERY).location
    shopper.add()
    said = welcome(shopper, language)
    assert f"{BACK[language]}Freja Nakamura." in said
    assert BOOK[language] in said


def test_an_order_as_a_guest_leaves_the_account_as_new_as_it_was(
    shopper: Shopper, sandbox: Sandbox
) -> None:
    register(shopper)
    shopper.add()
    sandbox.faults.add(Fault("status", AUTHENTICATE, times=None))
    info = shopper.cart_info()
    assert info["recognition"]["level"] == "guest"
    shopper.hint(shopper.pay(info))
    shopper.add()
    assert NEW["en"] in welcome(shopper, "en")


def test_somebody_elses_order_welcomes_nobody(shopper: Shopper) -> None:
    shopper.sign_in(TESTER)
    shopper.add()
    shopper.order()
    shopper.sign_out()
    shopper.sign_in(FREJA)
    shopper.add()
    assert f"{HELLO['en']}Freja Nakamura." in welcome(shopper, "en")


@pytest.mark.browser
def test_the_basket_tells_how_the_last_checkout_knew_the_shopper(
    context: BrowserContext, sandbox: Sandbox
) -> None:
    page = context.new_page()
    sign_in(page, TESTER)
    fill_basket(page)
    said = page.locator(".welcome")
    expect(said).to_contain_text(BOOK["en"])
    expect(said).not_to_contain_text("in your name", use_inner_text=True)
    open_checkout(page)
    expect(said).to_contain_text(BOOK["en"], use_inner_text=True)
    expect(said).to_contain_text("opened in your name", use_inner_text=True)

    sandbox.faults.add(Fault("status", AUTHENTICATE, times=None))
    page.reload()
    open_checkout(page)
    expect(said).to_contain_text("was filled in from here", use_inner_text=True)
    expect(said).not_to_contain_text(BOOK["en"], use_inner_text=True)
    expect(said).not_to_contain_text("in your name", use_inner_text=True)

    page.goto("/account")
    remove = page.get_by_role("button", name="Remove")
    for left in (1, 0):
        remove.first.click()
        expect(remove).to_have_count(left)
    page.goto("/cart")
    expect(said).to_contain_text(NEW["en"], use_inner_text=True)
    open_checkout(page)
    expect(said).to_contain_text("so it asks for your address", use_inner_text=True)
    expect(said).not_to_contain_text(NEW["en"], use_inner_text=True)
