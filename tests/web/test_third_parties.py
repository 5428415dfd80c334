"""Nobody but Zonos is told or asked anything: no telemetry, no picture fetched."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ..support.fixtures import MakeShop
from ..support.samples import cart
from ..support.samples import item
from ..support.upstream import Upstream

ROOT = Path(__file__).parents[2]


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
