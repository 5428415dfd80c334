"""Orders that the browser names, to be believed in nothing.

The page says that an order was placed, and a success page's address names one, which is
shown to who may see it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from typing import Any

import pytest
from flask import request
from flask.testing import FlaskClient

from flask_zonos import OrderEvent
from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.checkout.checkout_sessions import open_session
from flask_zonos.sandbox.control.faults import Fault
from flask_zonos.state import MAX_NOTIFICATIONS

from ..support.samples import cart
from ..support.shops import add_sign_in
from ..support.shops import password_in
from ..support.shops import profile_of
from ..support.threads import Held
from ..support.upstream import Upstream
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


@pytest.fixture
def page(shop: Shop) -> FlaskClient:
    return shop.app.test_client()


def test_a_hint_brings_the_order_and_tells_nothing_of_it(
    shop: Shop, placing: Placing, page: FlaskClient
) -> None:
    order_id = placing.order("anna")
    placing.calls()
    there = page.post("/zonos/order-hint", json={"orderId": order_id})
    not_there = page.post("/zonos/order-hint", json={"orderId": "order_of_nobody"})
    for response in (there, not_there):
        assert response.status_code == 202
        assert response.data == b""
    assert list(there.headers) == list(not_there.headers)
    assert placing.calls() == ["order", "order"]
    assert shop.events == [OrderEvent("UNKNOWN", "browser")]
    assert shop.stored()[order_id]["customer_id"] == "anna"


def test_what_goes_wrong_is_not_the_pages_business(
    shop: Shop,
    placing: Placing,
    page: FlaskClient,
    sandbox: Sandbox,
    heard: list[Exception],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(order: Any) -> None:
        raise LookupError("no table")

    shop.before_storing = refuse
    body = {"orderId": placing.order()}
    # Once more than there are slots, each of which has to be given back.
    for _ in range(MAX_NOTIFICATIONS + 1):
        assert page.post("/zonos/order-hint", json=body).status_code == 202
    assert [type(error) for error in heard] == [LookupError] * (MAX_NOTIFICATIONS + 1)
    assert "LookupError: no table" in caplog.text
    sandbox.faults.add(Fault("status", status=500, times=None))
    assert page.post("/zonos/order-hint", json=body).status_code == 202
    placing.calls()
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    refused = page.post("/zonos/order-hint", json=body, headers=elsewhere)
    assert refused.status_code == 403
    assert placing.calls() == []


def test_a_flood_of_hints_costs_a_few_calls_at_a_time(
    shop: Shop, placing: Placing
) -> None:
    order_id = placing.order()
    placing.calls()
    held = Held()
    shop.before_storing = held.wait

    def send() -> int:
        http = shop.app.test_client()
        return http.post("/zonos/order-hint", json={"orderId": order_id}).status_code

    with ThreadPoolExecutor(MAX_NOTIFICATIONS) as pool:
        first = [pool.submit(send) for _ in range(MAX_NOTIFICATIONS)]
        held.until_reached(len(first))
        assert {send() for _ in range(20)} == {202}
        # A success page meanwhile costs none either.
        assert Browser(shop, placing).see(orderId=order_id) is None
        assert placing.calls() == ["order"] * MAX_NOTIFICATIONS
        held.released.set()
    assert send() == 202
    assert placing.calls() == ["order"]


def test_a_hint_leaves_the_last_slot_to_a_cart(
    shop: Shop, page: FlaskClient, upstream: Upstream
) -> None:
    shop.app.config.update(ZONOS_POOL_SIZE=1, ZONOS_API_URL=upstream.url)
    for named in ({"orderId": "order_1"}, {"checkoutSessionId": "checkout_1"}):
        assert page.post("/zonos/order-hint", json=named).status_code == 202
    assert upstream.received == []


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
