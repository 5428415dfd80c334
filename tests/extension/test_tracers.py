"""Who watches requests, such as a tracer, costs no sale and mixes up no shoppers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from flask_zonos import ZonosClient

from .conftest import MakeClient
from .pairs import pair
from .samples import cart
from .samples import item
from .upstream import answer_well
from .upstream import together
from .upstream import Upstream

Watch = Callable[[Callable[..., requests.Response]], None]


@pytest.fixture
def has_open_connections() -> bool:
    return True


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Wraps ``Session.send``, as OpenTelemetry does."""
    send = requests.Session.send

    def begin(traced: Callable[..., requests.Response]) -> None:
        def wrapped(
            session: requests.Session, request: requests.PreparedRequest, **more: Any
        ) -> requests.Response:
            return traced(request, lambda: send(session, request, **more))

        monkeypatch.setattr(requests.Session, "send", wrapped)

    return begin


def test_a_tracer_that_reckons_with_a_status_costs_no_sale(
    client: ZonosClient, watch: Watch
) -> None:
    seen: list[int] = []

    def traced(request: object, send: Callable[[], requests.Response]) -> Any:
        response = send()
        # As OpenTelemetry's does, which would fail on None.
        seen.append(response.status_code + 0)
        return response

    watch(traced)

    assert pair(client).recognition.level == "profile"
    assert seen == [102, 102]


def test_a_tracer_that_reads_the_answer_costs_no_sale(
    client: ZonosClient, watch: Watch
) -> None:
    seen: list[tuple[int, str]] = []

    def traced(request: object, send: Callable[[], requests.Response]) -> Any:
        response = send()
        assert response.content
        seen.append((response.status_code, response.headers["Content-Type"]))
        return response

    watch(traced)

    for _ in range(2):
        assert pair(client, grace=0).recognition.level == "profile"
    assert seen == [(200, "application/json")] * 4


def test_a_tracers_headers_go_with_no_other_shoppers_call(
    make_client: MakeClient, upstream: Upstream, watch: Watch
) -> None:
    shopper = threading.local()

    def traced(request: Any, send: Callable[[], requests.Response]) -> Any:
        if name := getattr(shopper, "name", None):
            request.headers["baggage"] = f"shopper={name}"
        return send()

    client = make_client()
    upstream.on("*", together(4))
    with ThreadPoolExecutor(4) as shoppers:
        # A connection each, for a new one would be opened in a thread of its own.
        list(shoppers.map(client.create_cart, [cart()] * 4))
    upstream.on("*", answer_well)
    upstream.received.clear()
    watch(traced)

    def check_out(name: str) -> None:
        shopper.name = name
        for _ in range(20):
            client.create_cart(cart(item(sku=name)))

    with ThreadPoolExecutor(4) as shoppers:
        list(shoppers.map(check_out, "abcd"))
    client.create_cart(cart(item(sku="none")))

    told = {
        (request.input["items"][0]["sku"], request.headers.get("baggage"))
        for request in upstream.received
    }
    assert told == {*((name, f"shopper={name}") for name in "abcd"), ("none", None)}
