"""Both mutations at once, in the time of the slower; half a failure costs no sale.

What each call came to is told by the signal ``zonos_called``, where it was waited for.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from flask_zonos import APIError
from flask_zonos import ZonosClient
from flask_zonos.signals import zonos_called

from ..support.fault_handlers import resets
from ..support.fault_handlers import says
from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.samples import PAGES_EXAMPLE
from ..support.samples import pair
from ..support.samples import profile
from ..support.shops import password_in
from ..support.shops import PROFILE
from ..support.shops import Shop
from ..support.threads import assert_idle
from ..support.upstream import Handler
from ..support.upstream import Received
from ..support.upstream import reply_with
from ..support.upstream import together
from ..support.upstream import Upstream
from ..support.upstream import Wire

CART = "cartCreate"


class Heard:
    """Records the signal, by the operation."""

    def __init__(self) -> None:
        self.calls: dict[str, dict[str, Any]] = {}

    def __call__(self, sender: object, operation: str, **values: Any) -> None:
        assert operation not in self.calls, "told twice"
        assert values.pop("seconds") >= 0
        self.calls[operation] = values
        self.sender, self.thread = sender, threading.current_thread()


@pytest.fixture
def heard() -> Iterator[Heard]:
    heard = Heard()
    with zonos_called.connected_to(heard):
        yield heard


def ended(outcome: str, status: int | None, retries: int = 0) -> dict[str, Any]:
    return {"outcome": outcome, "status": status, "retries": retries}


def gives(operation: str, value: object) -> Handler:
    return reply_with(json.dumps({"data": {operation: value}}))


def test_both_calls_are_under_way_at_once_and_told_on_the_clicks_own_thread(
    shop: Shop, upstream: Upstream, heard: Heard
) -> None:
    upstream.on("*", together(2))
    assert password_in(shop.click("ada")) == "otp_of_ada"
    assert heard.calls == {CART: ended("ok", 200), PROFILE: ended("ok", 200)}
    assert (heard.sender, heard.thread) == (shop.app, threading.current_thread())


def test_a_profile_is_waited_for_no_longer_than_its_grace_or_a_cart_that_fails(
    upstream: Upstream, client: ZonosClient, heard: Heard
) -> None:
    released = threading.Event()

    def refuse_late(received: Received, wire: Wire) -> None:
        """Refuse for now, what is sent again if anybody still waits."""
        wire.hold(released)
        wire.reply("", status=429)

    upstream.on(PROFILE, refuse_late)
    checkout = pair(client, grace=0.05)
    assert heard.calls.pop(PROFILE) == ended("timeout", None)
    upstream.on(CART, says(b"", 500))
    heard.calls.clear()
    with pytest.raises(APIError):
        pair(client)

    assert heard.calls[PROFILE] == ended("abandoned", None)
    released.set()
    assert_idle(client)
    assert upstream.operations().count(PROFILE) == 2
    assert checkout.cart_id == "cart_of_mug"
    assert checkout.one_time_password is None
    assert checkout.recognition.reason == "timeout"
    assert "profile" not in checkout.timings


@pytest.mark.parametrize(
    ("handler", "told"),
    [
        (resets, ended("connection-failed", None)),
        (says(b"", 500), ended("server-error", 500)),
        (says(b"", 429), ended("rate-limited", 429, retries=1)),
        (says({"data": {}}), ended("bad-response", 200)),
        (says({"errors": [{}]}), ended("graphql-errors", 200)),
    ],
    ids=range(5),
)
def test_a_failure_is_told_with_status_and_retries(
    upstream: Upstream, client: ZonosClient, heard: Heard, handler: Handler, told: Any
) -> None:
    upstream.on("*", handler)
    with pytest.raises(APIError):
        client.create_cart(cart())
    assert heard.calls == {CART: told}
    assert heard.sender is client


def test_a_receiver_that_fails_costs_no_call(
    client: ZonosClient, caplog: pytest.LogCaptureFixture
) -> None:
    with zonos_called.connected_to(lambda sender, **values: 1 / 0):
        assert client.create_cart(cart()).id
    assert "A receiver of the signal zonos-called failed" in caplog.text


def test_carts_and_passwords_count_whatever_else_is_told_of_them(
    upstream: Upstream, client: ZonosClient
) -> None:
    ends: list[object] = ["soon", 7, 1e400, {}, "2030-13-01T00:00:00Z"]
    for odd in ends:
        upstream.on(CART, gives(CART, {"id": "cart_1", "expiresAt": odd}))
        assert client.create_cart(cart()).expires_at is None
    person: list[dict[str, object]] = [
        {"email": ["test@zonos.com"], "name": {}, "phone": 7022920000},
        {"locations": [None, {}, "Davie Street", {"line1": "Davie Street"}]},
        {"locations": {"a": 1}},
    ]
    for more in person:
        upstream.on(PROFILE, gives(PROFILE, {"oneTimePassword": "otp_1", **more}))
        assert pair(client).recognition.level == "profile"
        customer = client.authenticate_customer(profile(), whole=True)
        assert customer.one_time_password is not None
        assert customer.email is customer.name is customer.phone is None
        assert customer.locations == ()
    found = {**PAGES_EXAMPLE, "organizationId": "org_1", "oneTimePassword": "otp_1"}
    upstream.on(PROFILE, gives(PROFILE, found))
    customer = client.authenticate_customer(profile(), whole=True)
    assert (customer.customer_id, customer.organization_id) == ("1234567", "org_1")
    places = [location.locality for location in customer.locations]
    assert places == ["Vancouver", "Saint George"]


def test_with_one_slot_the_profile_gives_way_to_the_cart(
    upstream: Upstream, make_client: MakeClient
) -> None:
    assert pair(make_client(pool_size=1)).recognition.reason == "busy"
    assert upstream.operations() == [CART]
