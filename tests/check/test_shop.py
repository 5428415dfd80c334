"""``flask zonos check`` on what it sees without asking Zonos."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import flask_login
import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from flask_zonos import Zonos

from .shop import check
from .shop import make_shop
from .shop import run
from .shop import SANDBOX
from .shop import WELL

#: A remembrance that needs no fresh login.
SHORT: dict[str, Any] = {"REMEMBER_COOKIE_DURATION": timedelta(days=14)}
LIVE: dict[str, Any] = {
    "ZONOS_MODE": "LIVE",
    "ZONOS_API_KEY": "credential_live_1",
}
PLAIN_COOKIE: dict[str, Any] = {"SESSION_COOKIE_SECURE": False}
NO_DEBUG: dict[str, Any] = {"DEBUG": False}
PLAIN_ORIGIN = {"ZONOS_ALLOWED_ORIGINS": "http://shop.example"}


@pytest.mark.parametrize(
    ("config", "trouble"),
    [
        ({}, None),
        (SANDBOX, None),
        ({"ZONOS_REQUIRE_FRESH_LOGIN": False, **SHORT}, None),
        ({"ZONOS_STORE_ID": "many"}, ("error", "settings")),
        ({"ZONOS_API_KEY": "sk_1234"}, ("warning", "key mix-up")),
        ({"ZONOS_REQUIRE_FRESH_LOGINS": True}, ("warning", "settings")),
        ({"ZONOS_API_KEY": "credential_live_1"}, ("warning", "mode")),
        ({"ZONOS_API_URL": "http://127.0.0.1:1/graphql"}, ("error", "addresses")),
        ({**SANDBOX, **LIVE}, ("error", "addresses")),
        ({"ZONOS_WEBHOOK_SECRET": "short"}, ("warning", "webhook secret")),
        ({"ZONOS_WEBHOOK_SECRET": None}, ("warning", "webhook secret")),
        ({"SECRET_KEY": None}, ("error", "SECRET_KEY")),
        ({"SECRET_KEY": "dev"}, ("warning", "SECRET_KEY")),
        ({**PLAIN_COOKIE, **LIVE}, ("warning", "session cookie")),
        ({"SESSION_COOKIE_HTTPONLY": False}, ("error", "session cookie")),
        ({"SESSION_COOKIE_SAMESITE": None}, ("warning", "session cookie")),
        ({"REMEMBER_COOKIE_SAMESITE": "None"}, ("warning", "remember cookie")),
        ({"ZONOS_REQUIRE_FRESH_LOGIN": False}, ("warning", "fresh login")),
        # More is a weakness where debug is off.
        ({**PLAIN_COOKIE, **LIVE, **NO_DEBUG}, ("error", "session cookie")),
        ({**SANDBOX, **NO_DEBUG}, ("warning", "addresses")),
        ({**PLAIN_ORIGIN, **NO_DEBUG}, ("warning", "allowed origins")),
    ],
)
def test_each_weakness_is_found_alone(
    config: dict[str, Any], trouble: tuple[str, str] | None
) -> None:
    app = make_shop(**config)
    assert check(app, "--offline").troubles == ([trouble] if trouble else [])


def test_an_app_context_that_the_shops_module_leaves_pushed_is_an_error() -> None:
    app = make_shop()
    with app.app_context():
        assert check(app, "--offline").troubles == [("error", "app context")]


def test_a_shop_without_settings_is_told_each_of_them() -> None:
    names = ("ZONOS_CREDENTIAL_TOKEN", "ZONOS_API_KEY", "ZONOS_STORE_ID")
    report = check(make_shop(**dict.fromkeys(names)))
    assert report.troubles == [("error", "settings")] * 3
    for name in names:
        assert f"{name} is not set." in report.told("settings")
    assert not report.told("address"), "Zonos was asked without a credential"


def test_an_app_without_callbacks_and_login_is_told_of_each() -> None:
    app = Flask("shop")
    app.config.update(WELL)
    Zonos(app)
    found = check(app, "--offline").troubles
    assert found.count(("error", "callbacks")) == 1
    assert found.count(("warning", "callbacks")) == 2
    assert ("error", "flask-login") in found


def test_a_login_manager_without_a_user_loader_is_an_error() -> None:
    app = make_shop()
    flask_login.LoginManager(app)
    assert ("error", "flask-login") in check(app, "--offline").troubles


def test_an_app_without_zonos_is_told_how_to_get_one() -> None:
    report = check(Flask("shop"))
    assert report.troubles == [("error", "extension")]
    assert "zonos.init_app(app)" in report.told("extension")


def test_a_shop_on_flask_sqlalchemy_is_asked_to_give_its_connection_back() -> None:
    app = make_shop(SQLALCHEMY_DATABASE_URI="sqlite://")
    SQLAlchemy(app)
    report = check(app, "--offline")
    assert ("warning", "callbacks") in report.troubles
    assert "db.session.commit()" in report.told("callbacks")

    app.extensions["zonos"].callbacks.before_calls = lambda: None
    assert check(app, "--offline").troubles == []


def test_csrf_protection_over_the_routes_is_an_error_where_webhooks_come() -> None:
    with_secret, with_verifier = make_shop(), make_shop(ZONOS_WEBHOOK_SECRET=None)
    CSRFProtect(with_secret)
    CSRFProtect(with_verifier)
    assert ("warning", "CSRF") in check(with_verifier, "--offline").troubles

    callbacks = with_verifier.extensions["zonos"].callbacks
    callbacks.webhook_verifier = lambda headers, body: True
    for app in (with_secret, with_verifier):
        report = check(app, "--offline")
        assert report.troubles == [("error", "CSRF")]
        assert "csrf.exempt(zonos.blueprint)" in report.told("CSRF")


def test_the_domains_to_enter_at_zonos_are_named() -> None:
    domains = {
        "SERVER_NAME": "127.0.0.1:5000",
        "ZONOS_ALLOWED_ORIGINS": "https://b2b.shop.example",
    }
    named = "has http://127.0.0.1:5000 and https://b2b.shop.example, and"
    assert named in check(make_shop(**domains), "--offline").told("allowed domain")
    unknown = check(make_shop(), "--offline").told("allowed domain")
    assert "--url https://your.shop or SERVER_NAME" in unknown


@pytest.mark.parametrize("url", ["shop.example", "https://", "https://me:pw@a.example"])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    result = run(make_shop(), "--url", url)
    assert result.exit_code == 2
    assert "pw" not in result.output
