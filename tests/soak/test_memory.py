"""A process that opens checkouts for weeks grows no larger by it.

``SOAK=1`` runs 100,000 checkouts; without it a twentieth of them.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
import trustme
from flask import Flask
from flask.testing import FlaskClient
from flask_login import login_user
from flask_login import LoginManager
from flask_login import UserMixin

from bench.authority import make_authority
from bench.upstream import Upstream
from flask_zonos import Cart
from flask_zonos import CustomerProfile
from flask_zonos import Zonos

from ..support import upstream as loopback
from ..support.faults import TABLE
from ..support.samples import cart
from ..support.threads import call_threads
from ..support.upstream import Received
from ..support.upstream import server_context
from ..support.upstream import Wire

CHECKOUTS = 100_000 if os.environ.get("SOAK") == "1" else 5_000
AT_A_TIME = 8
POOL_SIZE = 6


class User(UserMixin):  # type: ignore[misc]
    id = "1"


@pytest.fixture
def upstream(tmp_path: Path) -> Iterator[Upstream]:
    make_authority(tmp_path)
    with Upstream(tmp_path) as running:
        yield running


class FailingUpstream(loopback.Upstream):
    """An upstream in this process that keeps nothing of what came."""

    def forget(self) -> None:
        self.received.clear()
        self._threads[1:] = [each for each in self._threads[1:] if each.is_alive()]


def make_app(url: str, folder: Path) -> tuple[Flask, Zonos]:
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="soak",
        ZONOS_CREDENTIAL_TOKEN="soak_token",
        ZONOS_API_URL=url,
        ZONOS_CA_BUNDLE=str(folder / "bundle.pem"),
        ZONOS_POOL_SIZE=POOL_SIZE,
    )
    LoginManager(app).user_loader(lambda user_id: User())
    zonos = Zonos(app)

    @zonos.cart_loader
    def current_cart(request_data: dict[str, object]) -> Cart:
        return cart()

    @zonos.customer_loader
    def customer_for(user: User) -> CustomerProfile:
        return CustomerProfile(customer_id="customer-1", email="anna@shop.example")

    @app.get("/login")
    def login() -> str:
        login_user(User())
        return "signed in"

    return app, zonos


@pytest.fixture
def app(upstream: Upstream, tmp_path: Path) -> Iterator[Flask]:
    app, zonos = make_app(upstream.url, tmp_path)
    yield app
    with app.app_context():
        zonos.client.close()


def check_out(app: Flask, times: int) -> None:
    def shop(client: FlaskClient) -> None:
        client.get("/login")
        for _ in range(times // AT_A_TIME):
            answer = client.post("/zonos/cart-info", json={})
            assert answer.status_code == 200
            assert answer.json is not None
            # More shoppers than places: some give their profile up, none the cart.
            assert answer.json["recognition"]["reason"] in (None, "busy")

    with ThreadPoolExecutor(AT_A_TIME, "shopper") as executor:
        list(executor.map(shop, [app.test_client() for _ in range(AT_A_TIME)]))


def allocated_blocks() -> int:
    gc.collect()
    return sys.getallocatedblocks()


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_memory_threads_and_connections_stay_as_they_are_over_many_checkouts(
    app: Flask, upstream: Upstream
) -> None:
    # Threads of a test before that are about to end.
    others = call_threads()
    check_out(app, CHECKOUTS // 5)
    blocks, resident = allocated_blocks(), resident_bytes()

    check_out(app, CHECKOUTS)

    # One object kept by every tenth checkout would already be more.
    assert allocated_blocks() - blocks < CHECKOUTS // 10
    assert resident_bytes() - resident < 16 * 1024 * 1024
    assert len(call_threads() - others) <= POOL_SIZE
    assert upstream.connections() <= POOL_SIZE


FAILING = 20_000
#: Those that take no time, each of both calls in its turn.
QUICK = [row.handler for row in TABLE.values() if not row.lasts and row.times == 1]


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[FailingUpstream]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "bundle.pem"))
    upstream = FailingUpstream(server_context(authority))
    numbers = count()

    def fail(received: Received, wire: Wire) -> None:
        # Two calls a checkout: over time each has every fault beside every other.
        number = next(numbers)
        QUICK[(number + number // len(QUICK)) % len(QUICK)](received, wire)

    upstream.on("*", fail)
    yield upstream
    upstream.stop()


# Less would tell of caches that fill up; test_fault_memory.py looks at each fault.
@pytest.mark.skipif(os.environ.get("SOAK") != "1", reason="takes minutes: SOAK=1")
def test_memory_threads_and_descriptors_stay_as_they_are_over_many_failing_checkouts(
    failing: FailingUpstream, tmp_path: Path
) -> None:
    app, zonos = make_app(failing.url, tmp_path)

    browser = app.test_client()
    browser.get("/login")

    def fail(times: int) -> None:
        # One by one: the upstream's many threads would scatter C's memory.
        for _ in range(times):
            answer = browser.post("/zonos/cart-info", json={})
            assert answer.status_code in (200, 502, 503)
        failing.forget()

    logging.disable()
    try:
        fail(FAILING // 4)
        blocks, resident = allocated_blocks(), resident_bytes()
        files = len(os.listdir("/proc/self/fd"))
        fail(FAILING)
        assert allocated_blocks() - blocks < FAILING // 10
        assert resident_bytes() - resident < 16 * 1024 * 1024
        # Ours and the upstream's ends of the connections that are kept.
        kept = len(os.listdir("/proc/self/fd")) - files
        assert kept <= 2 * POOL_SIZE
    finally:
        logging.disable(logging.NOTSET)
        with app.app_context():
            zonos.client.close()
