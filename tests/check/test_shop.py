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
from flask_zonos.cli import zonos as command

from .shop import check
from .shop import Found
from .shop import make_shop
from .shop import OFFLINE

#: A remembrance that needs no fresh login.
SHORT: dict[str, Any] = {"REMEMBER_COOKIE_DURATION": timedelta(days=14)}
LIVE: dict[str, Any] = {
    "ZONOS_MODE": "LIVE",
    "ZONOS_API_KEY": "credential_live_1",
}


def found(*options: str, debug: bool = True, **config: Any) -> Found:
    app = make_shop(**{**OFFLINE, **config})
    return check(app, "--offline", *options, debug=debug).troubles


def test_a_shop_without_settings_is_told_each_of_them() -> None:
    report = check(make_shop())
    errors = [f["message"] for f in report.findings if f["level"] == "error"]
    for name in ("ZONOS_CREDENTIAL_TOKEN", "ZONOS_API_KEY", "ZONOS_STORE_ID"):
        assert f"{name} is not set." in errors
    assert not report.told("address"), "Zonos was asked without a credential"
    assert report.exit_code == 1


@pytest.mark.parametrize(
    ("config", "trouble"),
    [
        ({}, None),
        ({"ZONOS_REQUIRE_FRESH_LOGIN": False, **SHORT}, None),
        ({"ZONOS_STORE_ID": "many"}, ("error", "settings")),
        ({"ZONOS_API_KEY": "a-secret-token"}, ("error", "settings")),
        ({"ZONOS_API_KEY": "sk_1234"}, ("warning", "key mix-up")),
        ({"ZONOS_REQUIRE_FRESH_LOGINS": True}, ("warning", "settings")),
        ({"ZONOS_API_KEY": "credential_live_1"}, ("warning", "mode")),
        ({"ZONOS_API_URL": "http://127.0.0.1:1/graphql"}, ("error", "addresses")),
        ({"ZONOS_WEBHOOK_SECRET": "short"}, ("warning", "webhook secret")),
        ({"SECRET_KEY": None}, ("error", "SECRET_KEY")),
        ({"SECRET_KEY": "dev"}, ("warning", "SECRET_KEY")),
        ({"SECRET_KEY": "dev", **LIVE}, ("error", "SECRET_KEY")),
        ({"SESSION_COOKIE_SECURE": False}, ("warning", "session cookie")),
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
    assert found(**config) == ([trouble] if trouble else [])


def test_an_app_context_that_the_shops_module_leaves_pushed_is_an_error() -> None:
    app = make_shop(**OFFLINE)
    with app.app_context():
        assert check(app, "--offline").troubles == [("error", "app context")]
    assert check(app, "--offline").troubles == []


def test_what_is_a_warning_in_debug_is_an_error_when_live() -> None:
    weak: dict[str, Any] = {"SESSION_COOKIE_SECURE": False, **LIVE}
    assert found(debug=False, **weak) == [("error", "session cookie")]
    assert found(debug=True, **weak) == [("warning", "session cookie")]


def test_a_sandbox_is_no_place_for_live_orders_nor_for_production() -> None:
    here: dict[str, Any] = {
        "ZONOS_API_URL": "http://127.0.0.1:1/graphql",
        "ZONOS_SCRIPT_URL": "http://127.0.0.1:1/dist/scripts/loadZonos.js",
    }
    assert found(**here) == []
    assert found(debug=False, **here) == [("warning", "addresses")]
    assert found(**here, **LIVE) == [("error", "addresses")]


def test_a_page_without_the_tags_is_told() -> None:
    assert found("--page", "/cart") == []
    assert found("--page", "/zonos/static/zonos-checkout.js") == [("error", "page")]
    assert found("--page", "/no-such-page") == [("error", "page")]


def test_an_app_without_callbacks_and_login_is_told_of_each() -> None:
    app = Flask("shop")
    app.config.update(SECRET_KEY="a-secret-key-that-nobody-guesses", **OFFLINE)
    Zonos(app)
    troubles = check(app, "--offline").troubles
    assert [t for t in troubles if t[1] in ("callbacks", "flask-login")] == [
        ("error", "callbacks"),
        ("warning", "callbacks"),
        ("warning", "callbacks"),
        ("error", "flask-login"),
    ]


def test_a_shop_on_flask_sqlalchemy_is_asked_to_give_its_connection_back() -> None:
    app = make_shop(**OFFLINE, SQLALCHEMY_DATABASE_URI="sqlite://")
    SQLAlchemy(app)
    report = check(app, "--offline")
    assert ("warning", "callbacks") in report.troubles
    assert "db.session.commit()" in report.told("callbacks")

    app.extensions["zonos"].callbacks.before_calls = lambda: None
    assert check(app, "--offline").troubles == []


def test_a_login_manager_without_a_user_loader_is_an_error() -> None:
    app = make_shop(**OFFLINE)
    flask_login.LoginManager(app)
    assert ("error", "flask-login") in check(app, "--offline").troubles


def test_an_app_without_zonos_is_told_how_to_get_one() -> None:
    report = check(Flask("shop"))
    assert report.troubles == [("error", "extension")]
    assert "zonos.init_app(app)" in report.told("extension")


def test_a_verifier_takes_the_place_of_the_webhook_secret() -> None:
    app = make_shop(**{**OFFLINE, "ZONOS_WEBHOOK_SECRET": None})
    assert ("warning", "webhook secret") in check(app, "--offline").troubles
    app.extensions["zonos"].callbacks.webhook_verifier = lambda headers, body: True
    assert ("warning", "webhook secret") not in check(app, "--offline").troubles


@pytest.mark.parametrize(
    ("secret", "verifier", "level"),
    [(None, False, "warning"), ("s" * 32, False, "error"), (None, True, "error")],
    ids=["no webhooks", "secret", "verifier"],
)
def test_csrf_protection_over_the_routes_is_an_error_where_webhooks_come(
    secret: str | None, verifier: bool, level: str
) -> None:
    app = make_shop(**{**OFFLINE, "ZONOS_WEBHOOK_SECRET": secret})
    CSRFProtect(app)
    if verifier:
        app.extensions["zonos"].callbacks.webhook_verifier = lambda headers, body: True
    headers = {"X-Zonos-Webhook-Secret": secret or ""}
    refused = app.test_client().post("/zonos/webhooks", headers=headers)
    report = check(app, "--offline")
    assert refused.status_code == 400
    assert (level, "CSRF") in report.troubles
    assert "csrf.exempt(zonos.blueprint)" in report.told("CSRF")


def test_the_text_is_aligned_and_names_each_remedy() -> None:
    app = make_shop()
    result = app.test_cli_runner().invoke(command, ["check", "--offline"])
    first, second, *_ = result.output.splitlines()
    assert first.startswith(
        "error    settings        ZONOS_CREDENTIAL_TOKEN is not set"
    )
    assert second.strip().startswith("-> Set it in app.config")
    assert result.output.splitlines()[-1].startswith("3 errors, ")
    assert max(map(len, result.output.splitlines())) <= 96
