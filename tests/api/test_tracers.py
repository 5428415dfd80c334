"""A tracer of requests costs no sale and mixes up no shoppers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any

import pytest
import requests
from flask import Flask
from flask import has_request_context

from flask_zonos import ZonosClient

from ..support.pairs import pair
from ..support.samples import cart
from ..support.samples import item
from ..support.upstream import Upstream

shopper = ContextVar("shopper", default="nobody")

Watch = Callable[[Callable[..., requests.Response]], None]


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
        assert pair(client).recognition.level == "profile"
    assert seen == [(200, "application/json")] * 4


def test_a_tracer_sees_the_shopper_of_its_own_call_and_nothing_of_the_request(
    client: ZonosClient, upstream: Upstream, watch: Watch
) -> None:
    def traced(request: Any, send: Callable[[], requests.Response]) -> Any:
        request.headers["baggage"] = f"{shopper.get()}, {has_request_context()}"
        return send()

    watch(traced)
    app = Flask(__name__)

    def check_out(name: str) -> None:
        shopper.set(name)
        with app.test_request_context():
            for _ in range(20):
                client.create_cart(cart(item(sku=name)))

    with ThreadPoolExecutor(4) as shoppers:
        list(shoppers.map(check_out, "abcd"))
    client.create_cart(cart(item(sku="nobody")))

    told = {
        (request.input["items"][0]["sku"], request.headers["baggage"])
        for request in upstream.received
    }
    assert told == {(name, f"{name}, False") for name in (*"abcd", "nobody")}
