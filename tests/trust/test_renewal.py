"""SECURITY.md's sign-in: a session planted before it is worth nothing afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask import session

from ..support.customers_shop import body_of
from ..support.customers_shop import people
from ..support.customers_shop import User
from .conftest import MakeShop

SECURITY = Path(__file__).parents[2] / "SECURITY.md"


def written(name: str) -> Any:
    """A function as SECURITY.md tells a shop to write it."""
    text = SECURITY.read_text("utf-8")
    for block in re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        if f"def {name}(" in block:
            found: dict[str, Any] = {}
            exec(compile(block, str(SECURITY), "exec"), found)
            return found[name]
    raise AssertionError(f"SECURITY.md has no {name}")


@pytest.fixture
def app(make_shop: MakeShop) -> Flask:
    app = make_shop()
    sign_in: Callable[[User], None] = written("sign_in")

    @app.get("/plant")
    def plant() -> str:
        session["planted"] = "by somebody else"
        session["basket"] = ["CUP-1"]
        return ""

    @app.get("/sign-in")
    def sign_in_as_written() -> str:
        sign_in(people()["login-kirsten-1"])
        return ""

    return app


def test_nothing_planted_in_a_session_outlives_the_sign_in(app: Flask) -> None:
    victim = app.test_client()
    victim.get("/plant")
    victim.get("/sign-in")
    with victim.session_transaction() as held:
        assert "planted" not in held
    answer = body_of(victim.post("/zonos/cart-info"))
    assert answer["recognition"]["level"] == "profile"


def test_a_basket_in_the_session_is_not_emptied_by_the_sign_in(app: Flask) -> None:
    shopper = app.test_client()
    shopper.get("/plant")
    shopper.get("/sign-in")
    with shopper.session_transaction() as held:
        assert held["basket"] == ["CUP-1"]


def test_who_planted_the_session_is_not_signed_in_with_it(app: Flask) -> None:
    attacker = app.test_client()
    attacker.get("/plant")
    planted = attacker.get_cookie("session")
    assert planted is not None
    victim = app.test_client()
    victim.set_cookie("session", planted.value)
    victim.get("/sign-in")
    answer = body_of(attacker.post("/zonos/cart-info"))
    assert answer["recognition"] == {"level": "guest", "reason": "anonymous"}


def test_cookies_and_connections_are_hardened_as_written(app: Flask) -> None:
    written("harden")(app)
    answer = app.test_client().get("/login/kirsten-1?remember", base_url="https://shop")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {
        "session",
        "remember_token",
    }
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
