"""The client's methods: their requests, their results, and at most one retry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flask_zonos import APIError
from flask_zonos import InvalidInput
from flask_zonos import RateLimited
from flask_zonos import ZonosClient
from flask_zonos.api.responses import MONTH

from ..support.fault_handlers import closes
from ..support.fault_handlers import errors
from ..support.fault_handlers import says
from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.upstream import answer_well
from ..support.upstream import Handler
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire

AFTER_7 = {"Retry-After": "7"}


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, none of them in truth."""
    slept: list[float] = []
    monkeypatch.setattr("flask_zonos.api.session.time.sleep", slept.append)
    return slept


def create_cart(client: ZonosClient) -> Any:
    return client.create_cart(cart())


def upsert_cart(client: ZonosClient) -> Any:
    client.cart_mutation = "cartUpsert"
    return client.create_cart(cart(id="cart_1"))


def get_order(client: ZonosClient) -> Any:
    return client.get_order("order_1")


@pytest.mark.parametrize(
    ("call", "handler", "sent"),
    [
        (create_cart, says(b"", 429), 2),
        (create_cart, says(b"", 429, **AFTER_7), 1),
        (create_cart, says(b"", 503), 1),
        (create_cart, errors("UNAVAILABLE"), 1),
        (create_cart, closes, 1),
        (upsert_cart, closes, 1),
        (get_order, says(b"", 503), 2),
        (get_order, says(b"", 503, **AFTER_7), 1),
        (get_order, says(b"", 502), 1),
        (get_order, errors("UNAVAILABLE"), 2),
        (get_order, errors("UNAVAILABLE", "BAD_REQUEST"), 1),
        (get_order, closes, 2),
    ],
    ids=range(12),
)
def test_a_request_is_sent_again_for_what_may_pass_and_for_nothing_else(
    upstream: Upstream,
    client: ZonosClient,
    slept: list[float],
    call: Callable[[ZonosClient], Any],
    handler: Handler,
    sent: int,
) -> None:
    upstream.on("*", handler)
    with pytest.raises(APIError):
        call(client)
    assert len(upstream.received) == sent
    assert len(slept) == sent - 1
    assert all(pause < 0.2 for pause in slept)


def test_a_short_retry_after_is_waited_for_once_and_the_call_succeeds(
    upstream: Upstream, client: ZonosClient, slept: list[float]
) -> None:
    def later(received: Received, wire: Wire) -> None:
        upstream.on("*", answer_well)
        wire.reply("", status=429, headers={"Retry-After": "1"})

    upstream.on("*", later)
    create_cart(client)

    assert len(upstream.received) == 2
    assert [int(pause) for pause in slept] == [1]


def test_nothing_is_sent_again_that_could_not_end_in_time(
    upstream: Upstream, client: ZonosClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_zonos.api.retry.LONGEST_RETRY_AFTER", 60)
    upstream.on("*", says(b"", 429, **{"Retry-After": "21"}))
    with pytest.raises(RateLimited):
        create_cart(client)
    assert len(upstream.received) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        *[("21600", 21600.0), ("9" * 5000, MONTH), ("-1", None)],
        ("Sat, 31 Dec 2999 23:59:59 -0000", MONTH),
        ("Fri, 01 Jan 2021 00:00:00 GMT", 0.0),
        ("Fri, 31 Dec 2027 23:59:59 +99999999999999999999", None),
    ],
    ids=range(6),
)
def test_retry_after_is_read_as_seconds_or_a_date_or_not_at_all(
    upstream: Upstream, client: ZonosClient, header: str, seconds: float | None
) -> None:
    upstream.on("*", says(b"", 429, **{"Retry-After": header}))
    with pytest.raises(RateLimited) as caught:
        create_cart(client)
    assert caught.value.retry_after == seconds


def test_an_order_may_be_missing_gets_its_number_and_is_not_asked_for_without_an_id(
    upstream: Upstream, client: ZonosClient
) -> None:
    upstream.on("order", errors("NOT_FOUND"))
    assert client.get_order("order_1") is None
    client.set_account_order_number("order_1", "1001")
    assert upstream.received[-1].input == {
        "id": "order_1",
        "accountOrderNumber": "1001",
    }
    absent: Any = None
    with pytest.raises(InvalidInput, match="order_id"):
        client.get_order(absent)
    assert len(upstream.received) == 2


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
