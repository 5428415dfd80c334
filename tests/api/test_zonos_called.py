"""The signal zonos_called: what each call came to, told where it was waited for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from flask_zonos import APIError
from flask_zonos import ZonosClient
from flask_zonos.api.operations import AUTHENTICATE
from flask_zonos.signals import zonos_called

from ..support.fault_handlers import resets
from ..support.fault_handlers import says
from ..support.fixtures import MakeShop
from ..support.pairs import pair
from ..support.samples import cart
from ..support.upstream import Handler
from ..support.upstream import held_until
from ..support.upstream import Upstream

PROFILE = AUTHENTICATE.name


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


def test_a_checkout_tells_of_both_calls_on_its_own_thread(
    make_a_shop: MakeShop, heard: Heard
) -> None:
    shop = make_a_shop()
    shop.click("ada")
    assert heard.calls == {"cartCreate": ended("ok", 200), PROFILE: ended("ok", 200)}
    assert (heard.sender, heard.thread) == (shop.app, threading.current_thread())


@pytest.mark.parametrize(
    ("handler", "told"),
    [
        (resets, ended("connection-failed", None)),
        (says(b"", 500), ended("server-error", 500)),
        (says(b"", 401), ended("unauthorized", 401)),
        (says(b"", 429), ended("rate-limited", 429, retries=1)),
        (says({"data": {}}), ended("bad-response", 200)),
        (says({"errors": [{}]}), ended("graphql-errors", 200)),
    ],
    ids=range(6),
)
def test_an_outcome_is_told_with_status_and_retries(
    upstream: Upstream,
    client: ZonosClient,
    heard: Heard,
    handler: Handler,
    told: dict[str, Any],
) -> None:
    upstream.on("*", handler)
    with pytest.raises(APIError):
        client.create_cart(cart())
    assert heard.calls == {"cartCreate": told}
    assert heard.sender is client


@pytest.mark.parametrize("outcome", ["timeout", "abandoned"])
def test_a_profile_that_is_not_waited_for_any_more_is_told_at_once(
    upstream: Upstream, client: ZonosClient, heard: Heard, outcome: str
) -> None:
    released = threading.Event()
    upstream.on(PROFILE, held_until(released))
    if outcome == "timeout":
        pair(client, grace=0.01)
    else:
        upstream.on("cartCreate", says(b"", 500))
        with pytest.raises(APIError):
            pair(client)

    assert heard.calls[PROFILE] == ended(outcome, None)
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
