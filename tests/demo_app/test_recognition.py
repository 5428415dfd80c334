"""Who the shop says it is: to Zonos, and to nobody else."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from demo_app.models import db
from demo_app.models import Shopper as Account
from demo_app.zonos import customer_for
from flask_zonos.api.serializers import profile_input
from flask_zonos.sandbox import Sandbox
from tests.support.samples import PAGES_EXAMPLE

from .conftest import NewShopper
from .conftest import Shopper
from .conftest import TESTER


def test_a_signed_in_shopper_is_recognised_by_a_password_that_is_on_no_page(
    app: Flask, shopper: Shopper, sandbox: Sandbox
) -> None:
    shopper.add()
    assert shopper.cart_info()["recognition"]["reason"] == "anonymous"
    shopper.sign_in()
    info = shopper.cart_info()
    assert info["recognition"] == {"level": "profile", "reason": None}
    known = info["customerProfileAuthenticate"]["checkoutCustomerProfileAuthenticate"]
    for path in ("/", "/cart", "/account", "/account/orders", "/checkout"):
        page = shopper.get(path).text
        assert known["oneTimePassword"] not in page
        assert sandbox.credential_token not in page
    # The sample shopper is that of Zonos's own page.
    with app.app_context():
        query = select(Account).where(Account.email == TESTER)
        profile = customer_for(db.session.scalars(query).one())
    assert profile is not None
    assert profile_input(profile) == PAGES_EXAMPLE


def test_the_page_can_set_no_price_and_no_quantity(shopper: Shopper) -> None:
    shopper.add("MORGEN-WHITE")
    answer = shopper.client.post(
        "/zonos/cart-info",
        json={"items": [{"sku": "MORGEN-WHITE", "amount": 1, "quantity": 9}]},
    )
    assert answer.json is not None
    order_id = shopper.pay(answer.json)
    shopper.hint(order_id)
    page = shopper.get(f"/orders/{order_id}").text
    assert "DKK\N{NO-BREAK SPACE}320.00<" in page


def test_a_new_account_gets_a_random_customer_id(
    app: Flask, new_shopper: NewShopper
) -> None:
    for name in ("one", "two"):
        new_shopper().register(f"{name}@example.com", name)
    with app.app_context():
        query = select(Account.customer_id).where(Account.last_name == "Larsen")
        one, two = db.session.scalars(query)
    assert one != two
    assert len(one) == len(two) == 32
