"""Unforeseen responses end as one of our errors, and leave nothing held."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
import requests_mock
from flask import Flask

from flask_zonos import BadResponse
from flask_zonos import Busy
from flask_zonos import ZonosClient
from flask_zonos.api import operations
from flask_zonos.api.operations import AUTHENTICATE
from flask_zonos.api.results import AuthenticatedCustomer

from ..support.customers_shop import body_of
from ..support.customers_shop import signed_in
from ..support.customers_shop import TOKEN
from ..support.threads import no_more_threads
from ..support.upstream import Upstream


@pytest.fixture
def client(upstream: Upstream) -> Iterator[ZonosClient]:
    client = ZonosClient(TOKEN, api_url=upstream.url, pool_size=2)
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


def test_without_another_thread_a_profile_is_given_up_and_holds_no_place(
    client: ZonosClient,
) -> None:
    variables = operations.InputVariables(input={"customerId": "kirsten-1"})
    end = time.monotonic() + 30
    with no_more_threads():
        for _ in range(3):
            with pytest.raises(Busy, match="thread"):
                client.submit(AUTHENTICATE, variables, deadline=end, wait=False)
    call = client.submit(AUTHENTICATE, variables, deadline=end, wait=False)
    assert call.result(30).one_time_password is not None


def test_without_another_thread_the_shopper_buys_with_less(
    shop: Flask, upstream: Upstream
) -> None:
    browser = signed_in(shop)
    # A stand-in of this process would have no thread for a connection either.
    with requests_mock.Mocker() as mocked, no_more_threads():
        mocked.post(upstream.url, json={"data": {"cartCreate": {"id": "cart_1"}}})
        less = body_of(browser.post("/zonos/cart-info"))
    assert less["cartId"]
    assert less["recognition"] == {"level": "prefill", "reason": "busy"}
    whole = body_of(browser.post("/zonos/cart-info"))
    assert whole["recognition"] == {"level": "profile", "reason": None}
