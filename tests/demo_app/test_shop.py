"""The shop around Zonos: goods, basket, its own checkout, its pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from demo_app.models import db
from flask_zonos.sandbox import Fault
from flask_zonos.sandbox import Sandbox
from tests.support.threads import assert_soon

from .conftest import DELIVERY
from .conftest import FREJA
from .conftest import NewShopper
from .conftest import Shopper

MakeApp = Callable[..., Flask]


def test_a_shop_without_zonos_still_sells(make_app: MakeApp) -> None:
    app = make_app(TESTING=True, WTF_CSRF_ENABLED=False)
    client = app.test_client()
    client.post("/cart/lines", data={"sku": "SKIVE-S"})
    assert 'id="place-order"' in client.get("/cart").text
    assert client.post("/cart/place-order").location == "/checkout"
    placed = client.post("/checkout", data=DELIVERY)
    assert placed.status_code == 303
    page = client.get(placed.location).text
    assert "data-order-id=" in page
    assert "Bredgade 1" in page
    assert "By invoice" in page
    assert "Nothing in it yet" in client.get("/cart").text


def test_the_last_one_is_sold_once(new_shopper: NewShopper) -> None:
    one, two = new_shopper(), new_shopper()
    for buyer in (one, two):
        buyer.post("/cart/quantities", sku="RO-BLACK", quantity="3")
    assert "/orders/" in one.post("/checkout", **DELIVERY).location
    assert two.post("/checkout", **DELIVERY).location == "/cart"
    assert "Sold out by now" in two.get("/cart").text
    # However often it is sent, it is one order.
    assert one.post("/checkout", **DELIVERY).location == "/cart"


def test_a_basket_holds_no_more_than_there_is(shopper: Shopper) -> None:
    for quantity, says in (("2", ">2</span>"), ("4", "There are no more of Ro.")):
        shopper.post("/cart/quantities", sku="RO-BLACK", quantity=quantity)
        assert says in shopper.get("/cart").text
    shopper.post("/cart/quantities", sku="RO-BLACK", quantity="0")
    assert "Nothing in it yet" in shopper.get("/cart").text


def test_an_own_order_belongs_to_the_account_or_browser_that_placed_it(
    new_shopper: NewShopper,
) -> None:
    guest, owner, other = new_shopper(), new_shopper(), new_shopper()
    owner.sign_in(FREJA)
    for buyer in (guest, owner):
        buyer.add()
    assert "Strandgade 27B" in owner.get("/checkout").text  # from the address book
    guests = guest.post("/checkout", **DELIVERY).location
    owners = owner.post("/checkout", **DELIVERY).location
    assert guest.get(guests).status_code == owner.get(owners).status_code == 200
    assert other.get(guests).status_code == other.get(owners).status_code == 404
    history = owner.get("/account/orders").text
    assert owners in history and guests not in history


def test_a_new_account_is_known_at_zonos_after_an_order_under_its_name(
    shopper: Shopper,
) -> None:
    shopper.register()
    shopper.add()
    shopper.cart_info()  # a checkout that was opened and closed again changes nothing
    # The shop's own checkout is none of Zonos's.
    assert "/orders/" in shopper.post("/checkout", **DELIVERY).location
    shopper.add()
    assert "The checkout does not know you yet." in shopper.get("/cart").text
    shopper.order()
    shopper.add()
    assert "The checkout knows you from before" in shopper.get("/cart").text


def test_each_page_has_a_nonce_of_its_own_nothing_inline_and_is_kept_by_no_cache(
    shopper: Shopper,
) -> None:
    shopper.add()
    nonces = set()
    inline = re.compile(r"<script(?![^>]*(src=|application/json))|<style| style=")
    paths = ("/", "/cart", "/login", "/register", "/products/ro-stool", "/nowhere")
    for path in paths:
        answer = shopper.get(path)
        policy = answer.headers["Content-Security-Policy"]
        nonce = re.search(r"'nonce-([^']+)'", policy)
        assert nonce is not None
        nonces.add(nonce[1])
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert not inline.search(answer.text)
        assert "no-store" in answer.headers["Cache-Control"]
        assert "Cookie" in answer.headers["Vary"]
        if path == "/cart":
            assert f'nonce="{nonce[1]}"' in answer.text
    assert len(nonces) == len(paths)


def test_the_policy_follows_the_settings(make_app: MakeApp) -> None:
    app = make_app(
        ZONOS_CREDENTIAL_TOKEN="secret",
        ZONOS_API_KEY="public",
        ZONOS_STORE_ID=1,
        CONTENT_SECURITY_POLICY={"style-src": "'self' https://fonts.example"},
    )
    policy = app.test_client().get("/").headers["Content-Security-Policy"]
    assert "style-src 'self' https://fonts.example;" in policy
    assert "frame-src https://js.zonos.com https://*.zonos.com;" in policy


def test_what_is_refused_changes_nothing_and_has_a_page_of_the_shop(
    shopper: Shopper,
) -> None:
    answer = shopper.get("/cart/lines")
    assert answer.status_code == 405
    assert "That cannot be done here" in answer.text
    without_token = shopper.client.post("/cart/lines", data={"sku": "SKIVE-S"})
    assert without_token.status_code == 400
    assert "This page has grown old" in without_token.text
    assert "Nothing in it yet" in shopper.get("/cart").text


@pytest.mark.server
@pytest.mark.parametrize("operation", ["cartCreate", "orderUpdateAccountOrderNumber"])
def test_a_call_that_waits_for_zonos_holds_no_connection_of_the_database(
    make_app: MakeApp, operation: str
) -> None:
    with Sandbox() as sandbox:  # of the test's own: its pauses are ended for good
        app = make_app(**sandbox.settings, ZONOS_DEADLINE=90, ZONOS_TIMEOUT=(30, 90))
        shopper = Shopper(app, sandbox)
        shopper.sign_in()
        shopper.add()
        order_id = shopper.pay()

        def check_out() -> None:
            shopper.cart_info()
            shopper.hint(order_id)

        def waits() -> bool:
            calls = sandbox.state.timeline.as_list()
            pending = [call["operations"] for call in calls if not call["ended"]]
            return [operation] in pending

        sandbox.faults.add(Fault("latency", operation, seconds=80))
        with app.app_context(), ThreadPoolExecutor(1) as executor:
            checkout = executor.submit(check_out)
            try:
                assert_soon(waits)
                checked_out = db.engine.pool.checkedout()  # type: ignore[attr-defined]
            finally:
                sandbox.faults.stopping.set()
        checkout.result()
        assert checked_out == 0
