"""A process that opens checkouts for weeks grows no larger by it.

``SOAK=1`` runs 100,000 checkouts; without it a twentieth of them.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
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

from ..extension.samples import cart
from ..extension.threads import call_threads

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


@pytest.fixture
def app(upstream: Upstream, tmp_path: Path) -> Iterator[Flask]:
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="soak",
        ZONOS_CREDENTIAL_TOKEN="soak_token",
        ZONOS_API_URL=upstream.url,
        ZONOS_CA_BUNDLE=str(tmp_path / "bundle.pem"),
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
