"""GET /demo: the shop's own cart and shopper, tried out before its pages."""

from __future__ import annotations

from typing import Any

import pytest
from flask import abort

from flask_zonos import Cart

from ..support.fixtures import MakeShop
from ..support.samples import cart
from ..support.samples import item
from ..support.samples import profile
from ..support.shops import data_block
from ..support.shops import Shop
from ..support.upstream import Upstream
from .problems import problem


@pytest.fixture
def demo(make_a_shop: MakeShop) -> Shop:
    return make_a_shop(ZONOS_DEMO_PAGE=True)


def test_it_is_not_there_unless_in_debug_or_switched_on(
    make_a_shop: MakeShop, caplog: pytest.LogCaptureFixture
) -> None:
    shop = make_a_shop()
    caplog.set_level("DEBUG", "flask_zonos.web.demo")

    answer = shop.browser().get("/zonos/demo")

    problem(answer, 404, "not-found")
    assert "in debug or with ZONOS_DEMO_PAGE only" in caplog.text
    shop.app.debug = True
    assert shop.browser().get("/zonos/demo").status_code == 200
    assert shop.browser().head("/zonos/demo").status_code == 200
    problem(shop.browser().post("/zonos/demo"), 405, "method-not-allowed")
    on = make_a_shop(ZONOS_DEMO_PAGE="yes")
    assert on.browser().get("/zonos/demo").status_code == 200


def test_it_says_who_is_recognised_and_what_is_in_the_cart_and_no_more(
    demo: Shop, upstream: Upstream
) -> None:
    demo.load_cart = lambda request_data: cart(item(name="A <b>mug</b>"))

    answer = demo.browser("me-7").get("/zonos/demo")

    for told in ("me-7", "A &lt;b&gt;mug&lt;/b&gt;", "24.90 EUR", 'id="place-order"'):
        assert told in answer.text
    for untold in ("test@zonos.com", "Davie", "<style", "style=", "onclick="):
        assert untold not in answer.text
    assert data_block(answer.text)["identity"]
    assert upstream.received == []


def test_a_guest_and_an_unfit_profile_are_told_with_their_reason(demo: Shop) -> None:
    demo.load_customer = lambda user: profile(customer_id="test@zonos.com")
    assert "anonymous" in demo.browser().get("/zonos/demo").text
    assert "invalid-profile" in demo.browser("a").get("/zonos/demo").text


@pytest.mark.parametrize(
    ("load_cart", "told"),
    [
        (lambda request_data: Cart(items=()), "the cart is empty"),
        (lambda request_data: cart(item(amount=1.5)), "items[0].amount"),
        (lambda request_data: abort(404), "404 Not Found"),
        (lambda request_data: {"items": []}, "what @zonos.cart_loader returns"),
    ],
)
def test_trouble_with_the_cart_is_told_on_the_page(
    demo: Shop, load_cart: Any, told: str
) -> None:
    demo.load_cart = load_cart
    answer = demo.browser().get("/zonos/demo")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    assert told in answer.text
    assert "zonos-settings" not in answer.text
