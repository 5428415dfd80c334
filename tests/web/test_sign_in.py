"""SECURITY.md's sign-in: a session planted before it is worth nothing afterwards."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ..support.shops import click
from ..support.shops import Shop
from ..support.shops import User

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


def test_nothing_planted_in_a_session_outlives_the_sign_in_but_the_basket(
    shop: Shop,
) -> None:
    sign_in = written("sign_in")
    shop.app.add_url_rule("/sign-in-as-written", "s", lambda: str(sign_in(User("a"))))
    attacker, victim = shop.browser(), shop.browser()
    with attacker.session_transaction() as held:
        held["planted"] = "by somebody else"
        held["basket"] = ["CUP-1"]
    planted = attacker.get_cookie("session")
    assert planted is not None
    victim.set_cookie("session", planted.value)

    victim.get("/sign-in-as-written")

    with victim.session_transaction() as held:
        assert "planted" not in held
        assert held["basket"] == ["CUP-1"]
    assert click(victim).json["recognition"]["level"] == "profile"
    # Nor is who planted it signed in with it.
    assert click(attacker).json["recognition"]["reason"] == "anonymous"


def test_cookies_and_connections_are_hardened_as_written(shop: Shop) -> None:
    written("harden")(shop.app)
    answer = shop.browser().get("/sign-in/a?remember", base_url="https://shop")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    cookies = answer.headers.getlist("Set-Cookie")
    names = {cookie.partition("=")[0] for cookie in cookies}
    assert names == {"session", "remember_token"}
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
