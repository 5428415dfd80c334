"""Never the wrong person: identity is the session's, at the moment of the click."""

from __future__ import annotations

import re
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

import flask_login
import pytest
from flask.testing import FlaskClient

from ..support.fixtures import MakeShop
from ..support.samples import profile
from ..support.shops import click
from ..support.shops import data_block
from ..support.shops import password_in
from ..support.shops import Shop
from ..support.upstream import Upstream


def tag(browser: FlaskClient, **request: Any) -> str:
    """The identity that the shop's page carries."""
    return str(data_block(browser.get("/cart", **request).text)["identity"])


def click_from(browser: FlaskClient, tag: str, **headers: str) -> Any:
    """A click on a page that carries this tag."""
    return click(browser, headers={"X-Zonos-Identity": tag, **headers})


def recognition(browser: FlaskClient, **request: Any) -> tuple[str, str | None]:
    found = click(browser, **request).json["recognition"]
    return found["level"], found["reason"]


KNOWN = ("profile", None)
ANONYMOUS = ("guest", "anonymous")


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        *[(None, None, 200), ("a", "a", 200)],
        *[(None, "b", 409), ("a", None, 409), ("a", "b", 409)],
    ],
)
def test_a_page_made_for_another_login_is_refused_before_any_loader(
    shop: Shop, upstream: Upstream, before: str | None, after: str | None, status: int
) -> None:
    browser = shop.browser(before)
    made_for = tag(browser)
    browser.post("/sign-out" if after is None else f"/sign-in/{after}")

    answer = click_from(browser, made_for)

    assert answer.status_code == status
    if status == 409:
        assert answer.json["code"] == "identity-changed"
        assert upstream.received == []


def test_pages_of_others_that_come_in_a_row_are_told_with_the_likely_cause(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    browser = shop.browser("a")
    cached, own = tag(shop.browser()), tag(browser)

    for given in (cached, cached, own, cached, cached):
        click_from(browser, given)
    assert "Flask-Caching" not in caplog.text
    for _ in range(20):
        click_from(browser, cached)

    [record] = [r for r in caplog.records if r.name == "flask_zonos.state"]
    assert record.getMessage().startswith("3 clicks in a row")
    assert "current_user.is_authenticated" in record.getMessage()


def test_the_tag_tells_nobody_who_it_is_and_differs_by_app(
    make_a_shop: MakeShop,
) -> None:
    shops = make_a_shop(), make_a_shop(SECRET_KEY="another")
    tags = {tag(s.browser(user)) for s in shops for user in (None, "a", "anonymous")}
    assert len(tags) == 6
    assert all(re.fullmatch(r"[0-9a-f]{64}", found) for found in tags)
    for no_tag in ("", "é"):
        assert click_from(shops[0].browser(), no_tag).status_code == 409


@pytest.mark.parametrize(
    ("before", "after", "fallbacks", "status"),
    [
        (None, None, ["oldest", "earlier"], 200),
        ("a", "a", ["oldest", "earlier"], 200),
        ("a", "b", ["earlier"], 409),
        ("a", "a", ["given up", ""], 409),
    ],
)
def test_a_tag_made_with_an_earlier_secret_key_counts_for_its_own_shopper(
    make_a_shop: MakeShop,
    before: str | None,
    after: str | None,
    fallbacks: list[str],
    status: int,
) -> None:
    earlier = tag(make_a_shop(SECRET_KEY="earlier").browser(before))
    shop = make_a_shop(SECRET_KEY="new", SECRET_KEY_FALLBACKS=fallbacks)
    browser = shop.browser(after)
    assert click_from(browser, earlier).status_code == status
    assert tag(browser) != earlier


@pytest.mark.parametrize(
    ("attributes", "expected", "logged"),
    [
        ({"is_authenticated": 1, "is_active": 1}, KNOWN, False),
        ({"is_authenticated": None}, ANONYMOUS, False),
        ({"is_authenticated": 2}, ANONYMOUS, False),
        ({"is_authenticated": "false"}, ANONYMOUS, True),
        # Before flask-login 0.3 both were methods.
        ({"is_authenticated": lambda: True}, ANONYMOUS, True),
        ({"is_active": lambda: True}, ANONYMOUS, True),
        ({"is_active": None}, ANONYMOUS, False),
        ({"is_active": ...}, ANONYMOUS, True),
    ],
)
def test_signed_in_is_who_a_bool_says_to_be_and_who_is_active(
    shop: Shop,
    caplog: pytest.LogCaptureFixture,
    attributes: dict[str, Any],
    expected: Any,
    logged: bool,
) -> None:
    browser = shop.browser("a")
    found = {"is_authenticated": True, "is_active": True, **attributes}
    kept = {name: value for name, value in found.items() if value is not ...}
    shop.login_manager.user_loader(lambda id: SimpleNamespace(id=id, **kept))
    assert recognition(browser) == expected
    assert ("derive the class from flask_login.UserMixin" in caplog.text) is logged


@pytest.mark.parametrize("where", ["app", "request"])
def test_an_app_context_that_outlives_the_request_makes_nobody_the_first_shopper(
    shop: Shop, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    browsers = {user: shop.browser(user) for user in ("a", "b", None)}
    shop.load_customer = lambda user: profile(customer_id=flask_login.current_user.id)
    shop.zonos.inventory_checker(lambda items: flask_login.current_user.get_id())
    app = shop.app
    pushed = app.app_context() if where == "app" else app.test_request_context()

    with pushed:
        for _ in range(2):
            for user, browser in browsers.items():
                password = password_in(click_from(browser, tag(browser)))
                assert password == (user and f"otp_of_{user}")
        items = {"items": [{"sku": "mug", "quantity": 1}]}
        for user, browser in browsers.items():
            told = browser.post("/zonos/inventory-check", json=items)
            assert told.json == {"message": user}

    # From Flask 3.2 on a request has a context of its own, whatever is active.
    has_own = version("flask") >= "3.2"
    assert caplog.text.count("older than the request") == (0 if has_own else 1)


def test_who_is_authenticated_by_each_request_can_check_out_and_is_fresh(
    make_a_shop: MakeShop,
) -> None:
    shop = make_a_shop(ZONOS_REQUIRE_FRESH_LOGIN=True)
    user = SimpleNamespace(is_authenticated=True, is_active=True, id="t")
    shop.login_manager.request_loader(
        lambda request: user if "Authorization" in request.headers else None
    )
    browser = shop.browser()
    token = {"Authorization": "Bearer t"}

    for page in (tag(browser), tag(browser, headers=token)):
        assert password_in(click_from(browser, page, **token)) == "otp_of_t"


def test_a_stolen_cookie_is_anonymous_under_strong_protection(
    make_a_shop: MakeShop,
) -> None:
    browser = make_a_shop(SESSION_PROTECTION="strong").browser("a")
    assert recognition(browser) == KNOWN
    assert recognition(browser, headers={"User-Agent": "another"}) == ANONYMOUS


@pytest.mark.parametrize(
    ("require_fresh", "expected"),
    [(False, KNOWN), (True, ("prefill", "stale-login"))],
)
def test_a_remembered_login_gets_a_password_unless_a_fresh_one_is_required(
    make_a_shop: MakeShop, upstream: Upstream, require_fresh: bool, expected: Any
) -> None:
    browser = make_a_shop(ZONOS_REQUIRE_FRESH_LOGIN=require_fresh).browser()
    browser.post("/sign-in/a?remember")
    assert recognition(browser) == KNOWN
    browser.delete_cookie("session")
    upstream.received.clear()

    assert recognition(browser) == expected
    assert len(upstream.received) == (1 if require_fresh else 2)
