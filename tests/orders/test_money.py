"""Orders paid in the shopper's currency: the shop's sums and the rate explain them."""

from __future__ import annotations

import random
from dataclasses import fields
from decimal import Decimal

from flask_zonos import Cart
from flask_zonos import CartAdjustment
from flask_zonos import CartItem
from flask_zonos.api.amounts import AmountSubtotals
from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.checkout.currencies import BY_COUNTRY
from flask_zonos.sandbox.checkout.currencies import rounded
from flask_zonos.sandbox.checkout.pricing import SERVICE_LEVELS

from .conftest import Placing

SUMS = [field.name for field in fields(AmountSubtotals)]
#: One country for each currency of the sandbox.
COUNTRIES = {currency: country for country, currency in BY_COUNTRY.items()}
#: Shops with no, two and three decimals, with currencies of much and of little worth.
SHOPS = "EUR DKK USD GBP CHF INR ZAR JPY VND ISK KWD TND".split()


def test_generated_orders_add_up_in_both_currencies(
    sandbox: Sandbox, placing: Placing
) -> None:
    """From twelve currencies to each, with discounts, by target and together."""
    draw, state = random.Random(7), sandbox.state
    state.options.cart_orders_once = False  # a few carts are enough: each costs a call
    expected: dict[str, tuple[Decimal, Decimal]] = {}
    for currency in SHOPS:
        amount = rounded(Decimal(draw.randrange(100, 99_999)) / 100, currency)
        goods, discount = amount * 3, amount * draw.randint(0, 1)
        item = CartItem(amount=amount, currency_code=currency, quantity=3, sku="cup")
        adjustment = CartAdjustment(
            amount=-discount, currency_code=currency, type="CART_TOTAL"
        )
        cart = Cart(items=[item], adjustments=[adjustment] if discount else [])
        cart_id = placing.client.create_cart(cart).id
        for country in COUNTRIES.values():
            state.options.details_by_target = draw.random() < 0.5
            level = draw.choice(SERVICE_LEVELS).code
            _, placed = placing.pay(cart_id, country=country, level=level)
            expected[placed["id"]] = goods, discount

    for order in placing.client.orders(page_size=100):
        shop, rate = order.shop_amounts, order.exchange_rate
        assert shop is not None and rate is not None
        assert (shop.items, abs(shop.discounts)) == expected.pop(order.id)
        for name in SUMS:
            of_shop, paid = getattr(shop, name), getattr(order.amount_subtotals, name)
            assert rounded(of_shop * rate, order.currency_code) == paid, name
    assert expected == {}
