"""Fixtures of the tests of trust."""

from __future__ import annotations

import threading
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser
from playwright.sync_api import Page

from ..support.customers_shop import create_shop
from ..support.upstream import PATIENCE
from ..support.upstream import Upstream

MakeShop = Callable[..., Flask]


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    """Every thread that a test made has gone when the test is over."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
        assert not thread.is_alive(), thread


@pytest.fixture
def upstream(no_thread_stays: None) -> Iterator[Upstream]:
    """A Zonos that is well."""
    upstream = Upstream()
    yield upstream
    upstream.stop()


@pytest.fixture
def make_shop(upstream: Upstream) -> Iterator[MakeShop]:
    """Makes shops whose checkouts go to the upstream, and closes them afterwards."""
    made: list[Flask] = []

    def make(**config: Any) -> Flask:
        # A busy machine may need more than a second for a profile.
        usual: dict[str, Any] = {"ZONOS_PROFILE_GRACE": PATIENCE}
        app = create_shop(**{"api_url": upstream.url} | usual | config)
        made.append(app)
        return app

    yield make
    for app in made:
        client = app.extensions["zonos"]._client.reset()
        if client is not None:
            client.close()


@pytest.fixture
def shop(make_shop: MakeShop) -> Flask:
    """A shop as it is with the settings that all have."""
    return make_shop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        context.set_default_timeout(15_000)
        yield context.new_page()
