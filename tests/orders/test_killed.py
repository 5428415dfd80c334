"""A shop that dies between a webhook's arrival and its handler's end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from flask_zonos.sandbox import Sandbox

from ..support.threads import assert_soon
from .conftest import Placing
from .processes import environment
from .processes import ShopProcess
from .shop import SECRET
from .shop import Shop

APP = "tests.orders.shop:create_app()"
HEADERS = {"X-Zonos-Webhook-Secret": SECRET}


def test_the_order_is_there_after_the_next_delivery(
    shop: Shop, placing: Placing, sandbox: Sandbox, tmp_path: Path
) -> None:
    order_id = placing.order("anna")
    body = {"data": {"order": {"id": order_id}}}
    marker, log = tmp_path / "half-way", tmp_path / "shop.log"
    env = environment(
        SHOP_DATABASE=shop.database, ZONOS_WEBHOOK_SECRET=SECRET, **sandbox.settings
    )

    def deliver(to: ShopProcess) -> int:
        return requests.post(
            to.webhooks, json=body, headers=HEADERS, timeout=60
        ).status_code

    with (
        ShopProcess(APP, {**env, "SLOW": str(marker)}, log) as slow,
        ThreadPoolExecutor(1) as pool,
    ):
        slow.wait()
        delivery = pool.submit(deliver, slow)
        assert_soon(lambda: marker.exists() and marker.read_text() == order_id)
        slow.kill()
        with pytest.raises(requests.ConnectionError):
            delivery.result(20)
    assert shop.stored() == {}

    with ShopProcess(APP, env, log) as fresh:
        fresh.wait()
        assert deliver(fresh) == 204
    assert shop.stored()[order_id]["customer_id"] == "anna"
