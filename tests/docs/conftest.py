"""Fixtures of the pages' tests, and orders for the pages' shops."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flask_zonos.sandbox import Sandbox
from flask_zonos.testing.shopper import Shopper

from ..testing.shop import make_shop
from ..testing.shop import User

SECRET = "a long random value of the webhooks"


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox whose settings are in the environment, as the pages have it."""
    monkeypatch.chdir(tmp_path)
    with Sandbox() as sandbox:
        for key, value in sandbox.settings.items():
            monkeypatch.setenv(key, str(value))
        monkeypatch.setenv("ZONOS_WEBHOOK_SECRET", SECRET)
        yield sandbox


def place_order(sandbox: Sandbox, signed_in: bool = True) -> str:
    """The id of a new order of which no shop has been notified."""
    shop = make_shop(sandbox.settings, DEBUG=True)
    shopper = Shopper(sandbox, shop.app.test_client())
    if signed_in:
        shopper.sign_in(User("1"))
    return shopper.pay(shopper.open(shopper.press()))
