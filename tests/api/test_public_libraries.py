"""Libraries that record, cache or trace requests work as their pages say."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
import requests_cache
import vcr
from flask import Flask
from flask import has_request_context

from flask_zonos import ZonosClient
from flask_zonos.api.operations import AUTHENTICATE

from ..support.fixtures import MakeClient
from ..support.fixtures import MakeShop
from ..support.pairs import pair
from ..support.samples import cart
from ..support.samples import item
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire

shopper = ContextVar("shopper", default="nobody")


def test_vcrpy_records_both_calls_and_replays_them(
    secure: Upstream, make_client: MakeClient, tmp_path: Path
) -> None:
    def operation(recorded: Any, sent: Any) -> bool:
        bodies = [json.loads(request.body) for request in (recorded, sent)]
        return bool(bodies[0]["operationName"] == bodies[1]["operationName"])

    recorder = vcr.VCR(
        filter_headers=["credentialToken"], match_on=["method", "uri", "operation"]
    )
    recorder.register_matcher("operation", operation)
    cassette = str(tmp_path / "click.yaml")

    with recorder.use_cassette(cassette):
        client = make_client(api_url=secure.url)
        # vcrpy is safe in threads once its connections are made.
        client.warm_up()
        first = pair(client)
    secure.stop()
    with recorder.use_cassette(cassette, record_mode="none") as played:
        client = make_client(api_url=secure.url)
        client.warm_up()
        second = pair(client)

    assert first.recognition.level == second.recognition.level == "profile"
    assert first.cart_id == second.cart_id == "cart_of_mug"
    assert len(secure.received) == played.play_count == 4


def test_requests_cache_keeps_no_password_and_no_cart(
    upstream: Upstream, make_a_shop: MakeShop
) -> None:
    number = count(1)

    def fresh(received: Received, wire: Wire) -> None:
        result = {"oneTimePassword": f"otp_{next(number)}"}
        wire.reply_json({"data": {AUTHENTICATE.name: result}})

    upstream.on(AUTHENTICATE.name, fresh)
    # Of POST too, which it does not keep by default.
    methods = ("GET", "POST")
    with requests_cache.enabled(backend="memory", allowable_methods=methods):
        shop = make_a_shop()
        clicks = [shop.click("1").text for _ in range(3)]
        cache = requests_cache.get_cache()
        assert cache is not None
        kept = len(cache.responses)

    assert all(f"otp_{number}" in click for number, click in enumerate(clicks, 1))
    assert kept == 0
    assert len(upstream.received) == 6


def test_a_tracer_costs_no_sale_and_sees_the_shopper_of_its_own_call_only(
    client: ZonosClient, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = requests.Session.send
    seen: set[str] = set()

    def traced(session: Any, request: Any, **more: Any) -> requests.Response:
        request.headers["baggage"] = f"{shopper.get()}, {has_request_context()}"
        response = send(session, request, **more)
        seen.add(response.text[:8])
        return response

    # As OpenTelemetry does.
    monkeypatch.setattr(requests.Session, "send", traced)
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
    assert seen == {'{"data":'}
