"""Many shoppers at once, then a kill: nothing crosses over and nothing is lost."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from flask_zonos import CustomerProfile
from flask_zonos import ZonosClient
from flask_zonos.sandbox import Sandbox

from ..support.paying import open_session
from ..support.paying import pay
from ..support.samples import cart
from ..support.samples import location
from .processes import running

pytestmark = pytest.mark.skipif(
    os.environ.get("SOAK") != "1", reason="takes a minute: SOAK=1"
)

SECONDS = 60
SHOPPERS = 50


def client_of(url: str) -> ZonosClient:
    return ZonosClient(
        Sandbox.credential_token,
        api_url=f"{url}/graphql",
        timeout=(60, 60),
        deadline=60,
        pool_size=2 * SHOPPERS,
    )


def check_out(url: str, client: ZonosClient, number: int) -> tuple[str, str]:
    """The ids of an order that was acknowledged and of its cart, of one customer."""
    customer_id, line1 = f"customer-{number}", f"Street {number}"
    created = client.create_cart(cart())
    profile = client.authenticate_customer(
        CustomerProfile(
            customer_id=customer_id,
            email="a@example.com",
            locations=[location(line1=line1)],
        )
    )
    assert profile.one_time_password is not None
    password = profile.one_time_password.reveal()
    with ThreadPoolExecutor(2) as pool:
        opened = [pool.submit(open_session, url, created.id, password) for _ in "12"]
    sessions = [one.result() for one in opened]
    # A password is redeemed once.
    [recognised] = [one for one in sessions if one["customer"] is not None]
    assert recognised["customer"]["customerId"] == customer_id
    found = {each["line1"] for each in recognised["customer"]["locations"]}
    assert found == {line1}
    order = pay(url, recognised, saveCard=True)
    assert customer_in(order["references"]) == customer_id
    return order["id"], created.id


def customer_in(references: list[dict[str, Any]]) -> str:
    return {each["key"]: each["value"] for each in references}["customerId"]  # type: ignore[no-any-return]


def test_shoppers_in_parallel_see_only_their_own_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    database = tmp_path / "zonos.sqlite3"
    with running(database) as (url, process):
        client = client_of(url)
        end = time.monotonic() + SECONDS

        def shop(number: int) -> dict[str, str]:
            orders = [check_out(url, client, number)]
            while time.monotonic() < end:
                orders.append(check_out(url, client, number))
            return dict(orders)

        with ThreadPoolExecutor(SHOPPERS) as pool:
            shopped = list(pool.map(shop, range(SHOPPERS)))
        client.close()
        os.kill(process.pid, signal.SIGKILL)

    with running(database) as (url, _):
        client = client_of(url)
        kept = {order.id: order for order in client.orders()}
        client.close()
    expected = {
        order_id: (f"customer-{number}", cart_id)
        for number, orders in enumerate(shopped)
        for order_id, cart_id in orders.items()
    }
    stored = {id: (order.customer_id, order.cart_id) for id, order in kept.items()}
    assert stored == expected
