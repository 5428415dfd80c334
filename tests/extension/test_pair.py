"""Both mutations at once, in the time of the slower; half a failure costs no sale."""

from __future__ import annotations

import json
import threading

import pytest

from flask_zonos import BadResponse
from flask_zonos import ZonosClient

from ..support.fixtures import MakeClient
from ..support.pairs import pair
from ..support.samples import cart
from ..support.samples import profile
from ..support.shops import PROFILE
from ..support.upstream import Handler
from ..support.upstream import held_until
from ..support.upstream import PATIENCE
from ..support.upstream import reply_with
from ..support.upstream import together
from ..support.upstream import Upstream

CART = "cartCreate"


def gives(operation: str, value: object) -> Handler:
    return reply_with(json.dumps({"data": {operation: value}}))


def test_both_calls_are_under_way_at_the_same_time(
    upstream: Upstream, client: ZonosClient
) -> None:
    upstream.on("*", together(2))
    checkout = pair(client)

    assert checkout.recognition.level == "profile"
    assert checkout.one_time_password is not None
    assert checkout.one_time_password.reveal() == "otp_of_1234567"
    assert checkout.shipping_data is None
    assert set(checkout.timings) == {"cart", "profile", "total"}
    assert sorted(upstream.operations()) == [CART, PROFILE]


@pytest.mark.parametrize(
    ("deadline", "grace"),
    [(PATIENCE, 0.05), (2, PATIENCE)],
    ids=["the grace", "the deadline of the pair"],
)
def test_a_ready_cart_waits_for_its_profile_no_longer_than(
    upstream: Upstream, client: ZonosClient, deadline: float, grace: float
) -> None:
    released = threading.Event()
    upstream.on(PROFILE, held_until(released))

    checkout = pair(client, deadline=deadline, grace=grace)

    released.set()
    assert checkout.cart_id == "cart_of_mug"
    assert checkout.one_time_password is None
    assert checkout.recognition.reason == "timeout"
    assert "profile" not in checkout.timings


@pytest.mark.parametrize("expires_at", ["soon", 7, 1e400, {}, "2030-13-01T00:00:00Z"])
def test_a_cart_counts_whatever_is_said_of_its_end(
    upstream: Upstream, client: ZonosClient, expires_at: object
) -> None:
    upstream.on(CART, gives(CART, {"id": "cart_1", "expiresAt": expires_at}))
    created = client.create_cart(cart())
    assert (created.id, created.expires_at) == ("cart_1", None)


def test_a_cart_with_an_empty_id_is_none(
    upstream: Upstream, client: ZonosClient
) -> None:
    upstream.on(CART, gives(CART, {"id": ""}))
    with pytest.raises(BadResponse):
        client.create_cart(cart())


#: Whatever else a profile's answer holds, in either selection.
ODD: dict[str, object] = {
    "customerId": 7,
    "organizationId": None,
    "email": ["test@zonos.com"],
    "name": {},
    "phone": 7022920000,
    "locations": [None, {}, "Davie Street", {"line1": "Davie Street"}],
}


@pytest.mark.parametrize("more", [ODD, {"locations": {"a": 1}}])
def test_a_password_counts_whatever_else_a_profiles_answer_holds(
    upstream: Upstream, client: ZonosClient, more: dict[str, object]
) -> None:
    upstream.on(PROFILE, gives(PROFILE, {"oneTimePassword": "otp_1", **more}))
    assert pair(client).recognition.level == "profile"
    customer = client.authenticate_customer(profile(), whole=True)
    assert customer.one_time_password is not None
    assert customer.email is customer.name is customer.phone is None
    assert customer.locations == ()


def test_with_one_slot_the_profile_gives_way_to_the_cart(
    upstream: Upstream, make_client: MakeClient
) -> None:
    assert pair(make_client(pool_size=1)).recognition.reason == "busy"
    assert upstream.operations() == [CART]
