"""A shop that dies between a webhook's arrival and its handler's end."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from flask_zonos.sandbox import Sandbox

from .conftest import Placing
from .processes import environment
from .processes import run_flask
from .processes import ShopProcess
from .shop import SECRET
from .shop import Shop

APP = "tests.orders.shop:create_app()"
HEADERS = {"X-Zonos-Webhook-Secret": SECRET}


@pytest.mark.parametrize("next", ["delivery", "sync"])
def test_the_order_is_there_after_the_next(
    next: str, shop: Shop, placing: Placing, sandbox: Sandbox, tmp_path: Path
) -> None:
    order_id = placing.order("anna")
    body = {"data": {"order": {"id": order_id}}}
    marker = tmp_path / "half-way"
    log = tmp_path / "shop.log"
    env = environment(
        SHOP_DATABASE=shop.database, ZONOS_WEBHOOK_SECRET=SECRET, **sandbox.settings
    )

    with ShopProcess(APP, {**env, "SLOW": str(marker)}, log) as slow:
        slow.wait()

        def deliver() -> None:
            with suppress(requests.ConnectionError):
                requests.post(slow.webhooks, json=body, headers=HEADERS, timeout=60)

        delivery = threading.Thread(target=deliver)
        delivery.start()
        for _ in range(400):
            if marker.exists() and marker.read_text() == order_id:
                break
            time.sleep(0.05)
        else:
            raise AssertionError(log.read_text())
        slow.kill()
        delivery.join(20)
    assert shop.stored() == {}

    if next == "delivery":
        with ShopProcess(APP, env, log) as fresh:
            fresh.wait()
            answer = requests.post(
                fresh.webhooks, json=body, headers=HEADERS, timeout=60
            )
            assert answer.status_code == 204
    else:
        words = "zonos", "orders", "sync", "--since", "1h"
        done = run_flask("tests.orders.shop:create_app", env, *words)
        assert done.returncode == 0, done.stderr
        assert order_id in done.stdout
    assert shop.stored()[order_id]["customer_id"] == "anna"
