"""Settings: from app.config, else the environment, each by its own type, once."""

from __future__ import annotations

from typing import Any

import click
import pytest
from flask import Flask

from flask_zonos import ConfigurationError
from flask_zonos import Zonos
from flask_zonos.config import read_settings
from flask_zonos.config import Settings

TOKEN = "ZONOS_CREDENTIAL_TOKEN"
SANDBOX = "http://127.0.0.1:8010/graphql"


def app_with(**config: Any) -> Flask:
    app = Flask(__name__)
    app.config.update(config)
    return app


def settings(**config: Any) -> Settings:
    return read_settings(app_with(**config))


def test_the_defaults_are_the_documented_ones_for_no_value_and_an_empty_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ZONOS_DEADLINE", "")
    found = settings(ZONOS_MODE="")
    assert (found.timeout, found.deadline, found.profile_grace) == ((2, 8), 10, 1)
    assert (found.mode, found.pool_size, found.cart_expires) == ("TEST", 32, 3600)
    assert found.api_url == "https://api.zonos.com/graphql"
    assert found.script_url == "https://js.zonos.com/dist/scripts/loadZonos.js"


LOOPBACK = ("http://127.8.8.8:8/g", "http://[::1]:8/", "http://localhost/")
VALUES: list[tuple[str, str, Any]] = [
    (TOKEN, " 0012 ", "0012"),
    # Flask's from_prefixed_env reads it as a number.
    (TOKEN, "12345678901234567890", "12345678901234567890"),
    ("ZONOS_API_KEY", "123", "123"),
    ("ZONOS_STORE_ID", "1234", 1234),
    # Plain HTTP is for this machine.
    *(("ZONOS_API_URL", url, url) for url in LOOPBACK),
    ("ZONOS_SCRIPT_URL", "https://x.example/s", "https://x.example/s"),
    ("ZONOS_MODE", "LIVE", "LIVE"),
    ("ZONOS_CUSTOMER_REFERENCE", "shopper", "shopper"),
    ("ZONOS_TIMEOUT", "0.5, 3", (0.5, 3.0)),
    ("ZONOS_DEADLINE", "5.5", 5.5),
    ("ZONOS_POOL_SIZE", "8", 8),
    ("ZONOS_REQUIRE_FRESH_LOGIN", "yes", True),
    ("ZONOS_DEMO_PAGE", "On", True),
    ("ZONOS_CART_COOKIE", "__Host-carts", "__Host-carts"),
    ("ZONOS_WEBHOOK_SECRET", "one, two", ("one", "two")),
    (
        "ZONOS_ALLOWED_ORIGINS",
        "https://a.example,http://b.example:8080",
        ("https://a.example", "http://b.example:8080"),
    ),
]


@pytest.mark.parametrize(("name", "given", "wanted"), VALUES)
def test_each_setting_is_read_by_its_own_type_from_wherever_it_stands(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str, wanted: Any
) -> None:
    field = name.removeprefix("ZONOS_").lower()
    monkeypatch.setenv(name, given)
    monkeypatch.setenv(f"FLASK_{name}", given)
    prefixed = Flask(__name__)
    prefixed.config.from_prefixed_env()

    for found in (settings(), read_settings(prefixed)):
        assert getattr(found, field) == wanted
        assert type(getattr(found, field)) is type(wanted)
    monkeypatch.setenv(name, "nonsense")
    assert getattr(settings(**{name: wanted}), field) == wanted, "the config wins"


API_URLS = (
    *("api.zonos.com", "ftp://api.zonos.com", "http://api.zonos.com/graphql"),
    *("http://127.0.0.1.evil.example/graphql", "http://localhost.evil.example/"),
    *("http://10.0.0.1/", "http:///", "https://ada:pass@api.zonos.com/graphql"),
    *("https://[::1/graphql", "https://127.0.0.1:44300000/graphql"),
)
REFUSED: dict[str, tuple[Any, ...]] = {
    TOKEN: (1e5, True, {"a": 1}),
    "ZONOS_URL_PREFIX": ("zonos/", "/", True),
    "ZONOS_STORE_ID": ("12a", True, 1.5),
    "ZONOS_API_URL": API_URLS,
    "ZONOS_SCRIPT_URL": ("/loadZonos.js", "http://js.zonos.com/loadZonos.js"),
    "ZONOS_MODE": ("test",),
    "ZONOS_TIMEOUT": ("2", 2, (0, 8), "a,b"),
    "ZONOS_DEADLINE": (0, "nan", "inf", []),
    "ZONOS_PROFILE_GRACE": (-1,),
    "ZONOS_POOL_SIZE": (0, "many"),
    "ZONOS_CART_MUTATION": ("cartUpdate",),
    "ZONOS_CART_EXPIRES": (0,),
    "ZONOS_DEMO_PAGE": ("maybe",),
    "ZONOS_CART_COOKIE": ("my carts", "session", "remember_token"),
    "ZONOS_WEBHOOK_SECRET": (b"a long random value", 1.2345e24, ["one", None]),
}


@pytest.mark.parametrize(
    ("name", "given"), [(name, each) for name in REFUSED for each in REFUSED[name]]
)
def test_a_value_that_cannot_work_is_refused_by_the_settings_name(
    name: str, given: Any
) -> None:
    app = app_with(**{name: given})
    with pytest.raises(ConfigurationError) as caught:
        Zonos(app)
        read_settings(app)
    assert caught.value.setting == name
    assert str(caught.value).startswith(f"{name}: must ")
    assert "ada" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "given", "is_shown"),
    [
        ("ZONOS_MODE", "live", True),
        (TOKEN, 1.5, False),
        ("ZONOS_STORE_ID", "credential_live_1", False),
        ("ZONOS_API_URL", "ftp://ada:pass@host", False),
        ("ZONOS_DEADLINE", "x" * 99, False),
    ],
)
def test_a_refused_value_is_shown_unless_it_may_be_a_secret(
    name: str, given: Any, is_shown: bool
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings(**{name: given})
    assert (str(given) in str(caught.value)) is is_shown
    assert ("(it is" in str(caught.value)) is is_shown


def test_the_same_key_as_secret_and_as_public_is_refused_without_telling_it() -> None:
    with pytest.raises(ConfigurationError, match="ZONOS_API_KEY") as caught:
        settings(ZONOS_CREDENTIAL_TOKEN="same_key", ZONOS_API_KEY=" same_key")
    assert "same_key" not in str(caught.value)


COMPLETE: dict[str, Any] = {TOKEN: "t", "ZONOS_API_KEY": "k", "ZONOS_STORE_ID": 1}


def told_at_start(caplog: pytest.LogCaptureFixture, **config: Any) -> str:
    caplog.clear()
    Zonos(app_with(**config))
    return caplog.text


AMISS: dict[str, tuple[dict[str, Any], str, str]] = {
    "complete": ({}, "", "ZONOS"),
    "no token": ({TOKEN: None}, f"{TOKEN} is not set", "Not set: "),
    "no key": ({"ZONOS_API_KEY": None}, "Not set: ZONOS_API_KEY. ", TOKEN + " is not"),
    "a number as token": ({TOKEN: 1.5}, f"{TOKEN}: must be text", "is not set"),
    "sandbox": ({"ZONOS_API_URL": SANDBOX}, "ZONOS_API_URL", "ERROR"),
    "sandbox in debug": ({"ZONOS_API_URL": SANDBOX, "DEBUG": True}, "", "ZONOS_API"),
    "mistyped": ({"ZONOS_MODES": 1}, "Did you mean ZONOS_MODE?", "ERROR"),
    "unknown": ({"ZONOS_COLOUR": 1}, "app.config has. Remove it.", "Did you mean"),
}


@pytest.mark.parametrize(("changes", "told", "not_told"), AMISS.values(), ids=AMISS)
def test_what_is_amiss_is_told_at_the_start_and_once_in_a_process(
    caplog: pytest.LogCaptureFixture, changes: Any, told: str, not_told: str
) -> None:
    text = told_at_start(caplog, **COMPLETE | changes)
    assert told in text
    assert not_told not in text
    assert told_at_start(caplog, **COMPLETE | changes) == ""


def test_a_mistyped_variable_is_told_and_another_programs_is_not(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZONOS_DEADLIN", "5")
    monkeypatch.setenv("ZONOS_OF_ANOTHER_PROGRAM", "1")
    text = told_at_start(caplog)
    assert "the environment has. Did you mean ZONOS_DEADLINE?" in text
    assert "ANOTHER_PROGRAM" not in text


@pytest.mark.parametrize("name, says", [("run", True), ("routes", False)])
def test_a_command_that_serves_no_page_does_not_warn_of_pages(
    caplog: pytest.LogCaptureFixture, name: str, says: bool
) -> None:
    with click.Context(click.Command(name)):
        assert bool(told_at_start(caplog)) == says


def test_wrong_settings_are_told_at_the_start_and_frozen_at_the_first_use(
    caplog: pytest.LogCaptureFixture,
) -> None:
    wrong = {"ZONOS_MODE": "live", "ZONOS_STORE_ID": "abc", "ZONOS_TIMEOUT": "5"}
    app = app_with(**COMPLETE | wrong)

    Zonos(app)

    told = [record.getMessage() for record in caplog.records]
    assert {record.levelname for record in caplog.records} == {"ERROR"}
    assert sorted(line.split(": ")[1] for line in told) == sorted(wrong)
    state = app.extensions["zonos"]
    mended = {"ZONOS_MODE": "LIVE", "ZONOS_STORE_ID": "1", "ZONOS_TIMEOUT": "5,5"}
    app.config.update(mended, ZONOS_TIMEOUTS="5,5")
    assert state.settings.mode == "LIVE"
    assert "no setting ZONOS_TIMEOUTS" in caplog.text
    app.config.update(ZONOS_MODE="TEST")
    assert state.settings.mode == "LIVE"


def test_a_client_without_credential_or_app_says_what_is_missing() -> None:
    app = Flask(__name__)
    with app.app_context():
        with pytest.raises(RuntimeError, match=r"zonos\.init_app\(app\)"):
            Zonos().client  # noqa: B018
        zonos = Zonos(app)
        with pytest.raises(ConfigurationError, match=TOKEN):
            zonos.client  # noqa: B018
