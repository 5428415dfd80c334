"""Baskets and orders as a shopper reads them: in their language, and true."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask import Flask

from demo_app.models import Order
from demo_app.presentation import clock
from demo_app.presentation import day
from demo_app.presentation import headline
from demo_app.presentation import payment_text
from flask_zonos.sandbox import Sandbox
from tests.demo_app.conftest import DELIVERY
from tests.demo_app.conftest import Shopper


@pytest.mark.parametrize(
    ("status", "tracking", "english", "danish"),
    [
        ("OPEN", [], "Thank you. Order V-10001", "Tak. Ordre V-10001"),
        ("OPEN", ["X1"], "Order V-10001 is on its way", "Ordre V-10001 er på vej"),
        ("CANCELED", ["X1"], "Order V-10001 is cancelled",
         "Ordre V-10001 er annulleret"),
        ("PAYMENT_FAILED", [], "The payment of order V-10001 failed",
         "Betalingen af ordre V-10001 mislykkedes"),
        ("OF_NEXT_YEAR", [], "Order V-10001", "Ordre V-10001"),
    ],
)  # fmt: skip
def test_an_orders_page_is_headed_by_its_state(
    app: Flask, status: str, tracking: list[str], english: str, danish: str
) -> None:
    order = Order(id=1, status=status, tracking_numbers=tracking)
    for language, words in {"en": english, "da": danish}.items():
        with app.test_request_context(headers={"Accept-Language": language}):
            assert headline(order) == words


def test_times_are_denmarks_and_written_as_the_language_does(app: Flask) -> None:
    late = datetime(2026, 11, 28, 23, 5)  # in UTC; the next day in Copenhagen
    for language, words in {"en": "29 November 2026 00:05",
                            "da": "29. november 2026 00.05"}.items():  # fmt: skip
        with app.test_request_context(headers={"Accept-Language": language}):
            assert f"{day(late)} {clock(late)}" == words


def test_an_order_says_how_it_is_paid_and_followed(
    app: Flask, shopper: Shopper
) -> None:
    shopper.add()
    page = shopper.get(shopper.post("/checkout", **DELIVERY).location).text
    facts = re.findall(r"<dt>(.+?)</dt><dd>(.+?)</dd>", page)
    assert ("Payment", "By invoice, within 14 days") in facts
    assert ("Tracking number", "None yet") in facts
    with app.test_request_context():
        assert payment_text(Order(cart_id="cart_1")) == "In Zonos Checkout"


@pytest.mark.parametrize(("language", "name"), [("en", "White"), ("da", "Hvid")])
def test_zonos_shows_the_goods_in_the_shoppers_language(
    sandbox: Sandbox, shopper: Shopper, language: str, name: str
) -> None:
    shopper.post("/language", language=language)
    shopper.add("MORGEN-WHITE")
    info = shopper.cart_info()
    [item] = sandbox.state.store.body("cart", info["cartId"])["items"]
    assert item["name"] == f"Morgen, {name}"
    # What was bought is shown in the language that it is read in.
    order_id = shopper.pay(info)
    shopper.hint(order_id)
    shopper.post("/language", language="da" if language == "en" else "en")
    other = "Morgen, Hvid" if language == "en" else "Morgen, White"
    assert other in shopper.get(f"/orders/{order_id}").text


def test_the_basket_shows_a_subtotal_and_its_plus_stops_at_the_stock(
    shopper: Shopper,
) -> None:
    def plus() -> str:
        page = shopper.get("/cart").text
        assert "<dt>Subtotal</dt>" in page
        assert "<dt>Total</dt>" not in page
        found = re.search(r'<button id="more-[^>]+>', page)
        assert found is not None
        return found[0]

    shopper.add("RO-BLACK")
    assert 'name="quantity" value="2"' in plus()
    shopper.post("/cart/quantities", sku="RO-BLACK", quantity="3")  # all there are
    assert "name=" not in plus()
    assert 'aria-disabled="true"' in plus()
