"""Each fault of Zonos's: the shopper's cart, address or message; log and signals.

The same shop serves the next shopper, and nothing of the fault stays.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import trustme

from flask_zonos import TimedOut
from flask_zonos.signals import cart_created
from flask_zonos.signals import checkout_failed
from flask_zonos.signals import profile_skipped

from ..support.fault_handlers import AUTHENTICATE
from ..support.fault_handlers import CART
from ..support.fault_handlers import REQUEST_ID
from ..support.fault_handlers import TOLD
from ..support.faults import Fault
from ..support.faults import TABLE
from ..support.shops import make_shop
from ..support.shops import problem
from ..support.shops import Shop
from ..support.threads import assert_idle
from ..support.threads import assert_soon
from ..support.threads import is_idle
from ..support.threads import open_files
from ..support.unreachable import UNREACHABLE
from ..support.upstream import PATIENCE
from ..support.upstream import server_context
from ..support.upstream import Upstream

#: The status and what the shopper reads, by the problem's code.
PROBLEMS = {
    "unavailable": (502, "The checkout could not be opened. Please try again in a"),
    "timeout": (504, "The checkout took too long to open. Please try again in a"),
    "rate-limited": (503, "The checkout is very busy. Please try again in a"),
}
#: Seconds, less than a fault lasts.
SOON = 20
#: Settings where a fault lasts, by the operation that has it. A cart that is well must
#: not be hurried on a busy machine.
IN_NO_HURRY = {"ZONOS_TIMEOUT": (PATIENCE, PATIENCE), "ZONOS_DEADLINE": PATIENCE}
HURRIED = {
    CART: {**IN_NO_HURRY, "ZONOS_DEADLINE": 0.2},
    AUTHENTICATE: {**IN_NO_HURRY, "ZONOS_PROFILE_GRACE": 0.1},
}
HURRIED["*"] = HURRIED[CART]


@pytest.fixture
def signals() -> Iterator[list[tuple[str | None, ...]]]:
    """The signals of the test's checkouts, in order."""
    signals: list[tuple[str | None, ...]] = []

    def created(sender: object, **told: Any) -> None:
        signals.append(("created", told["recognition"].level))

    def failed(sender: object, **told: Any) -> None:
        signals.append(("failed", told["code"], told["request_id"]))

    def skipped(sender: object, **told: Any) -> None:
        signals.append(("skipped", told["reason"]))

    with (
        cart_created.connected_to(created),
        checkout_failed.connected_to(failed),
        profile_skipped.connected_to(skipped),
    ):
        yield signals


@pytest.fixture(scope="module", params=["plain", "TLS"])
def upstream(
    request: pytest.FixtureRequest, authority: trustme.CA
) -> Iterator[Upstream]:
    with Upstream(
        server_context(authority) if request.param == "TLS" else None
    ) as upstream:
        yield upstream


@pytest.fixture(scope="module")
def shops(upstream: Upstream, ca_bundle: str) -> Iterator[dict[str, Shop]]:
    """A shop in no hurry, and those that are; no connection of theirs stays."""
    settings = {"": IN_NO_HURRY, **HURRIED}
    shops = {
        name: make_shop(upstream.url, ZONOS_CA_BUNDLE=ca_bundle, **each)
        for name, each in settings.items()
    }
    yield shops
    for shop in shops.values():
        shop.close()
    assert_soon(lambda: not upstream._open)


@pytest.fixture(autouse=True)
def small_bodies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body of a few hundred kilobytes is too large."""
    monkeypatch.setattr("flask_zonos.api.transport.LARGEST_BODY", 200_000)


def client_of(shop: Shop) -> Any:
    return shop.app.extensions["zonos"].client


@pytest.mark.parametrize("hit", [CART, AUTHENTICATE, "*"], ids=["cart", "profile", "2"])
@pytest.mark.parametrize("fault", TABLE.values(), ids=TABLE)
def test_a_fault_costs_no_more_than_it_must(
    upstream: Upstream,
    shops: dict[str, Shop],
    caplog: pytest.LogCaptureFixture,
    signals: list[tuple[str | None, ...]],
    fault: Fault,
    hit: str,
) -> None:
    shop = shops[hit if fault.lasts else ""]
    browser = shop.browser("1234567")
    upstream.received.clear()
    upstream._handlers.clear()  # of a test that failed
    upstream.on(hit, fault.handler)

    began = time.monotonic()
    response = browser.post("/zonos/cart-info")
    assert time.monotonic() - began < SOON

    if hit == AUTHENTICATE or fault.code is None:
        assert response.status_code == 200
        body = response.get_json()
        level, reason = body["recognition"].values()
        if hit == CART:
            assert (level, reason, body["cartId"]) == ("profile", None, "cart_1")
            assert signals == [("created", "profile")]
        else:
            assert (level, reason) == ("prefill", fault.reason)
            assert body["customerProfileAuthenticate"] is None
            assert body["shippingData"]["customerZip"] == "V6E1M7"
            assert signals == [("skipped", reason), ("created", "prefill")]
            assert "The shopper checks out without a profile: " in caplog.text
    else:
        status, detail = PROBLEMS[fault.code]
        body = problem(response, status, fault.code)
        assert body["detail"] == f"{detail} moment."
        request_id = REQUEST_ID if fault.told else None
        assert body.get("requestId") == request_id
        assert 1 <= int(response.headers["Retry-After"]) <= 60
        assert signals == [("failed", fault.code, request_id)]
    if hit != CART or fault.code is not None:
        assert fault.log in caplog.text
        assert not fault.told or REQUEST_ID in caplog.text
    assert TOLD not in caplog.text + response.text

    if fault.lasts and (hit == AUTHENTICATE or upstream.context is None):
        # A profile that was given up has the whole deadline, and plain http has no
        # bound within a head. It may be about to connect only now.
        def is_over() -> bool:
            upstream.drop_connections()
            return is_idle(client_of(shop))

        assert_soon(is_over)
    assert_idle(client_of(shop))
    if hit != "*" and not fault.lasts:
        assert upstream.operations().count(hit) == fault.times
    # On a busy machine a hurried call may end before it arrives.
    arrived = {(each.method, each.path) for each in upstream.received}
    assert arrived <= {("POST", "/graphql")}
    upstream._handlers.clear()
    well = shops[""].click("1234567").get_json()
    assert well["recognition"] == {"level": "profile", "reason": None}


def test_of_hosts_that_cannot_be_reached_no_thread_and_no_descriptor_stays(
    authority: trustme.CA, ca_bundle: str
) -> None:
    threads, files = set(threading.enumerate()), open_files()
    for unreachable in UNREACHABLE.values():
        with unreachable.address(authority) as url:
            shop = make_shop(
                url,
                ZONOS_CA_BUNDLE=ca_bundle,
                ZONOS_TIMEOUT=(unreachable.connect, PATIENCE),
                ZONOS_DEADLINE=unreachable.deadline,
            )
            status = 504 if unreachable.error is TimedOut else 502
            assert shop.click("1234567").status_code == status
        shop.close()

    assert_soon(lambda: set(threading.enumerate()) <= threads)
    assert open_files() <= files
