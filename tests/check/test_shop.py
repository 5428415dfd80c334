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
from .shop import OFFLINE
from .shop import WELL

#: A remembrance that needs no fresh login.
SHORT: dict[str, Any] = {"REMEMBER_COOKIE_DURATION": timedelta(days=14)}
LIVE: dict[str, Any] = {
    "ZONOS_MODE": "LIVE",
    "ZONOS_API_KEY": "credential_live_1",
}
SANDBOX: dict[str, Any] = {
    "ZONOS_API_URL": "http://127.0.0.1:1/graphql",
    "ZONOS_SCRIPT_URL": "http://127.0.0.1:1/dist/scripts/loadZonos.js",
}
PLAIN_COOKIE: dict[str, Any] = {"SESSION_COOKIE_SECURE": False}


@pytest.mark.parametrize(
    ("config", "trouble"),
    [
        ({}, None),
        (SANDBOX, None),
        ({"ZONOS_REQUIRE_FRESH_LOGIN": False, **SHORT}, None),
        ({"ZONOS_STORE_ID": "many"}, ("error", "settings")),
        ({"ZONOS_API_KEY": "a-secret-token"}, ("error", "settings")),
        ({"ZONOS_API_KEY": "sk_1234"}, ("warning", "key mix-up")),
        ({"ZONOS_REQUIRE_FRESH_LOGINS": True}, ("warning", "settings")),
        ({"ZONOS_API_KEY": "credential_live_1"}, ("warning", "mode")),
        ({"ZONOS_API_URL": "http://127.0.0.1:1/graphql"}, ("error", "addresses")),
        ({**SANDBOX, **LIVE}, ("error", "addresses")),
        ({"ZONOS_WEBHOOK_SECRET": "short"}, ("warning", "webhook secret")),
        ({"ZONOS_WEBHOOK_SECRET": None}, ("warning", "webhook secret")),
        ({"SECRET_KEY": None}, ("error", "SECRET_KEY")),
        ({"SECRET_KEY": "dev"}, ("warning", "SECRET_KEY")),
        ({"SECRET_KEY": "dev", **LIVE}, ("error", "SECRET_KEY")),
        ({**PLAIN_COOKIE, **LIVE}, ("warning", "session cookie")),
        ({"SESSION_COOKIE_HTTPONLY": False}, ("error", "session cookie")),
        ({"SESSION_COOKIE_SAMESITE": None}, ("warning", "session cookie")),
        ({"REMEMBER_COOKIE_SECURE": False}, ("warning", "remember cookie")),
        ({"REMEMBER_COOKIE_HTTPONLY": False}, ("error", "remember cookie")),
        ({"REMEMBER_COOKIE_SAMESITE": "None"}, ("warning", "remember cookie")),
        ({"ZONOS_REQUIRE_FRESH_LOGIN": False}, ("warning", "fresh login")),
    ],
)
def test_each_weakness_is_found_alone(
    config: dict[str, Any], trouble: tuple[str, str] | None
) -> None:
    app = make_shop(**{**OFFLINE, **config})
    assert check(app, "--offline").troubles == ([trouble] if trouble else [])


@pytest.mark.parametrize(
    ("config", "trouble"),
    [
        ({**PLAIN_COOKIE, **LIVE}, ("error", "session cookie")),
        (SANDBOX, ("warning", "addresses")),
        (
            {"ZONOS_ALLOWED_ORIGINS": "http://shop.example"},
            ("warning", "allowed origins"),
        ),
    ],
)
def test_without_debug_more_is_a_weakness(
    config: dict[str, Any], trouble: tuple[str, str]
) -> None:
    app = make_shop(**{**OFFLINE, **config})
    assert check(app, "--offline", debug=False).troubles == [trouble]


def test_an_app_context_that_the_shops_module_leaves_pushed_is_an_error() -> None:
    app = make_shop(**OFFLINE)
    with app.app_context():
        assert check(app, "--offline").troubles == [("error", "app context")]


def test_a_shop_without_settings_is_told_each_of_them() -> None:
    report = check(make_shop())
    errors = [f["message"] for f in report.findings if f["level"] == "error"]
    for name in ("ZONOS_CREDENTIAL_TOKEN", "ZONOS_API_KEY", "ZONOS_STORE_ID"):
        assert f"{name} is not set." in errors
    assert not report.told("address"), "Zonos was asked without a credential"


def test_an_app_without_callbacks_and_login_is_told_of_each() -> None:
    app = Flask("shop")
    app.config.update(SECRET_KEY=WELL["SECRET_KEY"], **OFFLINE)
    Zonos(app)
    troubles = check(app, "--offline").troubles
    assert [t for t in troubles if t[1] in ("callbacks", "flask-login")] == [
        ("error", "callbacks"),
        ("warning", "callbacks"),
        ("warning", "callbacks"),
        ("error", "flask-login"),
    ]


def test_a_login_manager_without_a_user_loader_is_an_error() -> None:
    app = make_shop(**OFFLINE)
    flask_login.LoginManager(app)
    assert ("error", "flask-login") in check(app, "--offline").troubles


def test_an_app_without_zonos_is_told_how_to_get_one() -> None:
    report = check(Flask("shop"))
    assert report.troubles == [("error", "extension")]
    assert "zonos.init_app(app)" in report.told("extension")


def test_a_shop_on_flask_sqlalchemy_is_asked_to_give_its_connection_back() -> None:
    app = make_shop(**OFFLINE, SQLALCHEMY_DATABASE_URI="sqlite://")
    SQLAlchemy(app)
    report = check(app, "--offline")
    assert ("warning", "callbacks") in report.troubles
    assert "db.session.commit()" in report.told("callbacks")

    app.extensions["zonos"].callbacks.before_calls = lambda: None
    assert check(app, "--offline").troubles == []


@pytest.mark.parametrize(
    ("secret", "verifier", "troubles"),
    [
        (None, False, [("warning", "webhook secret"), ("warning", "CSRF")]),
        ("s" * 32, False, [("error", "CSRF")]),
        (None, True, [("error", "CSRF")]),
    ],
    ids=["no webhooks", "secret", "verifier"],
)
def test_csrf_protection_over_the_routes_is_an_error_where_webhooks_come(
    secret: str | None, verifier: bool, troubles: list[tuple[str, str]]
) -> None:
    app = make_shop(**{**OFFLINE, "ZONOS_WEBHOOK_SECRET": secret})
    CSRFProtect(app)
    if verifier:
        app.extensions["zonos"].callbacks.webhook_verifier = lambda headers, body: True
    report = check(app, "--offline")
    assert report.troubles == troubles
    assert "csrf.exempt(zonos.blueprint)" in report.told("CSRF")


@pytest.mark.parametrize(
    ("options", "config", "told"),
    [
        ([], {}, "--url https://your.shop or SERVER_NAME"),
        ([], {"SERVER_NAME": "127.0.0.1:5000"}, "has http://127.0.0.1:5000, and"),
        (
            ["--url", "https://Shop.example:443/cart"],
            {
                "SERVER_NAME": "another.example",
                "ZONOS_ALLOWED_ORIGINS": "https://b2b.shop.example",
            },
            "has https://shop.example and https://b2b.shop.example, and",
        ),
    ],
)
def test_the_domains_to_enter_at_zonos_are_named(
    options: list[str], config: dict[str, Any], told: str
) -> None:
    report = check(make_shop(**OFFLINE, **config), "--offline", *options)
    assert told in report.told("allowed domain")
