"""An order of the shop: who sees it, and what the shop keeps of it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests
from babel import Locale
from celery import Celery
from flask import Flask
from sqlalchemy import delete
from sqlalchemy import event
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy import update

from demo_app.models import Basket
from demo_app.models import db
from demo_app.models import Order
from demo_app.models import Shopper as Account
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


def cancel(sandbox: Sandbox, order_id: str) -> None:
    query = "mutation ($id: ID) { orderCancel(id: $id) { id } }"
    answer = requests.post(
        sandbox.graphql_url,
        json={"query": query, "variables": {"id": order_id}},
        headers={"credentialToken": sandbox.credential_token},
        timeout=60,
    )
    assert "errors" not in answer.json(), answer.text


def stored(app: Flask, order_id: str) -> Order:
    query = select(Order).where(Order.public_id == order_id)
    with app.app_context():
        return db.session.scalars(query).one()


def stock(app: Flask, sku: str = "MORGEN-WHITE") -> int:
    with app.app_context():
        return db.session.scalars(select(Variant.stock).where(Variant.sku == sku)).one()


def hint_often(app: Flask, order_id: str) -> None:
    """Tell of an order many times at once."""

    def hint(_: int) -> int:
        answer = app.test_client().post("/zonos/order-hint", json={"orderId": order_id})
        return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(hint, range(16))) == {202}


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
    before = stock(app)
    shopper.add()
    order_id = shopper.pay()
    hint_often(app, order_id)
    with app.app_context():
        assert db.session.scalar(select(func.count(Order.id))) == 1
        at_zonos = zonos.client.get_order(order_id)
    assert at_zonos is not None
    assert at_zonos.account_order_number == stored(app, order_id).number
    assert stock(app) == before - 1
    cancel(sandbox, order_id)
    hint_often(app, order_id)
    assert stock(app) == before


def test_an_order_that_comes_cancelled_takes_nothing_from_stock(
    app: Flask, sandbox: Sandbox, shopper: Shopper
) -> None:
    before = stock(app)
    shopper.add()
    order_id = shopper.pay()
    cancel(sandbox, order_id)
    shopper.hint(order_id)
    assert stored(app, order_id).status == "CANCELED"
    assert stock(app) == before


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
    app: Flask, sandbox: Sandbox, shopper: Shopper, caplog: pytest.LogCaptureFixture
) -> None:
    shopper.add()
    order_id = shopper.pay()
    sandbox.faults.add(Fault("status", "orderUpdateAccountOrderNumber", times=None))
    shopper.hint(order_id)
    assert "got no shop number" in caplog.text
    assert stored(app, order_id).status == "OPEN"


def test_a_changed_order_is_shown_with_its_new_lines_sums_and_tracking_number(
    app: Flask, shopper: Shopper
) -> None:
    before = stock(app)
    shopper.add()
    order_id = shopper.order()
    update_event = OrderEvent(kind="ORDER_UPDATED", source="webhook")
    with app.app_context():
        order = zonos.client.get_order(order_id)
        assert order is not None
        [item] = order.items
        items_total = 3 * item.amount
        changed = replace(
            order,
            items=(replace(item, quantity=3),),
            amount_subtotals=replace(
                order.amount_subtotals, items=items_total, discounts=Decimal("-10")
            ),
            tracking_numbers=("DK123456789",),
            updated_at=order.updated_at + timedelta(seconds=1),
        )
        for told in (changed, changed, order):  # the last one was overtaken
            on_order(told, update_event)
    assert stock(app) == before - 3
    page = shopper.get(f"/orders/{order_id}").text
    assert format_money(items_total, order.currency_code, BRITISH) in page
    for word in ("Discount", "DK123456789", "Shipped"):
        assert word in page


def test_more_may_be_paid_for_than_there_is(app: Flask, shopper: Shopper) -> None:
    shopper.add()
    order_id = shopper.pay()
    with app.app_context():
        db.session.execute(update(Variant).values(stock=0))
        db.session.commit()
    shopper.hint(order_id)
    assert stock(app) == -1
    assert "Sold out for now" in shopper.get("/products/morgen-cups").text


def test_an_order_of_a_customer_unknown_here_is_shown_to_no_account(
    app: Flask, shopper: Shopper, caplog: pytest.LogCaptureFixture
) -> None:
    shopper.sign_in()
    shopper.add()
    order_id = shopper.pay()
    with app.app_context():
        gone = db.session.scalars(select(Account).where(Account.id == 1)).one()
        db.session.execute(delete(Basket))
        db.session.delete(gone)
        db.session.commit()
    with caplog.at_level(logging.ERROR):
        shopper.hint(order_id)
    assert "names a customer unknown here" in caplog.text
    assert shopper.get(f"/orders/{order_id}").status_code == 404


def test_the_inventory_check_stops_what_has_sold_out(shopper: Shopper) -> None:
    item = {"sku": "RO-BLACK", "productId": "ro-stool", "quantity": 3, "name": "Ro"}
    check = "/zonos/inventory-check"
    assert shopper.client.post(check, json={"items": [item]}).json == {"message": None}
    item["quantity"] = 4
    answer = shopper.client.post(check, json={"items": [item]})
    assert answer.json is not None
    assert "Ro is no longer in stock" in answer.json["message"]


@pytest.mark.parametrize(
    ("country", "total"),
    [
        ("HU", r"HUF\s[\d,]+\.\d\d"),
        ("JP", r"JPY\s[\d,]+"),
        ("KW", r"KWD\s\d+\.\d{3}"),
    ],
)
def test_the_order_and_the_account_show_the_sum_paid_and_the_same_in_kroner(
    app: Flask, shopper: Shopper, country: str, total: str
) -> None:
    shopper.sign_in()
    shopper.add()
    order_id = shopper.pay(countryCode=country)
    shopper.hint(order_id)
    with app.app_context():
        order = zonos.client.get_order(order_id)
    assert order is not None and order.shop_amounts is not None
    sum_paid = order.amount_subtotals.total
    paid = format_money(sum_paid, order.currency_code, BRITISH)
    in_kroner = format_money(order.shop_amounts.total, "DKK", BRITISH)
    assert re.fullmatch(total, paid)
    assert stored(app, order_id).total == sum_paid
    for path in (f"/orders/{order_id}", "/account/orders"):
        page = shopper.get(path).text
        assert paid in page
        assert in_kroner in page.split("data-shop-total")[1].split("</")[0]


def test_a_task_that_waits_for_its_next_try_never_counts_as_lost(
    make_app: Callable[..., Flask],
) -> None:
    """Redis would give it to a second worker, and each copy would try on by itself."""
    celery: Celery = make_app(CELERY_BROKER_URL="memory://").extensions["celery"]
    lost_after = celery.conf.broker_transport_options["visibility_timeout"]

    # It then stands in line, and takes its time.
    assert celery.tasks["shop.take_order"].retry_backoff_max <= lost_after / 2


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
