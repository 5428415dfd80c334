"""No answer tells whether Zonos knows a customer, or anything that it knows of one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flask_zonos.sandbox import Fault
from flask_zonos.sandbox import Sandbox

from ..support.shops import click
from ..support.shops import make_shop
from ..support.shops import PROFILE
from ..support.shops import Shop
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire

KEPT = "kept at Zonos"


@pytest.fixture
def sandbox_shop(sandbox: Sandbox) -> Iterator[Shop]:
    shop = make_shop("", **sandbox.settings)
    yield shop
    shop.close()


def test_the_answer_for_a_new_customer_is_like_that_for_a_known_one(
    sandbox_shop: Shop,
) -> None:
    browser = sandbox_shop.browser("a")
    new, known = click(browser), click(browser)

    assert new.json["recognition"] == known.json["recognition"]
    assert known.json["customerProfileAuthenticate"][PROFILE].keys() == {
        "oneTimePassword"
    }
    assert list(new.headers.keys()) == list(known.headers.keys())
    assert len(new.data) == len(known.data)


def test_what_is_prefilled_is_the_shops_own_and_never_what_zonos_has_kept(
    sandbox_shop: Shop, sandbox: Sandbox
) -> None:
    browser = sandbox_shop.browser("a")
    click(browser)
    sandbox.state.store.change(f"UPDATE profile SET name = '{KEPT}'")
    sandbox.faults.add(Fault("no-password", PROFILE))

    answer = click(browser)

    assert answer.json["recognition"]["level"] == "prefill"
    assert answer.json["shippingData"]["customerName"] == "TestCanada TestCanada"
    assert KEPT not in answer.text


@pytest.mark.parametrize("password", ["otp_1", None])
def test_of_a_profile_the_password_is_asked_for_and_no_more_reaches_the_page(
    shop: Shop, upstream: Upstream, password: str | None
) -> None:
    def talk(received: Received, wire: Wire) -> None:
        told = {"oneTimePassword": password, "name": KEPT, "known": True}
        profile = told | {"locations": [{"line1": KEPT}]}
        answer = {"data": {PROFILE: profile}, "extensions": {"kept": KEPT}}
        wire.reply_json(answer, headers={"X-Known": KEPT})

    upstream.on(PROFILE, talk)

    answer = shop.click("a")

    assert answer.status_code == 200
    assert KEPT not in answer.text + str(answer.headers)
    [call] = [each for each in upstream.received if each.operation == PROFILE]
    asked_for = call.payload["query"].rpartition(PROFILE)[2].partition("{")[2]
    assert asked_for.strip(" \n}") == "oneTimePassword"
