"""The signal zonos_called: what each call came to, told where it was waited for."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from flask_zonos import APIError
from flask_zonos import ZonosClient
from flask_zonos.api.operations import AUTHENTICATE
from flask_zonos.signals import zonos_called

from ..support.fixtures import MakeClient
from ..support.fixtures import MakeShop
from ..support.pairs import pair
from ..support.samples import cart
from ..support.upstream import answer_well
from ..support.upstream import Handler
from ..support.upstream import held_until
from ..support.upstream import PATIENCE
from ..support.upstream import Received
from ..support.upstream import reply_with
from ..support.upstream import Upstream
from ..support.upstream import Wire

PROFILE = AUTHENTICATE.name


class Heard:
    """Records the signal, by the operation."""

    def __init__(self) -> None:
        self.senders: set[object] = set()
        self.threads: set[threading.Thread] = set()
        self.calls: dict[str, dict[str, Any]] = {}

    def __call__(self, sender: object, operation: str, **values: Any) -> None:
        assert operation not in self.calls, "told twice"
        assert values.pop("seconds") >= 0
        self.senders.add(sender)
        self.threads.add(threading.current_thread())
        self.calls[operation] = values


@pytest.fixture
def heard() -> Iterator[Heard]:
    heard = Heard()
    with zonos_called.connected_to(heard):
        yield heard


def ended(outcome: str, status: int | None, retries: int = 0) -> dict[str, Any]:
    return {"outcome": outcome, "status": status, "retries": retries}


def test_a_checkout_tells_of_both_calls_on_its_own_thread(
    make_a_shop: MakeShop, heard: Heard
) -> None:
    shop = make_a_shop()
    shop.browser("ada").post("/zonos/cart-info")

    assert heard.calls == {"cartCreate": ended("ok", 200), PROFILE: ended("ok", 200)}
    assert heard.senders == {shop.app}
    assert heard.threads == {threading.current_thread()}


def reset(received: Received, wire: Wire) -> None:
    wire.reset()


@pytest.mark.parametrize(
    ("handler", "told"),
    [
        (answer_well, ended("ok", 200)),
        (reset, ended("connection-failed", None)),
        (reply_with("", status=500), ended("server-error", 500)),
        (reply_with("", status=401), ended("unauthorized", 401)),
        (reply_with("", status=429), ended("rate-limited", 429, retries=1)),
        (reply_with("?"), ended("bad-response", 200)),
        (reply_with(json.dumps({"data": {}})), ended("bad-response", 200)),
        (reply_with(json.dumps({"errors": [{}]})), ended("graphql-errors", 200)),
    ],
)
def test_an_outcome_is_told_with_status_and_retries(
    upstream: Upstream,
    client: ZonosClient,
    heard: Heard,
    handler: Handler,
    told: dict[str, Any],
) -> None:
    upstream.on("*", handler)
    try:
        client.create_cart(cart())
    except APIError:
        assert told["outcome"] != "ok"

    assert heard.calls == {"cartCreate": told}
    assert heard.senders == {client}


def test_a_call_that_is_not_waited_for_any_more_is_told_at_once(
    upstream: Upstream, make_client: MakeClient, heard: Heard
) -> None:
    released = threading.Event()
    upstream.on(PROFILE, held_until(released))

    pair(make_client(), grace=0.01)

    assert heard.calls[PROFILE] == ended("timeout", None)
    released.set()


def test_a_profile_whose_cart_failed_is_told_as_abandoned(
    upstream: Upstream, client: ZonosClient, heard: Heard
) -> None:
    released = threading.Event()
    upstream.on(PROFILE, held_until(released))
    upstream.on("cartCreate", reply_with("", status=500))

    with pytest.raises(APIError):
        pair(client, deadline=PATIENCE)

    assert heard.calls[PROFILE] == ended("abandoned", None)
    released.set()


def test_a_receiver_that_fails_costs_no_call(
    make_a_shop: MakeShop, client: ZonosClient, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(sender: object, **values: Any) -> None:
        raise RuntimeError("a fault of the shop's")

    with zonos_called.connected_to(fail):
        assert client.create_cart(cart()).id
        assert make_a_shop().browser("ada").post("/zonos/cart-info").status_code == 200

    assert caplog.text.count("A receiver of the signal zonos-called failed") == 3
