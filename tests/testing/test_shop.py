"""A shop's own tests, written with ``flask_zonos.testing`` and public names only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask_login import current_user
from werkzeug.test import TestResponse

from .shop import create_app
from .shop import SHOPPERS

if TYPE_CHECKING:
    from flask_zonos.sandbox import Sandbox
    from flask_zonos.testing import OrderRecorder
    from flask_zonos.testing.shopper import Shopper

pytest_plugins = ["flask_zonos.testing"]

ANNA, BO = SHOPPERS["1"], SHOPPERS["2"]


@pytest.fixture
def app(zonos_sandbox: Sandbox) -> Flask:
    settings = {**zonos_sandbox.settings, "ZONOS_WEBHOOK_SECRET": "s" * 40}
    return create_app(settings)


def test_the_order_of_a_shopper_is_theirs_to_the_shopper_who_is_signed_in(
    app: Flask, zonos_shopper: Callable[..., Shopper], zonos_orders: OrderRecorder
) -> None:
    anna, bo = zonos_shopper(app.test_client()), zonos_shopper(app.test_client())
    anna.sign_in(ANNA)
    bo.sign_in(BO)

    first, second = anna.check_out(), bo.check_out()

    zonos_orders.assert_received(first, to="customer-anna")
    zonos_orders.assert_received(second, to="customer-bo")


def test_shoppers_stay_apart_within_a_request_context_as_pytest_flask_pushes_one(
    app: Flask, zonos_shopper: Callable[..., Shopper], zonos_orders: OrderRecorder
) -> None:
    with app.test_request_context():
        anna, bo, guest = (zonos_shopper(app.test_client()) for _ in range(3))
        anna.sign_in(ANNA)
        bo.sign_in(BO)
        assert not current_user.is_authenticated

        orders = [shopper.check_out() for shopper in (anna, bo, guest)]

    customers = ("customer-anna", "customer-bo", None)
    for order, customer in zip(orders, customers, strict=True):
        zonos_orders.assert_received(order, to=customer)


def test_a_guest_checks_out_as_nobody(
    app: Flask, zonos_shopper: Callable[..., Shopper], zonos_orders: OrderRecorder
) -> None:
    order = zonos_shopper(app.test_client()).check_out()

    zonos_orders.assert_received(order, to=None)


def test_the_checkout_knows_address_and_saved_card(
    app: Flask, zonos_shopper: Callable[..., Shopper]
) -> None:
    shopper = zonos_shopper(app.test_client())
    shopper.sign_in(ANNA)
    shopper.check_out()

    customer = shopper.open(shopper.press())["customer"]

    assert [place["line1"] for place in customer["locations"]] == ["Nørregade 1"]
    assert [card["lastFour"] for card in customer["paymentMethods"]] == ["4242"]


def test_a_profile_that_fails_costs_no_sale(
    app: Flask,
    zonos_shopper: Callable[..., Shopper],
    zonos_fault: Callable[..., object],
) -> None:
    zonos_fault("error", "checkoutCustomerProfileAuthenticate")
    shopper = zonos_shopper(app.test_client())
    shopper.sign_in(ANNA)

    pair = shopper.press()

    assert pair["customerProfileAuthenticate"] is None
    assert shopper.open(pair)["customer"] is None


def test_the_order_of_a_shopper_is_theirs_by_webhook_too(
    app: Flask,
    zonos_shopper: Callable[..., Shopper],
    zonos_orders: OrderRecorder,
    zonos_webhook: Callable[..., TestResponse],
) -> None:
    shopper = zonos_shopper(app.test_client())
    shopper.sign_in(ANNA)
    order = shopper.pay(shopper.open(shopper.press()))

    answer = zonos_webhook(app.test_client(), order)

    assert answer.status_code < 300
    zonos_orders.assert_received(order, to="customer-anna")
