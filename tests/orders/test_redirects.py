"""Success pages: the order that a redirect names, for who may see it, or nothing."""

from __future__ import annotations

from datetime import datetime
from datetime import timedelta
from datetime import UTC

import pytest
from flask import request
from flask.testing import FlaskClient

from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.checkout.checkout_sessions import open_session
from flask_zonos.sandbox.control.faults import Fault

from ..support.samples import cart
from ..support.shops import add_sign_in
from ..support.shops import password_in
from ..support.shops import profile_of
from .conftest import Placing
from .conftest import Shop


class Browser:
    """A shopper's browser, with its login and its cookie of carts."""

    def __init__(self, shop: Shop, placing: Placing, user: str = "") -> None:
        self.http: FlaskClient = shop.app.test_client()
        if user:
            self.http.post(f"/sign-in/{user}")
        self.placing = placing

    def buy(self) -> dict[str, str]:
        """The query that each redirect of Zonos's adds to the page's address."""
        made = self.http.post("/zonos/cart-info", json={})
        cart_id = made.get_json()["cartId"]
        session, order = self.placing.pay(cart_id, password_in(made))
        return {
            "zonosCheckoutSessionId": session["id"],
            "orderId": order["id"],
            "zOrderNumber": order["zonosOrderId"],
        }

    def see(self, **args: str) -> str | None:
        response = self.http.get("/thanks", query_string=args)
        assert response.headers["Cache-Control"] == "private, no-store"
        return response.get_data(as_text=True) or None


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A shop with sign-in, and a success page."""
    app, zonos = shop.app, shop.zonos
    app.secret_key = "only for tests"
    add_sign_in(app)
    zonos.cart_loader(lambda request_data: cart())
    zonos.customer_loader(profile_of)

    @app.get("/thanks")
    def thanks() -> str:
        order = zonos.order_from_redirect(request.args)
        return "" if order is None else order.id

    return shop


@pytest.mark.parametrize("user", ["", "anna"])
def test_each_redirect_shows_the_order_to_its_shopper_alone(
    shop: Shop, placing: Placing, user: str
) -> None:
    browser = Browser(shop, placing, user)
    redirect = browser.buy()
    others = [Browser(shop, placing, name) for name in ("", "bo")]
    for other in others:
        other.buy()
    for name, value in redirect.items():
        assert browser.see(**{name: value}) == redirect["orderId"], name
        for other in others:
            assert other.see(**{name: value}) is None, name
    both = {k: redirect[k] for k in ("orderId", "zOrderNumber")}
    placing.calls()
    assert browser.see(**both) == redirect["orderId"]
    # The number in the place of the id, as the older Checkout had it.
    assert browser.see(**both | {"orderId": "1001"}) == redirect["orderId"]
    assert placing.calls() == ["order", "orders", "order"]
    assert shop.events == []


def test_what_names_no_order_costs_no_call(shop: Shop, placing: Placing) -> None:
    browser = Browser(shop, placing)
    placing.calls()
    for args in ({}, {"orderId": ""}, {"orderId": "a b"}, {"zOrderNumber": "1001001"}):
        assert browser.see(**args) is None
    assert placing.calls() == []


def test_an_order_that_is_not_there_or_of_elsewhere_is_none(
    shop: Shop, sandbox: Sandbox, placing: Placing
) -> None:
    browser = Browser(shop, placing)
    redirect = browser.buy()
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    placing.change(redirect["orderId"], createdAt=long_ago.isoformat())
    assert browser.see(zOrderNumber=redirect["zOrderNumber"]) is None
    placing.change(redirect["orderId"], mode="LIVE")
    assert browser.see(orderId=redirect["orderId"]) is None
    sandbox.state.options.unknown_order_is_error = True
    for name in redirect:
        assert browser.see(**{name: "1-2"}) is None
    made = browser.http.post("/zonos/cart-info", json={}).get_json()
    session = open_session(sandbox.state, made["cartId"], None)
    assert browser.see(zonosCheckoutSessionId=session["id"]) is None


def test_the_database_is_given_back_and_trouble_at_zonos_is_none(
    shop: Shop, sandbox: Sandbox, placing: Placing, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Browser(shop, placing)
    redirect = browser.buy()
    released: list[bool] = []
    shop.zonos.before_calls(lambda: released.append(True))
    sandbox.faults.add(Fault("status", status=500, times=None))
    for name, value in redirect.items():
        assert browser.see(**{name: value}) is None
    assert "waits for its webhook" in caplog.text
    assert released == [True] * 3


def test_the_page_may_name_the_checkout_session(shop: Shop, placing: Placing) -> None:
    browser = Browser(shop, placing)
    redirect = browser.buy()
    body = {"orderId": None, "checkoutSessionId": redirect["zonosCheckoutSessionId"]}
    assert browser.http.post("/zonos/order-hint", json=body).status_code == 202
    assert list(shop.stored()) == [redirect["orderId"]]
