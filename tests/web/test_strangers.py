"""Nobody but Zonos is told or asked anything: no telemetry, no picture fetched.

And no answer tells whether Zonos knows a customer, or anything that it knows of one.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flask_zonos.sandbox import Sandbox

from ..support.fixtures import MakeShop
from ..support.samples import cart
from ..support.samples import item
from ..support.shops import click
from ..support.shops import make_shop
from ..support.shops import PROFILE
from ..support.shops import Shop
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire

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


@pytest.mark.parametrize("address", ["{url}/cup.png", "file:///etc/passwd", "{url}#@"])
def test_no_picture_of_an_item_is_ever_fetched(
    make_a_shop: MakeShop, upstream: Upstream, address: str
) -> None:
    shop = make_a_shop(ZONOS_DEMO_PAGE=True)
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.setblocking(False)
        url = f"http://127.0.0.1:{elsewhere.getsockname()[1]}"
        picture = address.format(url=url)
        shop.load_cart = lambda request_data: cart(item(image_url=picture))
        browser = shop.browser("a")
        assert browser.post("/zonos/cart-info").status_code == 200
        assert browser.get("/zonos/demo").status_code == 200

        with pytest.raises(BlockingIOError):
            elsewhere.accept()
    [sent] = [each.input for each in upstream.received if "items" in each.input]
    assert sent["items"][0]["imageUrl"] == picture
