"""The ladder under load: fifty shoppers at once, and a Zonos that fails now and then.

A twentieth of it by default; the whole with ``SOAK=1``.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import login_user
from flask_login import LoginManager
from flask_login import UserMixin

from flask_zonos import Cart
from flask_zonos import CartItem
from flask_zonos import CustomerProfile
from flask_zonos import Location
from flask_zonos import Zonos

from ..extension.samples import item
from ..extension.upstream import answer_well
from ..extension.upstream import Handler
from ..extension.upstream import Received
from ..extension.upstream import Upstream
from ..extension.upstream import Wire
from ..trust.faults import AUTHENTICATE
from ..trust.faults import CART
from ..trust.faults import closes
from ..trust.faults import drips
from ..trust.faults import endless
from ..trust.faults import errors
from ..trust.faults import hangs
from ..trust.faults import late
from ..trust.faults import resets
from ..trust.faults import says
from ..trust.faults import truncates

SHOPPERS = 50
CHECKOUTS = 2000 if os.environ.get("SOAK") else 100
DEADLINE = 1.0
#: Seconds. Two cores and fifty threads make even a refusal wait for its turn.
A_LITTLE = 5.0

BOTH = {
    CART: {"id": "cart_beside_errors", "expiresAt": None},
    AUTHENTICATE: {"oneTimePassword": "otp_beside_errors"},
}
WITHOUT_PASSWORD = {CART: None, AUTHENTICATE: {"oneTimePassword": None}}

FAULTS: dict[str, Handler] = {
    "reset": resets,
    "closed": closes,
    "truncated": truncates,
    "hung": hangs,
    "dripping": drips,
    "late": late(0.2),
    "oversized": endless,
    "html": says(b"<h1>Oh</h1>"),
    "500": says(b"<h1>Oh</h1>", 500),
    "503": says(b"", 503),
    "401": says({"message": "no"}, 401),
    "429": says(b"", 429),
    "429 for long": says(b"", 429, **{"Retry-After": "3600"}),
    "redirect": says(b"", 302, Location="http://127.0.0.1:9/"),
    "refused": errors("BAD_REQUEST"),
    "unavailable": errors("UNAVAILABLE"),
    "data and errors": errors("INTERNAL", data=BOTH),
    "null data": says({"data": None}),
    "no password": says(
        {"data": {CART: None, AUTHENTICATE: {"oneTimePassword": None}}}
    ),
}
CODES = {"unavailable", "timeout", "rate-limited", "busy"}
REASONS = {"busy", "timeout", "unavailable", "rejected", "no-password"}


class Shopper(UserMixin):  # type: ignore[misc]
    def __init__(self, number: str) -> None:
        self.id = number


def create_shop(api_url: str) -> Flask:
    """A shop with a cart and a profile of each shopper's own."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="a-key-for-tests",
        ZONOS_CREDENTIAL_TOKEN="secret_server_token",
        ZONOS_API_URL=api_url,
        ZONOS_DEADLINE=DEADLINE,
        ZONOS_PROFILE_GRACE=0.3,
        ZONOS_TIMEOUT=(0.5, 0.5),
        ZONOS_POOL_SIZE=40,
    )
    LoginManager(app).user_loader(Shopper)
    zonos = Zonos()

    @zonos.cart_loader
    def cart(request_data: dict[str, Any]) -> Cart:
        number = str(request_data["shopper"])
        items: list[CartItem] = [item(sku=number)]
        return Cart(items=items)

    @zonos.customer_loader
    def customer(user: Shopper) -> CustomerProfile:
        home = Location(
            name=f"Shopper {user.id}",
            line1=f"Street {user.id}",
            locality="Roskilde",
            administrative_area="",
            postal_code="4000",
            country_code="DK",
            phone="+4520304050",
        )
        return CustomerProfile(
            customer_id=user.id, email=f"{user.id}@example.com", locations=[home]
        )

    zonos.init_app(app)
    app.add_url_rule("/login/<number>", view_func=lambda number: sign_in(number))
    return app


def sign_in(number: str) -> str:
    login_user(Shopper(number))
    return ""


@dataclass(frozen=True)
class Ending:
    """How one checkout ended."""

    shopper: str
    took: float
    status: int
    body: dict[str, Any]


def unreliable(dice: random.Random) -> Handler:
    """Fails one call in three, each time in another way."""
    lock = threading.Lock()

    def handler(received: Received, wire: Wire) -> None:
        with lock:
            ill = dice.random() < 1 / 3
            fault = dice.choice(list(FAULTS.values()))
        (fault if ill else answer_well)(received, wire)

    return handler


def check_out(browser: FlaskClient, number: str) -> Ending:
    began = time.monotonic()
    answer = browser.post("/zonos/cart-info", json={"shopper": number})
    took = time.monotonic() - began
    body = answer.get_json()
    assert isinstance(body, dict), answer.text
    return Ending(number, took, answer.status_code, body)


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    upstream = Upstream()
    yield upstream
    upstream.stop()


def test_every_shopper_ends_on_a_rung_or_is_told_and_sees_nobody_else(
    upstream: Upstream,
) -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    upstream.on("*", unreliable(random.Random(seed)))
    threads, files = threading.active_count(), open_files()
    app = create_shop(upstream.url)

    def shop(number: int) -> list[Ending]:
        name = f"shopper-{number}"
        browser = app.test_client()
        browser.get(f"/login/{name}")
        return [check_out(browser, name) for _ in range(CHECKOUTS // SHOPPERS)]

    with ThreadPoolExecutor(SHOPPERS) as pool:
        endings = [e for each in pool.map(shop, range(SHOPPERS)) for e in each]

    assert len(endings) == CHECKOUTS
    for ending in endings:
        assert_right(ending)
    rungs = Counter(
        e.body["recognition"]["level"] if e.status == 200 else e.body["code"]
        for e in endings
    )
    print(rungs)
    assert rungs["profile"] and rungs["prefill"] and rungs["unavailable"]

    with app.app_context():
        app.extensions["zonos"].client.close()
    upstream.drop_connections()
    until = time.monotonic() + 20
    while (threading.active_count(), open_files()) > (threads, files):
        assert time.monotonic() < until, (threading.enumerate(), open_files(), files)
        time.sleep(0.05)


def assert_right(ending: Ending) -> None:
    body, number = ending.body, ending.shopper
    assert ending.took < DEADLINE + A_LITTLE
    if ending.status != 200:
        assert ending.status in (502, 503, 504)
        assert body["code"] in CODES
        assert body["detail"]
        return
    assert body["cartId"] in (f"cart_of_{number}", "cart_beside_errors")
    level, reason = body["recognition"]["level"], body["recognition"]["reason"]
    authenticated = body["customerProfileAuthenticate"]
    if level == "profile":
        given = authenticated["checkoutCustomerProfileAuthenticate"]
        assert given["oneTimePassword"] == f"otp_of_{number}"
        assert reason is None
        assert body["shippingData"] is None
    else:
        assert level == "prefill"
        assert reason in REASONS
        assert authenticated is None
        assert body["shippingData"]["customerEmail"] == f"{number}@example.com"
