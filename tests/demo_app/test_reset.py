"""A sandbox that has forgotten everything, beside a shop that remembers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests
from flask import Flask

from demo_app.__main__ import follow
from flask_zonos.sandbox import Sandbox
from tests.demo_app.conftest import Shopper
from tests.demo_app.conftest import WEBHOOK_SECRET
from tests.demo_app.test_privacy import sent

WEBHOOKS = "https://shop.example/zonos/webhooks"


@pytest.mark.server
def test_after_a_reset_the_addresses_and_the_webhooks_are_sent_again(
    make_app: Callable[..., Flask],
) -> None:
    with Sandbox() as sandbox:
        app = make_app(**sandbox.settings, ZONOS_WEBHOOK_SECRET=WEBHOOK_SECRET)
        follow(sandbox, app, WEBHOOKS)
        shopper = Shopper(app, sandbox)
        shopper.sign_in()
        shopper.add()
        for _ in range(2):
            shopper.cart_info()
        assert sent(sandbox) == ([2, 0], ["CA", "US"])

        requests.post(f"{sandbox.url}/_sandbox/reset", json={}, timeout=10)
        shopper.cart_info()
        assert sent(sandbox) == ([2], ["CA", "US"])
        assert sandbox.state.store.all("SELECT * FROM webhook")

        follow(sandbox, app, WEBHOOKS)  # the next start forgets nothing
        shopper.cart_info()
        assert sent(sandbox) == ([2, 0], ["CA", "US"])
