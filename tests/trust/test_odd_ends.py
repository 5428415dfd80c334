"""What nobody foresaw ends as one of our errors, and leaves nothing held."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from flask_zonos import BadResponse
from flask_zonos import Busy
from flask_zonos import operations
from flask_zonos import ZonosClient
from flask_zonos.answers import AuthenticatedCustomer
from flask_zonos.operations import AUTHENTICATE

from ..extension.upstream import Upstream
from .shop import body_of
from .shop import signed_in
from .shop import TOKEN


@pytest.fixture
def client(upstream: Upstream) -> Iterator[ZonosClient]:
    client = ZonosClient(TOKEN, api_url=upstream.url, pool_size=1)
    yield client
    client.close()


@pytest.mark.parametrize("kind", [RuntimeError, OverflowError, RecursionError])
def test_a_parser_that_fails_in_any_way_is_a_bad_response(
    client: ZonosClient, kind: type[Exception]
) -> None:
    def fail(answer: object) -> AuthenticatedCustomer:
        raise kind("kirsten@example.com")

    operation = replace(AUTHENTICATE, parse=fail)
    variables = operations.InputVariables(input={"customerId": "kirsten-1"})
    with pytest.raises(BadResponse, match=kind.__name__) as caught:
        client.execute(operation, variables)
    assert "kirsten@example.com" not in str(caught.value)


def test_without_another_thread_the_client_is_busy_and_holds_no_place(
    client: ZonosClient,
) -> None:
    variables = operations.InputVariables(input={"customerId": "kirsten-1"})
    client.begin(AUTHENTICATE, variables, deadline=time.monotonic() + 5).result(5)
    # Python refuses threads in this way at its limit, and when it is ending.
    client._connection.get()._calls._executor.shutdown()
    for _ in range(3):
        with pytest.raises(Busy, match="thread"):
            client.begin(AUTHENTICATE, variables, deadline=time.monotonic() + 1)


def test_without_another_thread_the_shopper_is_told_or_buys_with_less(
    shop: Flask,
) -> None:
    browser = signed_in(shop)
    assert browser.post("/zonos/cart-info").status_code == 200
    with shop.app_context():
        client = shop.extensions["zonos"].client
    client._connection.get()._calls._executor.shutdown()
    for _ in range(40):
        answer = browser.post("/zonos/cart-info")
        assert answer.status_code in (200, 503)
        body = body_of(answer)
        assert "busy" in (body.get("code"), body.get("recognition", {}).get("reason"))
