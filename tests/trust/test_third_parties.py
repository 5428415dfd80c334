"""Nobody but Zonos is told or asked anything: no telemetry, no picture fetched."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from flask_zonos import Cart
from flask_zonos import CartItem
from flask_zonos.signals import cart_created

from ..support.customers_shop import signed_in
from ..support.fault_handlers import CART
from ..support.upstream import reply_with
from ..support.upstream import Upstream
from .conftest import MakeShop

ROOT = Path(__file__).parents[2]


def test_a_whole_visit_talks_to_zonos_alone(upstream: Upstream) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.trust.visit"],
        cwd=ROOT,
        env={**os.environ, "SHOP_UPSTREAM": upstream.url},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    seen = json.loads(done.stdout)
    assert seen["statuses"] == [200, 200, 200, 200, 202, 500]
    noted = {tuple(each) for each in seen["noted"]}
    zonos = f"('127.0.0.1', {upstream.port})"
    assert ("socket.connect", zonos) in noted
    assert {host for _, host in noted} <= {zonos, "127.0.0.1"}


@pytest.mark.parametrize("address", ["{url}/cup.png", "file:///etc/passwd", "{url}#@"])
def test_no_picture_of_an_item_is_ever_fetched(
    make_shop: MakeShop, upstream: Upstream, address: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.setblocking(False)
        url = f"http://127.0.0.1:{elsewhere.getsockname()[1]}"
        picture = address.format(url=url)
        item = CartItem(
            sku="CUP",
            amount=Decimal("24.90"),
            currency_code="EUR",
            quantity=1,
            image_url=picture,
        )
        app = make_shop(ZONOS_DEMO_PAGE=True)
        app.extensions["zonos"].callbacks.cart_loader = lambda said: Cart(items=[item])
        browser = signed_in(app)
        told = []
        with cart_created.connected_to(lambda *sender, **how: told.append(how), app):
            assert browser.post("/zonos/cart-info").status_code == 200
        assert browser.get("/zonos/demo").status_code == 200
        upstream.on(CART, reply_with("no", status=500))
        assert browser.post("/zonos/cart-info").status_code == 502

        with pytest.raises(BlockingIOError):
            elsewhere.accept()
    assert len(told) == 1
    sent = [each.input for each in upstream.received if each.operation == CART]
    assert [each["items"][0]["imageUrl"] for each in sent] == [picture] * 2
