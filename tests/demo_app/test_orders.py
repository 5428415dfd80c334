"""An order of the shop: who sees it, and what the shop keeps of it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests
from babel import Locale
from flask import Flask
from sqlalchemy import event
from sqlalchemy import select
from sqlalchemy import update

from demo_app.models import db
from demo_app.models import Order
from demo_app.models import Variant
from demo_app.money import format_money
from demo_app.zonos import on_order
from demo_app.zonos import zonos
from flask_zonos import OrderEvent
from flask_zonos.sandbox import Fault
from flask_zonos.sandbox import Sandbox

from .conftest import FREJA
from .conftest import NewShopper
from .conftest import Shopper

BRITISH = Locale("en", "GB")


def stock(app: Flask) -> int:
    query = select(Variant.stock).where(Variant.sku == "MORGEN-WHITE")
    with app.app_context():
        return db.session.scalars(query).one()


def bare(page: str) -> str:
    """A page without what differs each time: its own path, tokens, nonces."""
    page = re.sub(r"order_[\w-]+", "", page)
    return re.sub(r'(content|value|nonce)="[^"]{20,}"', "", page)


def test_an_accounts_order_is_that_accounts_to_see_while_signed_in(
    new_shopper: NewShopper,
) -> None:
    owner, other = new_shopper(), new_shopper()
    owner.sign_in()
    owner.add()
    order_id = owner.order()
    for path in (f"/orders/{order_id}", "/account/orders"):
        assert f'data-order-id="{order_id}"' in owner.get(path).text
    other.sign_in(FREJA)
    assert order_id not in other.get("/account/orders").text
    hidden, missing = other.get(f"/orders/{order_id}"), other.get("/orders/order_none")
    assert hidden.status_code == missing.status_code == 404
    assert bare(hidden.text) == bare(missing.text)
    owner.sign_out()
    assert owner.get(f"/orders/{order_id}").status_code == 404
    owner.sign_in(FREJA)
    assert owner.get(f"/orders/{order_id}").status_code == 404


def test_a_guests_order_is_seen_by_the_browser_that_placed_it_alone(
    new_shopper: NewShopper,
) -> None:
    guest, stranger, waiting = new_shopper(), new_shopper(), new_shopper()
    guest.add()
    order_id = guest.order()
    assert guest.get(f"/orders/{order_id}").status_code == 200
    # Nothing is open any more, so nothing else is awaited.
    assert guest.get("/orders/order_none").status_code == 404
    assert stranger.get(f"/orders/{order_id}").status_code == 404
    stranger.sign_in()
    assert stranger.get(f"/orders/{order_id}").status_code == 404
    # Who comes next at this browser is somebody else.
    guest.sign_in()
    guest.sign_out()
    assert guest.get(f"/orders/{order_id}").status_code == 404
    # One who waits for an own order cannot tell it from none.
    waiting.add()
    waiting.cart_info()
    waiting.get("/cart")  # takes the notices away
    hidden = waiting.get(f"/orders/{order_id}")
    missing = waiting.get("/orders/order_none")
    assert hidden.status_code == missing.status_code == 202
    assert bare(hidden.text) == bare(missing.text)


def test_an_order_that_is_stored_while_its_page_is_made_is_never_missing(
    app: Flask, shopper: Shopper
) -> None:
    shopper.add()
    order_id = shopper.pay()
    selects: list[str] = []

    def store(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        """Store the order between the page's two looks at the table."""
        if "FROM shop_order" in statement or "JOIN shop_order" in statement:
            selects.append(statement)
            if len(selects) == 2:
                app.test_client().post("/zonos/order-hint", json={"orderId": order_id})

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", store)
    try:
        assert shopper.get(f"/orders/{order_id}").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", store)
    assert len(selects) > 2


def test_a_signed_link_shows_its_own_order_until_it_ends(
    new_shopper: NewShopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest, friend = new_shopper(), new_shopper()
    guest.add()
    order_id = guest.order()
    guest.add()
    another = guest.order()
    page = guest.get(f"/orders/{order_id}").text
    link = page.split('data-order-link href="')[1].split('"')[0]
    seen = friend.get(link).text
    assert f'data-order-id="{order_id}"' in seen
    assert "data-order-link" not in seen
    assert friend.get(link + "x").status_code == 404
    assert friend.get(link.replace(order_id, another)).status_code == 404
    monkeypatch.setattr("demo_app.order_access.LINK_LASTS", -1)
    assert friend.get(link).status_code == 404


def test_an_order_told_by_many_at_once_is_stored_and_cancelled_once(
    app: Flask, sandbox: Sandbox, shopper: Shopper
) -> None:
    shopper.add()
    order_id = shopper.pay()
    with app.app_context():
        # What is paid for is owed, be it there or not.
        db.session.execute(update(Variant).values(stock=0))
        db.session.commit()

    def hint(_: int) -> int:
        answer = app.test_client().post("/zonos/order-hint", json={"orderId": order_id})
        return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(hint, range(16))) == {202}
        assert stock(app) == -1
        cancelled = f"{sandbox.url}/_sandbox/orders/{order_id}/status"
        requests.post(cancelled, json={"status": "CANCELED"}, timeout=60)
        assert set(pool.map(hint, range(16))) == {202}
    assert stock(app) == 0
    with app.app_context():
        [order] = db.session.scalars(select(Order))
        at_zonos = zonos.client.get_order(order_id)
    assert order.status == "CANCELED"
    assert at_zonos is not None
    assert at_zonos.account_order_number == order.number


def test_after_an_order_the_basket_is_empty_but_for_what_came_later(
    shopper: Shopper,
) -> None:
    shopper.add("MORGEN-WHITE")
    info = shopper.cart_info()
    shopper.add("SKIVE-S")
    shopper.hint(shopper.pay(info))
    page = shopper.get("/cart").text  # a notice names what was put in, too
    assert 'name="sku" value="SKIVE-S"' in page
    assert "Morgen" not in page


def test_an_order_is_kept_though_its_number_cannot_be_written_back(
    sandbox: Sandbox, shopper: Shopper, caplog: pytest.LogCaptureFixture
) -> None:
    shopper.add()
    sandbox.faults.add(Fault("status", "orderUpdateAccountOrderNumber", times=None))
    order_id = shopper.order()
    assert "got no shop number" in caplog.text
    assert shopper.get(f"/orders/{order_id}").status_code == 200


def test_a_changed_order_is_shown_as_it_is_now_and_never_as_it_was(
    app: Flask, shopper: Shopper
) -> None:
    before = stock(app)
    shopper.add()
    order_id = shopper.order()
    with app.app_context():
        order = zonos.client.get_order(order_id)
        assert order is not None
        [item] = order.items
        changed = replace(
            order,
            items=(replace(item, quantity=3),),
            tracking_numbers=("DK123456789",),
            updated_at=order.updated_at + timedelta(seconds=1),
        )
        for told in (changed, changed, order):  # the last one was overtaken
            on_order(told, OrderEvent(kind="ORDER_UPDATED", source="webhook"))
    assert stock(app) == before - 3
    page = shopper.get(f"/orders/{order_id}").text
    assert "DK123456789" in page
    assert format_money(3 * item.amount, item.currency_code, BRITISH) in page


def test_the_inventory_check_stops_what_has_sold_out(shopper: Shopper) -> None:
    for quantity, says in ((3, "null"), (4, "Ro is no longer in stock")):
        item = {"sku": "RO-BLACK", "quantity": quantity, "name": "Ro"}
        answer = shopper.client.post("/zonos/inventory-check", json={"items": [item]})
        assert says in answer.text


@pytest.mark.parametrize("country", ["HU", "KW"])  # of two digits, and of three
def test_the_order_and_the_account_show_the_sum_paid_and_the_same_in_kroner(
    app: Flask, shopper: Shopper, country: str
) -> None:
    shopper.sign_in()
    shopper.add()
    order_id = shopper.pay(countryCode=country)
    shopper.hint(order_id)
    with app.app_context():
        at_zonos = zonos.client.get_order(order_id)
        order = db.session.scalars(select(Order)).one()
    assert at_zonos is not None and at_zonos.shop_amounts is not None
    assert order.total == at_zonos.amount_subtotals.total
    paid = format_money(order.total, at_zonos.currency_code, BRITISH)
    in_kroner = format_money(at_zonos.shop_amounts.total, "DKK", BRITISH)
    for path in (f"/orders/{order_id}", "/account/orders"):
        page = shopper.get(path).text
        assert paid in page
        assert in_kroner in page.split("data-shop-total")[1].split("</")[0]


def test_the_page_can_set_no_price_and_no_quantity(shopper: Shopper) -> None:
    shopper.add()
    items = [{"sku": "MORGEN-WHITE", "amount": 1, "quantity": 9}]
    answer = shopper.client.post("/zonos/cart-info", json={"items": items})
    order_id = shopper.pay(answer.json)
    shopper.hint(order_id)
    page = shopper.get(f"/orders/{order_id}").text
    assert "DKK\N{NO-BREAK SPACE}320.00<" in page
