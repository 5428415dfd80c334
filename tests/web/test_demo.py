"""GET /demo: the shop's own cart and shopper, tried out before its pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import abort

from flask_zonos import Cart

from ..support.fixtures import MakeShop
from ..support.samples import cart
from ..support.samples import item
from ..support.samples import profile
from ..support.upstream import Upstream


def test_it_is_not_there_unless_in_debug_or_switched_on(
    make_a_shop: MakeShop, caplog: pytest.LogCaptureFixture
) -> None:
    shop = make_a_shop()
    caplog.set_level("DEBUG", "flask_zonos.web.demo")

    answer = shop.browser().get("/zonos/demo")

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "in debug or with ZONOS_DEMO_PAGE only" in caplog.text
    shop.app.debug = True
    assert shop.browser().get("/zonos/demo").status_code == 200
    on = make_a_shop(ZONOS_DEMO_PAGE="yes")
    assert on.browser().get("/zonos/demo").status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_another_method_is_refused_with_allow(
    make_a_shop: MakeShop, method: str
) -> None:
    shop = make_a_shop(ZONOS_DEMO_PAGE=True)

    answer = shop.browser().open("/zonos/demo", method=method)

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert answer.mimetype == "application/problem+json"


def test_head_answers_as_get_does(make_a_shop: MakeShop) -> None:
    shop = make_a_shop(ZONOS_DEMO_PAGE=True)

    assert shop.browser().head("/zonos/demo").status_code == 200


def test_it_says_who_is_recognised_and_what_is_in_the_cart(
    make_a_shop: MakeShop, upstream: Upstream
) -> None:
    shop = make_a_shop(ZONOS_DEMO_PAGE=True)
    shop.load_cart = lambda request_data: cart(item(name="A <b>mug</b>"))

    answer = shop.browser("1234567").get("/zonos/demo")

    assert "1234567" in answer.text
    assert "A &lt;b&gt;mug&lt;/b&gt;" in answer.text
    assert "24.90 EUR" in answer.text
    assert 'id="place-order"' in answer.text
    assert 'id="zonos-settings"' in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Cookie" in answer.vary
    assert upstream.received == []


def test_it_shows_no_address_and_no_e_mail(make_a_shop: MakeShop) -> None:
    text = make_a_shop(ZONOS_DEMO_PAGE=True).browser("7").get("/zonos/demo").text

    assert "test@zonos.com" not in text
    assert "Davie" not in text


def test_a_guest_and_an_unfit_profile_are_told_with_their_reason(
    make_a_shop: MakeShop,
) -> None:
    shop = make_a_shop(ZONOS_DEMO_PAGE=True)
    shop.load_customer = lambda user: profile(customer_id="test@zonos.com")

    assert "anonymous" in shop.browser().get("/zonos/demo").text
    assert "invalid-profile" in shop.browser("a").get("/zonos/demo").text


@pytest.mark.parametrize(
    ("load_cart", "told"),
    [
        (lambda request_data: Cart(items=()), "the cart is empty"),
        (lambda request_data: cart(item(amount=1.5)), "items[0].amount"),
        (lambda request_data: abort(404), "404 Not Found"),
        (lambda request_data: {"items": []}, "what @zonos.cart_loader returns"),
        (lambda request_data: Cart(items=None), "items"),  # type: ignore[arg-type]
        (lambda request_data: Cart(items=item()), "items"),  # type: ignore[arg-type]
    ],
)
def test_trouble_with_the_cart_is_told_on_the_page(
    make_a_shop: MakeShop, load_cart: Any, told: str
) -> None:
    shop = make_a_shop(ZONOS_DEMO_PAGE=True)
    shop.load_cart = load_cart

    answer = shop.browser().get("/zonos/demo")

    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    assert told in answer.text
    assert "zonos-settings" not in answer.text


def test_the_page_works_under_a_strict_csp(make_a_shop: MakeShop) -> None:
    text = make_a_shop(ZONOS_DEMO_PAGE=True).browser().get("/zonos/demo").text

    assert "style=" not in text
    assert not re.search(r"<[^>]* on[a-z]+=", text)
    assert "<style" not in text
