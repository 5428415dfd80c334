"""The carts that a browser made, and access to their orders."""

from __future__ import annotations

import secrets
import time
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any

import pytest
from flask import request
from flask.testing import FlaskClient

from ..support.fixtures import MakeShop
from ..support.samples import profile
from ..support.shops import click
from ..support.shops import Shop
from ..support.shops import User

NAME = "zonos_carts"


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A shop with a page that tells which cart was made, and which order may show."""

    @shop.app.get("/ask")
    def ask() -> dict[str, bool]:
        order = SimpleNamespace(
            customer_id=request.args.get("customer"), cart_id=request.args.get("cart")
        )
        order.is_contradictory = "contradictory" in request.args
        return {
            "made": shop.zonos.made_cart(order.cart_id or ""),
            "show": shop.zonos.may_show(order),
        }

    return shop


def new_cart(browser: FlaskClient, sku: str = "mug") -> str:
    cart_id: str = click(browser, json={"sku": sku}).json["cartId"]
    return cart_id


def made(browser: FlaskClient, cart_id: str) -> bool:
    answer: Any = browser.get("/ask", query_string={"cart": cart_id})
    assert "Cookie" in answer.vary
    assert answer.json["made"] is answer.json["show"]
    return bool(answer.json["made"])


def shows(browser: FlaskClient, **order: str) -> bool:
    told: Any = browser.get("/ask", query_string=order).json
    return bool(told["show"])


def cookie_of(browser: FlaskClient) -> str:
    cookie = browser.get_cookie(NAME)
    assert cookie is not None
    return cookie.value


def test_the_cookie_is_out_of_a_scripts_reach_and_lasts_a_day(
    make_a_shop: MakeShop,
) -> None:
    answer = make_a_shop().click()
    sent = SimpleCookie(answer.headers["Set-Cookie"])[NAME]
    assert sent["httponly"] and not sent["secure"]
    assert (sent["samesite"], sent["path"], sent["max-age"]) == ("Lax", "/", "86400")
    safe = make_a_shop(ZONOS_CART_COOKIE="ours", SESSION_COOKIE_SECURE=True).click()
    assert SimpleCookie(safe.headers["Set-Cookie"])["ours"]["secure"]


def test_a_browser_made_its_ten_newest_carts_and_no_other(shop: Shop) -> None:
    browser, other = shop.browser(), shop.browser()
    carts = [new_cart(browser, f"mug-{number}") for number in range(12)]
    assert [made(browser, cart_id) for cart_id in carts] == [False] * 2 + [True] * 10
    assert not made(browser, "cart_of_nobody")
    assert not made(other, carts[-1])
    # A browser would drop a cookie of more than 4 KiB: long ids push out older ones.
    carts = [new_cart(browser, secrets.token_urlsafe(450)) for _ in range(9)]
    assert len(cookie_of(browser)) < 4000
    assert (made(browser, carts[0]), made(browser, carts[-1])) == (False, True)


@pytest.mark.parametrize(
    ("before", "after"),
    [("a", None), ("a", "b"), (None, "a"), (None, None), ("a", "a")],
    ids=str,
)
@pytest.mark.parametrize("has_profile", [True, False])
def test_a_cart_is_told_to_the_identity_that_made_it_alone(
    shop: Shop, before: str | None, after: str | None, has_profile: bool
) -> None:
    if not has_profile:
        shop.load_customer = lambda user: None
    browser = shop.browser(before)
    cart_id = new_cart(browser)
    assert made(browser, cart_id)

    browser.post("/sign-out")
    if after is not None:
        browser.post(f"/sign-in/{after}")

    assert made(browser, cart_id) is (before == after)


def test_a_new_sign_in_with_another_alternative_id_is_the_same_customer(
    shop: Shop,
) -> None:
    shop.load_customer = lambda user: profile(customer_id=user.id.partition("~")[0])
    browser = shop.browser("a~1")
    cart_id = new_cart(browser)

    browser.post("/sign-in/a~2")
    assert made(browser, cart_id)
    browser.post("/sign-in/b~2")
    assert not made(browser, cart_id)


@pytest.mark.parametrize("has_profile", [True, False])
def test_a_cart_of_a_token_is_told_to_who_has_the_token(
    shop: Shop, has_profile: bool
) -> None:
    shop.login_manager.request_loader(
        lambda request: User(token) if (token := request.args.get("token")) else None
    )
    if not has_profile:
        shop.load_customer = lambda user: None
    browser = shop.browser()
    cart_id = click(browser, query_string={"token": "a"}).json["cartId"]

    # Without a customer id there is nothing that names this user for good.
    assert shows(browser, cart=cart_id, token="a") is has_profile
    assert not shows(browser, cart=cart_id, token="b")
    assert not shows(browser, cart=cart_id)


def test_an_order_that_names_a_customer_is_shown_to_that_customer_alone(
    shop: Shop,
) -> None:
    shop.load_customer = lambda user: profile(customer_id=f"customer-{user.id}")
    owner, other, guest = shop.browser("a"), shop.browser("b"), shop.browser()
    cart_id = new_cart(guest)

    assert shows(owner, customer="customer-a", cart=cart_id)
    assert not shows(other, customer="customer-a", cart=cart_id)
    # Not to who made its cart, either; nor is an order of several customers.
    assert not shows(guest, customer="customer-a", cart=cart_id)
    assert not shows(guest, cart=cart_id, contradictory="yes")
    assert shows(guest, cart=cart_id)
    assert not shows(owner, customer="", cart="")


def test_a_cookie_that_was_tampered_with_or_kept_for_longer_than_a_day_tells_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = shop.browser()
    cart_id, kept = new_cart(browser), cookie_of(browser)
    # The last character holds four bits of the signature and two of nothing.
    *value, character, last = list(kept)
    changed = "".join([*value, "B" if character == "A" else "A", last])
    for cookie in (changed, "x", ""):
        browser.set_cookie(NAME, cookie)
        assert not made(browser, cart_id)
    browser.set_cookie(NAME, kept)
    assert made(browser, cart_id)
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 24 * 60 * 60 + 1)
    assert not made(browser, cart_id)
    assert made(browser, new_cart(browser))


def test_a_cookie_outlasts_a_change_of_the_secret_key(shop: Shop) -> None:
    browser = shop.browser()
    cart_id, earlier = new_cart(browser), shop.app.secret_key
    shop.app.config.update(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[earlier])
    assert made(browser, cart_id)
    shop.app.config.update(SECRET_KEY_FALLBACKS=[])
    assert not made(browser, cart_id)
