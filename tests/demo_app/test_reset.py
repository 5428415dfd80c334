"""A sandbox that has forgotten everything, beside a shop that remembers."""

from __future__ import annotations

import requests
from flask import Flask

from demo_app.__main__ import follow
from flask_zonos.sandbox import Sandbox
from tests.demo_app.conftest import Shopper
from tests.demo_app.test_privacy import sent


def test_after_a_reset_the_addresses_and_the_webhooks_are_sent_again(
    app: Flask, sandbox: Sandbox, shopper: Shopper
) -> None:
    app.config["ZONOS_WEBHOOK_SECRET"] = "long and random: of the tests"
    follow(sandbox, app, "https://shop.example/zonos/webhooks")
    shopper.sign_in()
    shopper.add()
    for _ in range(2):
        shopper.cart_info()
    assert sent(sandbox) == ([2, 0], ["CA", "US"])

    requests.post(f"{sandbox.url}/_sandbox/reset", json={}, timeout=10)
    shopper.cart_info()
    assert sent(sandbox) == ([2], ["CA", "US"])
    assert sandbox.state.store.all("SELECT * FROM webhook")

    # Started again: what it has is not forgotten.
    follow(sandbox, app, "https://shop.example/zonos/webhooks")
    shopper.cart_info()
    assert sent(sandbox) == ([2, 0], ["CA", "US"])
