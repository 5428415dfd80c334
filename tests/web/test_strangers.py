"""Nobody but Zonos is told or asked anything: no telemetry, no picture fetched.

No answer tells whether Zonos knows a customer, or anything that it knows of one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flask_zonos.sandbox import Sandbox

from ..support.shops import click
from ..support.shops import make_shop
from ..support.shops import PROFILE
from ..support.shops import Shop
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire
from .visit import PICTURE

KEPT = "kept at Zonos"
ROOT = Path(__file__).parents[2]


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


@pytest.mark.process
def test_a_whole_visit_talks_to_zonos_alone(upstream: Upstream) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.web.visit"],
        cwd=ROOT,
        env={**os.environ, "SHOP_UPSTREAM": upstream.url},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    seen = json.loads(done.stdout)
    assert seen["statuses"] == [200, 200, 200, 200, 202, 500]
    zonos = f"('127.0.0.1', {upstream.port})"
    assert ["socket.connect", zonos] in seen["noted"]
    assert {host for _, host in seen["noted"]} <= {zonos, "127.0.0.1"}
    # The picture of an item is a text that goes to Zonos.
    cart, _ = (each for each in upstream.received if each.operation == "cartCreate")
    assert cart.input["items"][0]["imageUrl"] == PICTURE
