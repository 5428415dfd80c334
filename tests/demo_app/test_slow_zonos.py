"""A slow Zonos holds up its own clicks, and nothing else of the shop."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from demo_app.models import db
from flask_zonos.sandbox import Fault
from flask_zonos.sandbox import Sandbox
from tests.support.threads import assert_soon

from .conftest import Shopper

CLICKS = 20
#: The only connection there is. Who waits for it longer than this gets an error.
POOL = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 10}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox of the test's own, whose pauses can be ended for good."""
    with Sandbox() as sandbox:
        yield sandbox


def under_way(sandbox: Sandbox, operation: str) -> int:
    entries = sandbox.state.timeline.as_list()
    return sum(e["operations"] == [operation] and not e["ended"] for e in entries)


def test_many_slow_clicks_leave_the_one_database_connection_to_other_pages(
    sandbox: Sandbox, make_app: Callable[..., Flask]
) -> None:
    app = make_app(
        **sandbox.settings,
        SQLALCHEMY_ENGINE_OPTIONS=POOL,
        ZONOS_POOL_SIZE=2 * CLICKS,
        ZONOS_DEADLINE=90,
        ZONOS_TIMEOUT=(30, 90),
    )
    shoppers = [Shopper(app, sandbox) for _ in range(CLICKS)]
    for shopper in shoppers:
        shopper.add()
    shoppers[0].sign_in()
    sandbox.faults.add(Fault("latency", "cartCreate", CLICKS, seconds=80))

    with app.app_context(), ThreadPoolExecutor(CLICKS) as executor:
        clicks = [executor.submit(shopper.cart_info) for shopper in shoppers]
        try:
            assert_soon(lambda: under_way(sandbox, "cartCreate") == CLICKS)
            checked_out = db.engine.pool.checkedout()  # type: ignore[attr-defined]
            page = Shopper(app, sandbox).get("/cart")
        finally:
            sandbox.faults.stopping.set()  # lets all of them go on
    assert checked_out == 0
    assert page.status_code == 200
    assert all(click.result()["cartId"] for click in clicks)


@pytest.mark.parametrize("operation", ["order", "orderUpdateAccountOrderNumber"])
def test_an_order_that_is_slow_to_fetch_or_to_number_holds_no_connection(
    shopper: Shopper, app: Flask, sandbox: Sandbox, operation: str
) -> None:
    shopper.sign_in()
    shopper.add()
    order_id = shopper.pay()
    sandbox.faults.add(Fault("latency", operation, seconds=80))

    with app.app_context(), ThreadPoolExecutor(1) as executor:
        told = executor.submit(shopper.hint, order_id)
        try:
            assert_soon(lambda: under_way(sandbox, operation) == 1)
            checked_out = db.engine.pool.checkedout()  # type: ignore[attr-defined]
        finally:
            sandbox.faults.stopping.set()
    told.result()
    assert checked_out == 0
