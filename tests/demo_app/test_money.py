"""Both sums of an order: the shopper's, and the same in the shop's currency."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from babel import Locale
from flask import Flask
from playwright.sync_api import BrowserContext
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy import text
from sqlalchemy import update

from demo_app.models import Address
from demo_app.models import db
from demo_app.models import Order
from demo_app.money import format_money
from demo_app.money import to_major
from demo_app.zonos import zonos
from flask_zonos.sandbox import Sandbox
from tests.demo_app.conftest import Shopper
from tests.demo_app.test_browser import fill_basket
from tests.demo_app.test_browser import open_checkout
from tests.demo_app.test_browser import pay
from tests.demo_app.test_browser import sign_in

BRITISH = Locale("en", "GB")
#: The currency of each country, and its digits after the point.
CURRENCIES = {"CA": ("CAD", 2), "JP": ("JPY", 0), "KW": ("KWD", 3)}


def both_sums(app: Flask, order_id: str) -> tuple[str, str]:
    """Return what the shopper reads, once the stored sums are exactly Zonos's."""
    with app.app_context():
        row = db.session.scalars(select(Order).where(Order.public_id == order_id)).one()
        order = zonos.client.get_order(order_id)
        assert order is not None and order.shop_amounts is not None
        shop = row.shop_total
        assert shop is not None and shop.currency_code == "DKK"
        paid = to_major(row.total, row.currency_code)
        assert paid == order.amount_subtotals.total
        assert to_major(shop.amount, "DKK") == order.shop_amounts.total
        return (
            format_money(row.total, row.currency_code, BRITISH),
            format_money(shop.amount, "DKK", BRITISH),
        )


@pytest.mark.parametrize("country", CURRENCIES)
def test_an_order_from_abroad_is_stored_in_both_currencies(
    app: Flask, shopper: Shopper, country: str
) -> None:
    shopper.add()
    order_id = shopper.pay(countryCode=country)
    shopper.hint(order_id)
    paid, shop = both_sums(app, order_id)
    currency, digits = CURRENCIES[country]
    assert paid.startswith(currency)
    assert len(paid.partition(".")[2]) == digits
    page = shopper.get(f"/orders/{order_id}").text
    assert paid in page and shop in page


def test_a_database_of_before_shows_its_orders_and_learns_the_shops_sum(
    app: Flask, make_app: Callable[..., Flask], sandbox: Sandbox, shopper: Shopper
) -> None:
    shopper.add()
    order_id = shopper.order()
    with app.app_context():
        db.session.execute(text("DROP TABLE shop_order_shop_total"))
        db.session.commit()
    make_app(**sandbox.settings, TESTING=True)
    page = f"/orders/{order_id}"
    assert "data-shop-total" not in shopper.get(page).text
    for _ in range(2):
        shopper.hint(order_id)
    assert both_sums(app, order_id)[1] in shopper.get(page).text


@pytest.mark.browser
@pytest.mark.parametrize("country", CURRENCIES)
def test_the_order_and_the_account_show_both_sums(
    context: BrowserContext, app: Flask, country: str
) -> None:
    with app.app_context():
        db.session.execute(update(Address).values(country_code=country))
        db.session.commit()
    page = context.new_page()
    sign_in(page)
    fill_basket(page)
    order_id = pay(page, open_checkout(page))
    paid, shop = both_sums(app, order_id)
    for path in (f"/orders/{order_id}", "/account/orders"):
        page.goto(path)
        order = page.locator(f"[data-order-id='{order_id}']")
        expect(order).to_contain_text(paid)
        expect(order.locator("[data-shop-total]")).to_contain_text(shop)
