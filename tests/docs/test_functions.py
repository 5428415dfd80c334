"""The code on the pages runs, and does what its page says."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
from celery.contrib.testing.worker import start_worker
from celery.signals import setup_logging
from celery.signals import task_success

from flask_zonos import OrderEvent
from flask_zonos.sandbox import Sandbox
from flask_zonos.testing.shopper import send_webhook
from flask_zonos.testing.shopper import Shopper

from ..support.samples import cart
from ..support.samples import profile
from ..support.session_kinds import on_server
from ..support.shops import add_sign_in
from ..support.shops import click
from ..support.shops import make_shop
from ..support.shops import User
from .blocks import blocks
from .blocks import DOCS
from .blocks import name
from .blocks import PAGES
from .blocks import python
from .blocks import run
from .conftest import SECRET

pytestmark = pytest.mark.process

#: These have tests of their own, which do what their readers do.
FOLLOWED = {
    "guides/after-payment",
    "tutorial",
    "guides/testing",
    "guides/many-machines",
    "guides/seeing-the-calls",
}


def place_order(sandbox: Sandbox, signed_in: bool = True) -> str:
    """The id of a new order of which no shop has been notified."""
    shop = make_shop("", **sandbox.settings, DEBUG=True)
    shopper = Shopper(sandbox, shop.app.test_client())
    if signed_in:
        shopper.sign_in(User("1"))
    return shopper.pay(shopper.open(shopper.press()))


def addresses(page: dict[str, Any], sandbox: Sandbox) -> None:
    """The second click sends no address again, and the export tells of both."""
    app, zonos = page["app"], page["zonos"]
    app.config["SECRET_KEY"] = "only for tests"
    app.login_manager.user_loader(User)
    zonos.cart_loader(lambda request_data: cart())
    zonos.customer_loader(
        lambda user: profile(customer_id=user.id, locations=[page["tidied"]])
    )
    shopper = Shopper(sandbox, app.test_client())
    shopper.sign_in(User("anna"))
    for _ in range(2):
        assert shopper.press()["recognition"]["level"] == "profile"
    with app.app_context():
        told = page["export"]("anna")["sent_to_zonos"]
        assert page["export"]("bo")["sent_to_zonos"] == []
    assert [call["addresses"] for call in told] == [1, 0]
    assert ["locations" in call["fields"] for call in told] == [True, False]


def csp(page: dict[str, Any], sandbox: Sandbox) -> None:
    """A policy each time anew."""
    visits = [page["app"].test_client().get("/") for _ in range(2)]
    assert len({visit.headers["Content-Security-Policy"] for visit in visits}) == 2


def existing_shop(page: dict[str, Any], sandbox: Sandbox) -> None:
    """Number 1 of the staff is no customer; the basket's prices are the shop's own."""
    app, db = page["app"], page["db"]
    assert page["from_float"](0.1 + 0.2) == Decimal("0.30")
    assert page["from_cents"](2490) == Decimal("24.90")
    with app.app_context():
        db.create_all()
        customer = page["Customer"](username="anna7", email="anna@example.com")
        customer.is_member = True
        cup = page["Product"](sku="CUP-1", price=24.9)
        db.session.add_all([customer, page["Staff"](id=1), cup])
        db.session.commit()
        assert customer.id == 1
        customer_id = customer.customer_id
        anna, employee = db.session.get(page["Customer"], 1), page["Staff"](id=1)
        shoppers = [Shopper(sandbox, app.test_client()) for _ in range(2)]
        for shopper, user in zip(shoppers, (anna, employee), strict=True):
            shopper.sign_in(user)
            shopper.client.set_cookie("basket", '{"CUP-1":2,"GONE":1}')
    clicks = [shopper.press() for shopper in shoppers]
    assert [click["recognition"]["reason"] for click in clicks] == [None, "no-profile"]
    order = shoppers[0].pay(shoppers[0].open(clicks[0]))
    with app.app_context():
        stored = page["zonos"].client.get_order(order)
        assert stored.customer_id == customer_id
        assert stored.shop_amounts.items == Decimal("44.82")
        kept = db.session.get(page["ZonosCart"], stored.cart_id)
        assert kept.lines == {"CUP-1": 2, "GONE": 1}
    shoppers[0].hint(order)


def orders(page: dict[str, Any], sandbox: Sandbox) -> None:
    """Orders come twice, and an older state comes last."""
    theirs, guests = place_order(sandbox), place_order(sandbox, signed_in=False)
    client = page["app"].test_client()
    for order in (theirs, guests, theirs):
        assert send_webhook(client, order, secret=SECRET).status_code == 204
    status = f"{sandbox.url}/_sandbox/orders/{theirs}/status"
    assert requests.post(status, json={"status": "COMPLETED"}, timeout=30).ok
    with page["app"].app_context():
        newest = page["zonos"].client.get_order(theirs)
    event = OrderEvent("ORDER_UPDATED", "webhook")
    page["on_order"](newest, event)
    before = newest.updated_at - timedelta(seconds=1)
    page["on_order"](replace(newest, status="OPEN", updated_at=before), event)
    with closing(sqlite3.connect("shop.sqlite3")) as database:
        rows = set(database.execute("SELECT id, customer_id, status FROM orders"))
    assert rows == {(theirs, "1", "COMPLETED"), (guests, None, "OPEN")}


def workers(page: dict[str, Any], sandbox: Sandbox) -> None:
    # Half of Redis's own visibility_timeout, in seconds.
    assert page["write_order_number"].retry_backoff_max <= 3600 / 2
    order = place_order(sandbox)
    done = threading.Event()

    def note(**details: Any) -> None:
        done.set()

    def leave_the_loggers_alone(**details: Any) -> None:
        """Celery sets them up unless somebody else says to do so."""

    task_success.connect(note)
    setup_logging.connect(leave_the_loggers_alone)
    with start_worker(page["celery"], pool="solo", perform_ping_check=False):
        sent = send_webhook(page["app"].test_client(), order, secret=SECRET)
        assert sent.status_code == 204
        assert done.wait(30)
    with page["app"].app_context():
        stored = page["zonos"].client.get_order(order)
    assert stored.account_order_number == f"SHOP-{order[-6:]}"


READERS: dict[str, Callable[[dict[str, Any], Sandbox], None]] = {
    "guides/addresses": addresses,
    "guides/csp": csp,
    "guides/existing-shop": existing_shop,
    "guides/orders": orders,
    "guides/workers": workers,
}


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if python(page) and name(page) not in FOLLOWED],
    ids=name,
)
def test_the_code_runs_and_does_what_its_page_says(
    page: Path, sandbox: Sandbox
) -> None:
    defined = run(page)
    if name(page) in READERS:
        READERS[name(page)](defined, sandbox)
    app = defined.get("app")
    if app is not None and "sqlalchemy" in app.extensions:
        with app.app_context():
            # Python 3.13 warns of a connection that is not closed.
            app.extensions["sqlalchemy"].engine.dispose()


@pytest.mark.parametrize(
    ("counter", "statuses"),
    [("memory://", [200] * 10 + [429]), ("redis://127.0.0.1:1", [200] * 11)],
    ids=["counts", "is away"],
)
def test_a_machine_limits_clicks_if_it_can_count_and_renews_the_session_at_sign_in(
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    counter: str,
    statuses: list[int],
) -> None:
    monkeypatch.setenv("LIMITS_STORAGE", counter)
    # No minute that may end in the middle.
    page = run(DOCS / "guides" / "many-machines.md", **{"/minute": "/year"})
    app = page["app"]
    on_server(app, tmp_path)  # a folder in the place of a Redis
    add_sign_in(app)
    page["zonos"].cart_loader(lambda request_data: cart())
    client = app.test_client()
    assert [click(client).status_code for _ in range(11)] == statuses
    with client.session_transaction() as held:
        held["basket"] = "a cup"
    planted = client.get_cookie("session").value
    client.get("/sign-in/1")
    assert client.get_cookie("session").value != planted
    with client.session_transaction() as held:
        assert held["basket"] == "a cup"


def test_of_orders_that_arrive_at_once_none_is_lost(
    sandbox: Sandbox, small_switch_interval: None
) -> None:
    page = run(DOCS / "guides" / "orders.md")
    with page["app"].app_context():
        order = page["zonos"].client.get_order(place_order(sandbox))
    ids = {f"order_{number}" for number in range(80)}
    created = OrderEvent("ORDER_CREATED", "webhook")
    with ThreadPoolExecutor(8) as pool:
        handled = [
            pool.submit(page["on_order"], replace(order, id=i), created) for i in ids
        ]
    assert [each.exception() for each in handled] == [None] * 80
    with closing(sqlite3.connect("shop.sqlite3")) as database:
        assert {each for (each,) in database.execute("SELECT id FROM orders")} == ids


def test_the_seed_of_the_page_on_commands_is_sown(sandbox: Sandbox) -> None:
    [block] = [each for each in blocks(DOCS / "commands.md") if each.language == "json"]
    seed = json.loads(block.code)
    guest = seed["profiles"][0]["locations"][0] | {"email": "guest@example.com"}
    seed["orders"].append({"cart": seed["carts"][0], "address": guest})
    url = f"{sandbox.url}/_sandbox"
    assert requests.post(f"{url}/seed", json=seed, timeout=30).status_code == 201
    held = requests.get(f"{url}/state", timeout=30).json()
    # An order has a cart, too.
    assert [len(held[kind]) for kind in ("profiles", "carts", "orders")] == [1, 3, 2]


def test_the_tests_of_the_testing_guide_pass(tmp_path: Path) -> None:
    conftest, *tests = python(DOCS / "guides" / "testing.md")
    (tmp_path / "conftest.py").write_text(conftest.code, encoding="utf-8")
    code = "\n\n".join(block.code for block in tests)
    (tmp_path / "test_shop.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error"],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert "5 passed" in done.stdout
