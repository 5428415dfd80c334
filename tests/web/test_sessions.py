"""The shop's session: no route of ours writes it; a sign-in as SECURITY.md has it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import session
from flask.testing import FlaskClient
from flask_login import login_user
from flask_session.cachelib import CacheLibSessionInterface

from ..docs.blocks import ROOT
from ..docs.blocks import source
from ..support.fixtures import MakeShop
from ..support.samples import cart
from ..support.session_kinds import KINDS
from ..support.session_kinds import on_server
from ..support.session_kinds import remembered
from ..support.session_kinds import SetUp
from ..support.shops import click
from ..support.shops import password_in
from ..support.shops import Shop
from ..support.shops import User

STATIC = "static/zonos-checkout.js"
kinds = pytest.mark.parametrize("kind", KINDS)


def sign_in(browser: FlaskClient, user_id: str, kind: SetUp) -> None:
    query = "?remember" if kind is remembered else ""
    assert browser.post(f"/sign-in/{user_id}{query}").status_code == 303


@kinds
@pytest.mark.parametrize(
    ("before", "after"), [("a", None), ("a", "b"), (None, "b")], ids=str
)
def test_what_happens_to_a_login_during_a_click_stays(
    make_a_shop: MakeShop,
    tmp_path: Path,
    kind: SetUp,
    before: str | None,
    after: str | None,
) -> None:
    shop = make_a_shop()
    kind(shop.app, tmp_path)
    browser = shop.browser()
    with browser.session_transaction() as held:
        held["basket"] = ["mug"]
    if before is not None:
        sign_in(browser, before, kind)

    def in_another_tab() -> None:
        browser.post("/sign-out")
        if after is not None:
            sign_in(browser, after, kind)

    def slow_loader(request_data: dict[str, Any]) -> Any:
        other = threading.Thread(target=in_another_tab)
        other.start()
        other.join()
        return cart()

    shop.load_cart = slow_loader
    click(browser)
    shop.load_cart = lambda request_data: cart()

    assert password_in(click(browser)) == (after and f"otp_of_{after}")


@kinds
@pytest.mark.parametrize(
    "path", ["cart-info", "inventory-check", "order-hint", "webhooks", "demo", STATIC]
)
def test_a_response_of_ours_carries_no_cookie_of_the_shops(
    make_a_shop: MakeShop, tmp_path: Path, kind: SetUp, path: str
) -> None:
    shop = make_a_shop(ZONOS_DEMO_PAGE=True)
    kind(shop.app, tmp_path)
    browser = shop.app.test_client()
    sign_in(browser, "a", kind)

    body = {"orderId": "order_1"}
    method = "GET" if path in ("demo", STATIC) else "POST"
    answer = browser.open(f"/zonos/{path}", method=method, json=body, buffered=True)

    names = [line.partition("=")[0] for line in answer.headers.getlist("Set-Cookie")]
    assert names == (["zonos_carts"] if path == "cart-info" else [])


def test_an_interface_that_comes_after_the_first_click_is_wrapped_as_well(
    shop: Shop, tmp_path: Path
) -> None:
    shop.click("a")
    on_server(shop.app, tmp_path)
    browser = shop.browser("b")
    with browser.session_transaction() as held:
        held["kept"] = "by the shop"
    shop.load_cart = lambda data: session.update(kept="by a callback") or cart()

    assert password_in(click(browser)) == "otp_of_b"

    with browser.session_transaction() as held:
        assert held["kept"] == "by the shop"
    # What the shop's own code asks of the interface is still the interface's.
    assert isinstance(shop.app.session_interface, CacheLibSessionInterface)


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        (lambda: session["basket"].append("mug"), ["'basket'"]),
        (lambda: login_user(User("b")), ["'_user_id'"]),
        (lambda: session.get("basket"), []),
    ],
    ids=["in place", "login", "read"],
)
def test_the_log_names_what_a_callback_changed_and_the_remedy(
    shop: Shop,
    caplog: pytest.LogCaptureFixture,
    change: Callable[[], Any],
    keys: list[str],
) -> None:
    browser = shop.browser("a")
    with browser.session_transaction() as held:
        held["basket"] = ["cup"]
    shop.load_cart = lambda request_data: (change(), cart())[1]

    click(browser)

    told = re.findall(r"changed the session in /zonos/cart-info \((.*?)\)", caplog.text)
    assert told == keys
    assert "mug" not in caplog.text
    with browser.session_transaction() as held:
        assert held["basket"] == ["cup"]


@pytest.fixture
def as_written() -> dict[str, Any]:
    """The functions that SECURITY.md tells a shop to write."""
    found: dict[str, Any] = {}
    exec(source(ROOT / "SECURITY.md"), found)
    return found


def test_nothing_planted_in_a_session_outlives_the_sign_in_but_the_basket(
    shop: Shop, as_written: dict[str, Any]
) -> None:
    shop.app.add_url_rule(
        "/sign-in-as-written", "s", lambda: str(as_written["sign_in"](User("a")))
    )
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
    assert password_in(click(victim)) == "otp_of_a"
    # Nor is who planted it signed in with it.
    assert password_in(click(attacker)) is None


def test_cookies_and_connections_are_hardened_as_written(
    shop: Shop, as_written: dict[str, Any]
) -> None:
    as_written["harden"](shop.app)
    answer = shop.browser().get("/sign-in/a?remember", base_url="https://shop")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    cookies = answer.headers.getlist("Set-Cookie")
    names = {cookie.partition("=")[0] for cookie in cookies}
    assert names == {"session", "remember_token"}
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
