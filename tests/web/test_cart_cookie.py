"""The carts that a browser made, and access to their orders."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

import pytest
from flask import request
from flask.testing import FlaskClient
from flask_login import LoginManager

from ..support.fixtures import MakeShop
from ..support.samples import cart
from ..support.samples import item
from ..support.samples import profile
from ..support.shops import Shop
from ..support.shops import User

NAME = "zonos_carts"


@dataclass(frozen=True)
class Order:
    """A row of the shop's own."""

    customer_id: str | None
    cart_id: str | None


@pytest.fixture
def shop(make_a_shop: MakeShop) -> Shop:
    return asking(make_a_shop())


def asking(shop: Shop) -> Shop:
    """The shop with a page that says what it may show."""
    shop.load_cart = lambda request_data: cart(item(sku=request_data.get("sku", "mug")))

    @shop.app.get("/ask")
    def ask() -> dict[str, bool]:
        order = Order(request.args.get("customer"), request.args.get("cart"))
        return {
            "made": shop.zonos.made_cart(order.cart_id or ""),
            "show": shop.zonos.may_show(order),
        }

    return shop


def click(browser: FlaskClient, sku: str = "mug") -> str:
    answer: Any = browser.post("/zonos/cart-info", json={"sku": sku}).json
    cart_id: str = answer["cartId"]
    return cart_id


def made(browser: FlaskClient, cart_id: str) -> bool:
    answer = browser.get("/ask", query_string={"cart": cart_id})
    assert "Cookie" in answer.headers["Vary"]
    told: Any = answer.json
    assert told["made"] is told["show"]
    return bool(told["made"])


def shows(browser: FlaskClient, **order: str) -> bool:
    told: Any = browser.get("/ask", query_string=order).json
    return bool(told["show"])


def test_the_cookie_is_out_of_a_scripts_reach_and_lasts_a_day(
    make_a_shop: MakeShop,
) -> None:
    answer = make_a_shop().browser().post("/zonos/cart-info")
    sent = SimpleCookie(answer.headers["Set-Cookie"])[NAME]

    assert sent["httponly"]
    assert sent["samesite"] == "Lax"
    assert sent["path"] == "/"
    assert sent["max-age"] == "86400"
    assert not sent["secure"]
    safe = make_a_shop(ZONOS_CART_COOKIE="ours", SESSION_COOKIE_SECURE=True).browser()
    answer = safe.post("/zonos/cart-info")
    assert SimpleCookie(answer.headers["Set-Cookie"])["ours"]["secure"]


def test_a_browser_made_its_ten_newest_carts_and_no_other(shop: Shop) -> None:
    browser, other = shop.browser(), shop.browser()
    carts = [click(browser, f"mug-{number}") for number in range(12)]

    assert [made(browser, cart_id) for cart_id in carts] == [False] * 2 + [True] * 10
    assert not made(browser, "cart_of_nobody")
    assert not any(made(other, cart_id) for cart_id in carts)


def test_long_ids_push_out_older_ones_before_a_browser_drops_the_cookie(
    shop: Shop,
) -> None:
    browser = shop.browser()
    carts = [click(browser, secrets.token_urlsafe(450)) for _ in range(9)]

    cookie = browser.get_cookie(NAME)
    assert cookie is not None
    assert len(cookie.value) < 4000
    assert made(browser, carts[-1])
    assert not made(browser, carts[0])


@pytest.mark.parametrize(
    ("before", "after"),
    [("a", None), ("a", "b"), (None, "a"), (None, None), ("a", "a")],
)
@pytest.mark.parametrize("has_profile", [True, False])
def test_a_cart_is_told_to_the_identity_that_made_it_alone(
    shop: Shop, before: str | None, after: str | None, has_profile: bool
) -> None:
    if not has_profile:
        shop.load_customer = lambda user: None
    browser = shop.browser(before)
    cart_id = click(browser)
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
    cart_id = click(browser)

    browser.post("/sign-in/a~2")
    assert made(browser, cart_id)
    browser.post("/sign-in/b~2")
    assert not made(browser, cart_id)


def test_a_cart_of_a_token_is_told_to_who_has_the_token(shop: Shop) -> None:
    manager: LoginManager = shop.app.login_manager  # type: ignore[attr-defined]
    manager.request_loader(
        lambda request: User(token) if (token := request.args.get("token")) else None
    )
    browser = shop.browser()
    for has_profile in (True, False):
        if not has_profile:
            shop.load_customer = lambda user: None
        click_of_token: Any = browser.post(f"/zonos/cart-info?token=a{has_profile}")
        query = {"cart": click_of_token.json["cartId"], "token": f"a{has_profile}"}

        # Without a customer id there is nothing that names this user for good.
        assert shows(browser, **query) is has_profile
        assert not shows(browser, **query | {"token": "b"})
        assert not shows(browser, cart=query["cart"])


def test_an_order_that_names_a_customer_is_shown_to_that_customer_alone(
    shop: Shop,
) -> None:
    shop.load_customer = lambda user: profile(customer_id=f"customer-{user.id}")
    owner, other, guest = shop.browser("a"), shop.browser("b"), shop.browser()
    order = {"customer": "customer-a", "cart": click(guest)}

    assert shows(owner, **order)
    assert not shows(other, **order)
    # Not to who made its cart, either.
    assert not shows(guest, **order)
    assert not shows(owner, customer="", cart="")


@pytest.mark.parametrize("trouble", [None, ZeroDivisionError])
def test_an_order_is_hidden_where_the_loader_gives_no_customer(
    shop: Shop, trouble: type[Exception] | None
) -> None:
    def load(user: Any) -> None:
        if trouble is not None:
            raise trouble

    shop.load_customer = load
    browser = shop.browser("a")

    assert not shows(browser, customer="a")
    assert not shows(browser)


def test_an_order_that_names_several_customers_is_nobodys(shop: Shop) -> None:
    @shop.app.get("/contradictory")
    def contradictory() -> dict[str, bool]:
        order = type("Row", (), {"is_contradictory": True})()
        order.customer_id, order.cart_id = None, "cart_of_mug"
        return {"show": shop.zonos.may_show(order)}

    browser = shop.browser()
    assert made(browser, click(browser))
    told: Any = browser.get("/contradictory").json
    assert told == {"show": False}


def test_a_cart_is_forgotten_after_a_day(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = shop.browser()
    cart_id = click(browser)
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 24 * 60 * 60 + 1)

    # Also where the browser kept the cookie.
    assert not made(shop_browser_with(shop, browser), cart_id)


@pytest.mark.parametrize(
    "change",
    [
        # The last character holds four bits of the signature and two of nothing.
        lambda v: v[:-2] + ("B" if v[-2] == "A" else "A") + v[-1],
        lambda v: "x",
        lambda v: "",
    ],
    ids=["one character", "another value", "no value"],
)
def test_a_cookie_that_was_tampered_with_tells_nothing(shop: Shop, change: Any) -> None:
    browser = shop.browser()
    cart_id = click(browser)
    cookie = browser.get_cookie(NAME)
    assert cookie is not None

    browser.set_cookie(NAME, change(cookie.value))

    assert not made(browser, cart_id)
    assert made(browser, click(browser))


def test_a_cookie_outlasts_a_change_of_the_secret_key(make_a_shop: MakeShop) -> None:
    earlier = asking(make_a_shop(SECRET_KEY="earlier"))
    browser = earlier.browser()
    cart_id = click(browser)
    rotated = make_a_shop(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["earlier"])
    given_up = make_a_shop(SECRET_KEY="new")

    assert made(shop_browser_with(asking(rotated), browser), cart_id)
    assert not made(shop_browser_with(asking(given_up), browser), cart_id)


def shop_browser_with(shop: Shop, browser: FlaskClient) -> FlaskClient:
    """A browser of this shop with the carts of another."""
    cookie = browser.get_cookie(NAME)
    assert cookie is not None
    other = shop.browser()
    other.set_cookie(NAME, cookie.value)
    return other
