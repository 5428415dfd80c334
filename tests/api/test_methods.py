"""The requests of the client's methods, and their retries."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from flask_zonos import APIError
from flask_zonos import ConnectionFailed
from flask_zonos import InvalidInput
from flask_zonos import RateLimited
from flask_zonos import ServerError
from flask_zonos import ZonosClient

from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.samples import profile
from ..support.upstream import answer_well
from ..support.upstream import PATIENCE
from ..support.upstream import Received
from ..support.upstream import reply_with
from ..support.upstream import Upstream
from ..support.upstream import Wire


@pytest.mark.parametrize(
    ("status", "error"), [(429, RateLimited), (500, ServerError), (503, ServerError)]
)
def test_a_mutation_that_may_have_been_carried_out_is_not_sent_again(
    upstream: Upstream, client: ZonosClient, status: int, error: type[Exception]
) -> None:
    upstream.on("*", reply_with("{}", status=status, headers={"Retry-After": "7"}))

    with pytest.raises(error):
        client.create_cart(cart())

    assert len(upstream.received) == 1


def test_a_short_retry_after_is_waited_for_once_and_the_cart_is_made(
    upstream: Upstream, make_client: MakeClient
) -> None:
    came: list[float] = []

    def later(received: Received, wire: Wire) -> None:
        came.append(time.monotonic())
        if len(came) == 1:
            wire.reply("{}", status=429, headers={"Retry-After": "1"})
        else:
            answer_well(received, wire)

    upstream.on("*", later)

    assert make_client(deadline=30).create_cart(cart()).id == "cart_of_mug"
    assert len(came) == 2
    assert came[1] - came[0] >= 1


def test_nothing_is_sent_again_that_could_not_end_in_time(
    upstream: Upstream, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_zonos.api.retry.LONGEST_RETRY_AFTER", 60)
    upstream.on("*", reply_with("{}", status=429, headers={"Retry-After": "21"}))

    with pytest.raises(RateLimited):
        make_client(deadline=PATIENCE).create_cart(cart())

    assert len(upstream.received) == 1


def test_a_broken_connection_is_tried_again_for_a_query_only(
    upstream: Upstream, client: ZonosClient
) -> None:
    upstream.on("*", lambda received, wire: wire.end())

    with pytest.raises(ConnectionFailed):
        client.get_order("order_1")
    with pytest.raises(ConnectionFailed):
        client.create_cart(cart())

    assert upstream.operations() == ["order", "order", "cartCreate"]


def test_a_query_survives_one_bad_answer(
    upstream: Upstream, client: ZonosClient
) -> None:
    def once(received: Received, wire: Wire) -> None:
        first = len(upstream.received) == 1
        wire.reply('{"data": {"order": null}}', status=503 if first else 200)

    upstream.on("order", once)

    assert client.get_order("order_1") is None
    assert upstream.operations() == ["order", "order"]


def errors(*kinds: str) -> str:
    found = [{"extensions": {"errorType": kind}} for kind in kinds]
    return json.dumps({"data": None, "errors": found})


@pytest.mark.parametrize(
    ("status", "body", "times"),
    [
        (500, "", 2),
        (503, "", 2),
        (504, "", 2),
        (502, "", 1),
        (404, "", 1),
        (200, errors("UNAVAILABLE"), 2),
        (200, errors("UNAVAILABLE", "BAD_REQUEST"), 1),
        (200, errors("INTERNAL"), 1),
    ],
)
def test_a_query_is_sent_again_for_what_may_pass_and_for_nothing_else(
    upstream: Upstream, client: ZonosClient, status: int, body: str, times: int
) -> None:
    upstream.on("order", reply_with(body, status=status))

    with pytest.raises(APIError):
        client.get_order("order_1")

    assert upstream.operations() == ["order"] * times


def test_an_order_that_is_not_found_is_none(
    upstream: Upstream, client: ZonosClient
) -> None:
    error = '{"errors": [{"extensions": {"errorType": "NOT_FOUND"}}], "data": null}'
    upstream.on("order", reply_with(error))

    assert client.get_order("order_1") is None


@pytest.mark.parametrize("order_id", [None, 7])
def test_an_order_id_is_checked_before_anything_is_sent(
    upstream: Upstream, client: ZonosClient, order_id: Any
) -> None:
    with pytest.raises(InvalidInput, match="order_id"):
        client.get_order(order_id)
    with pytest.raises(InvalidInput, match="order_id"):
        client.set_account_order_number(order_id, "7")

    assert upstream.received == []


def test_the_shops_order_number_is_written(
    upstream: Upstream, client: ZonosClient
) -> None:
    client.set_account_order_number("order_1", "1001")

    assert upstream.received[0].input == {
        "id": "order_1",
        "accountOrderNumber": "1001",
    }


def test_a_cart_of_create_gets_an_hour_and_one_of_upsert_has_no_expiry(
    upstream: Upstream, make_client: MakeClient
) -> None:
    make_client().create_cart(cart(id="cart_9"))
    make_client(cart_mutation="cartUpsert").create_cart(cart(id="cart_9"))

    created, upserted = (request.input for request in upstream.received)
    assert "id" not in created
    assert created["expiresAt"].endswith("Z")
    assert upserted["id"] == "cart_9"
    assert "expiresAt" not in upserted


def test_the_whole_selection_is_had_when_asked_for(
    upstream: Upstream, client: ZonosClient
) -> None:
    name = "checkoutCustomerProfileAuthenticate"
    found = {
        "email": "test@zonos.com",
        "customerId": "1234567",
        "organizationId": "organization_1",
        "name": "testFirstName1 testLastName",
        "phone": None,
        "oneTimePassword": "otp_1",
        "locations": [
            {
                "administrativeArea": "BC",
                "countryCode": "CA",
                "locality": "Vancouver",
                "line1": "411-1033 Davie Street",
                "line2": None,
                "name": None,
                "postalCode": "V6E1M7",
            }
        ],
    }
    upstream.on(name, lambda received, wire: wire.reply_json({"data": {name: found}}))

    answer = client.authenticate_customer(profile(), whole=True)

    assert (answer.customer_id, answer.email) == ("1234567", "test@zonos.com")
    assert answer.organization_id == "organization_1"
    assert [place.locality for place in answer.locations] == ["Vancouver"]
