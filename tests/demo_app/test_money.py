"""Both sums of an order: the shopper's, and the same in the shop's currency."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from babel import Locale
from flask import Flask
from sqlalchemy import select
from sqlalchemy import text

from demo_app.models import db
from demo_app.models import Order
from demo_app.money import Exact
from demo_app.money import format_money
from demo_app.zonos import zonos

from .conftest import Shopper

BRITISH = Locale("en", "GB")


@pytest.mark.parametrize(
    ("amount", "currency", "english", "danish"),
    [
        ("1495", "DKK", "DKK 1,495.00", "1.495,00 kr."),
        ("1234567", "JPY", "JPY 1,234,567", "1.234.567 JP¥"),
        ("-5", "EUR", "-EUR 5.00", "-5,00 €"),
        ("1234.567", "KWD", "KWD 1,234.567", "1.234,567 KWD"),
        # CLDR has no smaller unit for these, ISO 4217 has.
        ("12345.67", "HUF", "HUF 12,345.67", "12.345,67 HUF"),
        ("12345.00", "HUF", "HUF 12,345", "12.345 HUF"),
        # More digits than the currency has: a price by the gram, a rate.
        ("0.0125", "USD", "USD 0.0125", "0,0125 USD"),
        ("99.5", "JPY", "JPY 99.50", "99,50 JP¥"),
    ],
)
def test_money_is_written_as_each_language_does_and_never_rounded(
    app: Flask, amount: str, currency: str, english: str, danish: str
) -> None:
    for language, expected in {"en_GB": english, "da_DK": danish}.items():
        written = format_money(Decimal(amount), currency, Locale.parse(language))
        assert written.replace("\N{NO-BREAK SPACE}", " ") == expected
    with app.app_context():
        kept = db.session.execute(
            text("SELECT :amount AS amount").columns(amount=Exact),
            {"amount": amount},
        ).scalar_one()
    assert str(kept) == amount


def both_sums(app: Flask, order_id: str) -> tuple[str, str]:
    """Return what the shopper reads, once the stored sums are exactly Zonos's."""
    with app.app_context():
        row = db.session.scalars(select(Order).where(Order.public_id == order_id)).one()
        order = zonos.client.get_order(order_id)
        assert order is not None and order.shop_amounts is not None
        shop = row.shop_total
        assert shop is not None and shop.currency_code == "DKK"
        assert row.total == order.amount_subtotals.total
        assert shop.amount == order.shop_amounts.total
        return (
            format_money(row.total, row.currency_code, BRITISH),
            format_money(shop.amount, "DKK", BRITISH),
        )


def test_the_order_and_the_account_show_both_sums(app: Flask, shopper: Shopper) -> None:
    shopper.sign_in()
    #: By country: an order's total as the shopper reads it.
    totals = {
        "HU": r"HUF\s[\d,]+\.\d\d",
        "JP": r"JPY\s[\d,]+",
        "KW": r"KWD\s\d+\.\d{3}",
    }
    for country, total in totals.items():
        shopper.add()
        order_id = shopper.pay(countryCode=country)
        shopper.hint(order_id)
        paid, shop = both_sums(app, order_id)
        assert re.fullmatch(total, paid)
        order = shopper.get(f"/orders/{order_id}").text
        history = shopper.get("/account/orders").text
        for page in (order, history.split(f'data-order-id="{order_id}"')[1]):
            assert paid in page
            assert shop in page.split("data-shop-total")[1].split("</")[0]
