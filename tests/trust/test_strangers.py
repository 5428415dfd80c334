"""No answer tells whether Zonos knows a customer, or anything that it knows of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from flask_zonos.sandbox import Fault
from flask_zonos.sandbox import Sandbox

from ..support.customers_shop import body_of
from ..support.customers_shop import create_shop
from ..support.customers_shop import signed_in
from ..support.fault_handlers import AUTHENTICATE
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire
from .conftest import MakeShop


@pytest.fixture
def sandbox(no_thread_stays: None) -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def storefront(sandbox: Sandbox) -> Iterator[Flask]:
    app = create_shop("", **sandbox.settings)
    yield app
    with app.app_context():
        app.extensions["zonos"].client.close()


def outline(value: Any) -> Any:
    """The shape of a response: all but the texts that no two share."""
    if isinstance(value, dict):
        return {name: outline(inner) for name, inner in value.items()}
    return type(value).__name__


def test_the_answer_for_a_new_customer_is_like_that_for_a_known_one(
    storefront: Flask, sandbox: Sandbox
) -> None:
    browser = signed_in(storefront)
    new, known = (browser.post("/zonos/cart-info") for _ in range(2))
    assert outline(body_of(new)) == outline(body_of(known))
    assert outline(body_of(known)) == {
        "cartId": "str",
        "customerProfileAuthenticate": {AUTHENTICATE: {"oneTimePassword": "str"}},
        "recognition": {"level": "str", "reason": "NoneType"},
        "shippingData": "NoneType",
    }
    assert list(new.headers.keys()) == list(known.headers.keys())
    assert len(new.data) == len(known.data)


def test_what_is_prefilled_is_the_shops_own_and_never_what_zonos_has_kept(
    storefront: Flask, sandbox: Sandbox
) -> None:
    browser = signed_in(storefront)
    browser.post("/zonos/cart-info")
    sandbox.state.store.change("UPDATE profile SET name = 'kept at Zonos'")
    sandbox.faults.add(Fault("no-password", AUTHENTICATE))
    answer = browser.post("/zonos/cart-info")
    assert body_of(answer)["recognition"]["level"] == "prefill"
    assert body_of(answer)["shippingData"]["customerName"] == "Kirsten Holm"
    assert "kept at Zonos" not in answer.text


@pytest.mark.parametrize("password", ["otp_1", None])
def test_what_upstream_adds_of_a_profile_reaches_no_page(
    make_shop: MakeShop, upstream: Upstream, password: str | None
) -> None:
    def talkative(received: Received, wire: Wire) -> None:
        told = {"oneTimePassword": password, "name": "kept at Zonos", "known": True}
        profile = told | {"locations": [{"line1": "kept at Zonos"}]}
        answer = {"data": {AUTHENTICATE: profile}, "extensions": {"kept": "at Zonos"}}
        wire.reply_json(answer, headers={"X-Known": "kept at Zonos"})

    upstream.on(AUTHENTICATE, talkative)
    answer = signed_in(make_shop()).post("/zonos/cart-info")
    assert answer.status_code == 200
    assert "at Zonos" not in answer.text + str(answer.headers)


def test_zonos_is_asked_for_the_password_and_nothing_else_of_a_profile(
    make_shop: MakeShop, upstream: Upstream
) -> None:
    signed_in(make_shop()).post("/zonos/cart-info")
    (query,) = (
        each.payload["query"]
        for each in upstream.received
        if each.operation == AUTHENTICATE
    )
    asked_for = query.rpartition(AUTHENTICATE)[2].partition("{")[2]
    assert asked_for.strip(" \n}") == "oneTimePassword"
