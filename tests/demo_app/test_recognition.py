"""Who the shop says it is: to Zonos, and to nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from demo_app.models import db
from demo_app.models import Shopper as Account
from flask_zonos.sandbox import Sandbox
from tests.demo_app.conftest import FREJA
from tests.demo_app.conftest import NewShopper
from tests.demo_app.conftest import Shopper
from tests.demo_app.conftest import TESTER

PAGES_EXAMPLE: dict[str, Any] = {
    "email": "test@zonos.com",
    "locations": [
        {
            "administrativeArea": "BC",
            "countryCode": "CA",
            "line1": "411-1033 Davie Street",
            "line2": "123 testAddress2",
            "locality": "Vancouver",
            "name": "TestCanada TestCanada",
            "postalCode": "V6E1M7",
        },
        {
            "administrativeArea": "UT",
            "countryCode": "US",
            "line1": "411-1033 Davie Street",
            "line2": "123 testAddress2",
            "locality": "Saint George",
            "name": "TestUS TestLastName",
            "postalCode": "84770",
        },
    ],
    "customerId": "1234567",
    "name": "testFirstName1 testLastName",
    "phone": "7022920000",
}


def test_the_sample_shopper_is_that_of_zonos_own_page(app: Flask) -> None:
    with app.app_context():
        account = db.session.scalars(
            select(Account).where(Account.email == PAGES_EXAMPLE["email"])
        ).one()
        known = (account.customer_id, account.name, account.phone)
        assert known == tuple(PAGES_EXAMPLE[k] for k in ("customerId", "name", "phone"))
        assert [
            {
                "administrativeArea": one.administrative_area,
                "countryCode": one.country_code,
                "line1": one.line1,
                "line2": one.line2,
                "locality": one.locality,
                "name": one.name,
                "postalCode": one.postal_code,
            }
            for one in account.addresses
        ] == PAGES_EXAMPLE["locations"]


@pytest.mark.parametrize("email", [TESTER, FREJA, None])
def test_a_signed_in_shopper_is_recognised_and_a_guest_is_not(
    shopper: Shopper, email: str | None
) -> None:
    if email is not None:
        shopper.sign_in(email)
    shopper.add()
    info = shopper.cart_info()
    assert info["cartId"]
    if email is None:
        assert info["recognition"] == {"level": "guest", "reason": "anonymous"}
        return
    assert info["recognition"] == {"level": "profile", "reason": None}
    known = info["customerProfileAuthenticate"]["checkoutCustomerProfileAuthenticate"]
    assert known["oneTimePassword"]


def test_the_page_can_set_no_price_and_no_quantity(
    shopper: Shopper,
) -> None:
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


def test_no_page_holds_a_password_a_secret_or_the_api_key_of_the_server(
    shopper: Shopper, sandbox: Sandbox
) -> None:
    shopper.sign_in()
    shopper.add()
    known = shopper.cart_info()["customerProfileAuthenticate"]
    password = known["checkoutCustomerProfileAuthenticate"]["oneTimePassword"]
    for path in ("/", "/cart", "/account", "/account/orders", "/checkout"):
        page = shopper.get(path).text
        assert password not in page
        assert sandbox.credential_token not in page


def test_a_new_account_gets_a_random_customer_id(
    app: Flask, new_shopper: NewShopper
) -> None:
    for name in ("one", "two"):
        new_shopper().register(f"{name}@example.com", name)
    with app.app_context():
        accounts = db.session.scalars(
            select(Account).where(Account.last_name == "Larsen")
        ).all()
        ids = {account.customer_id for account in accounts}
        assert len(ids) == 2
        assert all(len(one) == 32 for one in ids)
        assert not ids & {str(account.id) for account in accounts}
