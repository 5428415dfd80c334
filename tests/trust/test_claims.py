"""The page's claims count for nothing, and no click uses another's response."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from flask import Flask

from ..support.customers_shop import body_of
from ..support.customers_shop import signed_in
from ..support.fault_handlers import AUTHENTICATE
from ..support.fault_handlers import CART
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire

CLAIMS: dict[str, Any] = {
    "nothing": {},
    "items": {"items": [{"sku": "CUP", "amount": 0.01, "quantity": 1}]},
    "amounts": {"amount": 0.01, "price": 0.01, "total": 0, "quantity": 99},
    "currency": {"currencyCode": "IRR", "currency": "IRR"},
    "discount": {"adjustments": [{"amount": -24, "type": "CART_TOTAL"}]},
    "input": {"input": {"items": []}, "variables": {"input": {"items": []}}},
    "cart": {"cartId": "cart_of_anders-2", "id": "cart_of_anders-2"},
}


@pytest.mark.parametrize("claimed", CLAIMS.values(), ids=CLAIMS)
def test_the_page_sets_no_item_no_price_and_no_currency(
    shop: Flask, upstream: Upstream, claimed: dict[str, Any]
) -> None:
    answer = signed_in(shop).post("/zonos/cart-info", json=claimed)
    assert answer.status_code == 200
    sent = {each.operation: each.input for each in upstream.received}[CART]
    del sent["expiresAt"]
    item = {"sku": "KIRSTEN-1", "amount": 24.9, "currencyCode": "EUR", "quantity": 2}
    assert sent == {"items": [item]}


def test_no_cart_of_the_pages_is_taken_and_none_is_kept_for_the_next_click(
    shop: Flask, upstream: Upstream
) -> None:
    number = count(1)

    def numbered(received: Received, wire: Wire) -> None:
        cart = {"id": f"cart_{next(number)}", "expiresAt": None}
        wire.reply_json({"data": {CART: cart}})

    upstream.on(CART, numbered)
    browser = signed_in(shop)
    browser.set_cookie("cartId", "cart_of_anders-2")
    claim = {"cartId": "cart_of_anders-2"}
    answers = [body_of(browser.post("/zonos/cart-info", json=claim)) for _ in range(3)]
    assert [answer["cartId"] for answer in answers] == ["cart_1", "cart_2", "cart_3"]
    with browser.session_transaction() as session:
        assert "cart_" not in str(dict(session))


def test_every_click_has_a_password_of_its_own(shop: Flask, upstream: Upstream) -> None:
    number = count(1)

    def numbered(received: Received, wire: Wire) -> None:
        password = {"oneTimePassword": f"otp_{next(number)}"}
        wire.reply_json({"data": {AUTHENTICATE: password}})

    upstream.on(AUTHENTICATE, numbered)
    browser = signed_in(shop)
    given = []
    for _ in range(3):
        answer = body_of(browser.post("/zonos/cart-info"))
        authenticated = answer["customerProfileAuthenticate"]
        given.append(authenticated[AUTHENTICATE]["oneTimePassword"])
    assert given == ["otp_1", "otp_2", "otp_3"]
    assert upstream.operations().count(AUTHENTICATE) == 3


def test_no_get_gives_a_password_to_an_address_or_a_history(
    shop: Flask, upstream: Upstream
) -> None:
    browser = signed_in(shop)
    for address in ("/zonos/cart-info", "/zonos/cart-info?_method=POST"):
        answer = browser.get(address, headers={"X-HTTP-Method-Override": "POST"})
        assert answer.status_code == 405
        assert "otp" not in answer.text
    answer = browser.post("/zonos/cart-info")
    assert "otp_of_kirsten-1" in answer.text
    assert not any("otp" in value for _, value in answer.headers)
    assert upstream.operations().count(AUTHENTICATE) == 1
