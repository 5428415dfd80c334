"""Settings: from app.config, else the environment, each by its own type, once."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from flask import Flask

from flask_zonos import ConfigurationError
from flask_zonos import Zonos
from flask_zonos.config import is_loopback
from flask_zonos.config import read_settings
from flask_zonos.config import Settings

TOKEN = "ZONOS_CREDENTIAL_TOKEN"


def settings(**config: Any) -> Settings:
    app = Flask(__name__)
    app.config.update(config)
    return read_settings(app)


def test_the_defaults_are_the_documented_ones() -> None:
    assert settings() == Settings(
        credential_token=None,
        api_key=None,
        store_id=None,
        api_url="https://api.zonos.com/graphql",
        script_url="https://js.zonos.com/dist/scripts/loadZonos.js",
        mode="TEST",
        organization_id=None,
        customer_reference="customerId",
        timeout=(2, 8),
        deadline=10,
        profile_grace=1.0,
        pool_size=32,
        cart_mutation="cartCreate",
        cart_expires=3600,
        require_fresh_login=False,
        allowed_origins=(),
        demo_page=False,
        ca_bundle=None,
        webhook_secret=(),
        cart_cookie="zonos_carts",
        tidy_locations=False,
    )


VALUES: list[tuple[str, str, str, Any]] = [
    (TOKEN, "credential_token", " 0012 ", "0012"),
    ("ZONOS_API_KEY", "api_key", "123", "123"),
    ("ZONOS_STORE_ID", "store_id", "1234", 1234),
    ("ZONOS_API_URL", "api_url", "http://127.0.0.1:8/g", "http://127.0.0.1:8/g"),
    ("ZONOS_SCRIPT_URL", "script_url", "https://x.example/s", "https://x.example/s"),
    ("ZONOS_MODE", "mode", "LIVE", "LIVE"),
    ("ZONOS_ORGANIZATION_ID", "organization_id", "organization_1", "organization_1"),
    ("ZONOS_CUSTOMER_REFERENCE", "customer_reference", "shopper", "shopper"),
    ("ZONOS_TIMEOUT", "timeout", "0.5, 3", (0.5, 3.0)),
    ("ZONOS_DEADLINE", "deadline", "5.5", 5.5),
    ("ZONOS_PROFILE_GRACE", "profile_grace", "0", 0.0),
    ("ZONOS_POOL_SIZE", "pool_size", "8", 8),
    ("ZONOS_CART_MUTATION", "cart_mutation", "cartUpsert", "cartUpsert"),
    ("ZONOS_CART_EXPIRES", "cart_expires", "60", 60),
    ("ZONOS_REQUIRE_FRESH_LOGIN", "require_fresh_login", "yes", True),
    ("ZONOS_DEMO_PAGE", "demo_page", "On", True),
    ("ZONOS_CART_COOKIE", "cart_cookie", "__Host-carts", "__Host-carts"),
    ("ZONOS_CA_BUNDLE", "ca_bundle", "/etc/ca.pem", "/etc/ca.pem"),
    ("ZONOS_WEBHOOK_SECRET", "webhook_secret", "one, two", ("one", "two")),
    (
        "ZONOS_ALLOWED_ORIGINS",
        "allowed_origins",
        "https://a.example,http://b.example:8080",
        ("https://a.example", "http://b.example:8080"),
    ),
]


@pytest.mark.parametrize(("name", "field", "given", "wanted"), VALUES)
def test_each_setting_is_read_from_the_environment_by_its_own_type(
    monkeypatch: pytest.MonkeyPatch, name: str, field: str, given: str, wanted: Any
) -> None:
    monkeypatch.setenv(name, given)

    assert getattr(settings(), field) == wanted


@pytest.mark.parametrize(("name", "field", "given", "wanted"), VALUES)
def test_each_setting_is_read_from_a_prefixed_environment_as_well(
    monkeypatch: pytest.MonkeyPatch, name: str, field: str, given: str, wanted: Any
) -> None:
    monkeypatch.setenv(f"FLASK_{name}", given)
    app = Flask(__name__)
    app.config.from_prefixed_env()

    found = getattr(read_settings(app), field)

    assert found == wanted
    assert type(found) is type(wanted)


@pytest.mark.parametrize(("name", "field", "given", "wanted"), VALUES)
def test_the_apps_config_wins_over_the_environment(
    monkeypatch: pytest.MonkeyPatch, name: str, field: str, given: str, wanted: Any
) -> None:
    monkeypatch.setenv(name, "nonsense")

    assert getattr(settings(**{name: wanted}), field) == wanted


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZONOS_STORE_ID", "")

    assert settings(ZONOS_MODE="").mode == "TEST"
    assert settings().store_id is None


@pytest.mark.parametrize("token", ["12345678901234567890", "00012", "1e5x"])
def test_a_token_of_digits_stays_the_same_text(
    monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv(f"FLASK_{TOKEN}", token)
    app = Flask(__name__)
    app.config.from_prefixed_env()

    assert read_settings(app).credential_token == token


@pytest.mark.parametrize("token", ["1e5", "true", '{"a": 1}', "1.50"])
def test_a_token_that_was_read_as_something_else_is_refused_not_changed(
    monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv(f"FLASK_{TOKEN}", token)
    app = Flask(__name__)
    app.config.from_prefixed_env()

    with pytest.raises(ConfigurationError, match="must be text, but was read as"):
        read_settings(app)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("ZONOS_STORE_ID", "12a"),
        ("ZONOS_STORE_ID", True),
        ("ZONOS_STORE_ID", 1.5),
        ("ZONOS_API_URL", "api.zonos.com"),
        ("ZONOS_API_URL", "ftp://api.zonos.com"),
        ("ZONOS_API_URL", "http://api.zonos.com/graphql"),
        ("ZONOS_API_URL", "http://127.0.0.1.evil.example/graphql"),
        ("ZONOS_API_URL", "https://ada:pass@api.zonos.com/graphql"),
        ("ZONOS_API_URL", "https://127.0.0.1:44300000/graphql"),
        ("ZONOS_API_URL", "https://127.0.0.1:https/graphql"),
        ("ZONOS_API_URL", "https://[::1/graphql"),
        ("ZONOS_SCRIPT_URL", "/loadZonos.js"),
        ("ZONOS_SCRIPT_URL", "http://js.zonos.com/dist/scripts/loadZonos.js"),
        ("ZONOS_MODE", "test"),
        ("ZONOS_TIMEOUT", "2"),
        ("ZONOS_TIMEOUT", 2),
        ("ZONOS_TIMEOUT", (0, 8)),
        ("ZONOS_TIMEOUT", "a,b"),
        ("ZONOS_DEADLINE", 0),
        ("ZONOS_DEADLINE", "nan"),
        ("ZONOS_DEADLINE", "inf"),
        ("ZONOS_DEADLINE", []),
        ("ZONOS_PROFILE_GRACE", -1),
        ("ZONOS_POOL_SIZE", 0),
        ("ZONOS_POOL_SIZE", "many"),
        ("ZONOS_CART_MUTATION", "cartUpdate"),
        ("ZONOS_CART_EXPIRES", 0),
        ("ZONOS_DEMO_PAGE", "maybe"),
        ("ZONOS_CART_COOKIE", "my carts"),
        ("ZONOS_CART_COOKIE", "session"),
        ("ZONOS_CART_COOKIE", "remember_token"),
        ("ZONOS_WEBHOOK_SECRET", b"a long random value"),
        ("ZONOS_WEBHOOK_SECRET", 1.2345678901234568e24),
        ("ZONOS_WEBHOOK_SECRET", ["one", None]),
    ],
)
def test_a_value_that_cannot_work_is_refused_by_the_settings_name(
    name: str, given: Any
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings(**{name: given})

    assert caught.value.setting == name
    assert str(caught.value).startswith(f"{name}: must ")
    assert "ada" not in str(caught.value)


def test_a_refused_value_is_shown_unless_it_may_be_a_secret() -> None:
    shown = {"ZONOS_MODE": "live", "ZONOS_POOL_SIZE": 0, "ZONOS_STORE_ID": "12a"}
    hidden = {
        "ZONOS_CREDENTIAL_TOKEN": 1.5,
        "ZONOS_STORE_ID": "credential_live_1",
        "ZONOS_API_URL": "ftp://ada:pass@host",
        "ZONOS_DEADLINE": "x" * 99,
    }
    for name, given in [*shown.items(), *hidden.items()]:
        with pytest.raises(ConfigurationError) as caught:
            settings(**{name: given})
        is_shown = shown.get(name) == given
        assert (str(given) in str(caught.value)) is is_shown, name
        assert ("(it is" in str(caught.value)) is is_shown, name


def test_the_same_key_as_secret_and_as_public_is_refused_without_telling_it() -> None:
    with pytest.raises(ConfigurationError, match="ZONOS_API_KEY") as caught:
        settings(ZONOS_CREDENTIAL_TOKEN="same_key", ZONOS_API_KEY=" same_key")

    assert "same_key" not in str(caught.value)


@pytest.mark.parametrize("given", ["zonos", "zonos/", "/", " ", 7, True])
def test_a_prefix_that_is_no_path_is_refused_by_the_settings_name(given: Any) -> None:
    app = Flask(__name__)
    app.config["ZONOS_URL_PREFIX"] = given

    with pytest.raises(ConfigurationError, match="such as /zonos|must be text") as it:
        Zonos(app)

    assert it.value.setting == "ZONOS_URL_PREFIX"


@pytest.mark.parametrize("given", ["/zonos", "/zonos/", " /zonos ", "", None])
def test_a_slash_at_the_prefixs_end_and_an_empty_one_work(given: Any) -> None:
    app = Flask(__name__)
    app.config["ZONOS_URL_PREFIX"] = given
    Zonos(app)

    rules = {rule.rule for rule in app.url_map.iter_rules()}

    assert {"/zonos/cart-info", "/zonos/static/<path:filename>"} <= rules


def test_settings_are_frozen_at_the_first_use_not_at_registration() -> None:
    app = Flask(__name__)
    app.config["ZONOS_MODE"] = "TEST"
    Zonos(app)
    app.config.update(ZONOS_MODE="LIVE")
    state = app.extensions["zonos"]
    assert state.settings.mode == "LIVE"

    app.config.update(ZONOS_MODE="TEST")

    assert state.settings.mode == "LIVE"


def test_two_apps_of_one_zonos_have_settings_and_clients_of_their_own() -> None:
    zonos = Zonos()
    apps = [Flask(__name__) for _ in range(2)]
    for number, app in enumerate(apps):
        app.config.update(
            ZONOS_CREDENTIAL_TOKEN=f"t{number}", ZONOS_DEADLINE=number + 1
        )
        zonos.init_app(app)

    clients = []
    for app in apps:
        with app.app_context():
            clients.append(zonos.client)
            assert zonos.client is zonos.client

    assert [client.deadline for client in clients] == [1, 2]
    assert not hasattr(zonos, "app")


COMPLETE: dict[str, Any] = {
    TOKEN: "t",
    "ZONOS_API_KEY": "k",
    "ZONOS_STORE_ID": 1,
}


def warnings_at_start(
    caplog: pytest.LogCaptureFixture, debug: bool = False, **config: Any
) -> str:
    app = Flask(__name__)
    app.debug = debug
    app.config.update(config)
    with caplog.at_level(logging.WARNING):
        Zonos(app)
    return caplog.text


def test_a_missing_credential_warns_at_start_and_says_what_to_set(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert TOKEN in warnings_at_start(caplog)


def test_a_warning_at_start_is_not_repeated_for_each_app_of_a_process(
    caplog: pytest.LogCaptureFixture,
) -> None:
    warnings_at_start(caplog)
    caplog.clear()
    assert warnings_at_start(caplog) == ""
    assert "ZONOS_COLOUR" in warnings_at_start(caplog, ZONOS_COLOUR="red")


def test_a_mistyped_setting_warns_at_start_and_names_the_one_that_was_meant(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZONOS_DEADLIN", "5")
    monkeypatch.setenv("ZONOS_OF_ANOTHER_PROGRAM", "1")
    text = warnings_at_start(
        caplog, ZONOS_REQUIRE_FRESH_LOGINS=True, ZONOS_COLOUR="red"
    )
    assert "Did you mean ZONOS_REQUIRE_FRESH_LOGIN?" in text
    assert "no setting ZONOS_COLOUR, which app.config has. Remove it." in text
    assert "the environment has. Did you mean ZONOS_DEADLINE?" in text
    assert "ANOTHER_PROGRAM" not in text


def test_a_complete_configuration_warns_of_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert warnings_at_start(caplog, **COMPLETE) == ""


@pytest.mark.parametrize("name", ["ZONOS_API_KEY", "ZONOS_STORE_ID"])
def test_what_the_page_lacks_warns_at_start(
    caplog: pytest.LogCaptureFixture, name: str
) -> None:
    warned = warnings_at_start(caplog, **{**COMPLETE, name: None})

    assert f"Not set: {name}. " in warned
    assert TOKEN + " is not set" not in warned


def test_all_that_cannot_work_is_told_at_start_and_may_be_mended_before_the_first_use(
    caplog: pytest.LogCaptureFixture,
) -> None:
    wrong = {"ZONOS_MODE": "live", "ZONOS_STORE_ID": "abc", "ZONOS_TIMEOUT": "5"}
    app = Flask(__name__)
    app.config.update({**COMPLETE, **wrong})

    Zonos(app)

    told = [record.getMessage() for record in caplog.records]
    assert {record.levelname for record in caplog.records} == {"ERROR"}
    assert sorted(line.split(": ")[1] for line in told) == sorted(wrong)
    app.config.update(ZONOS_MODE="LIVE", ZONOS_STORE_ID="1", ZONOS_TIMEOUT="5,5")
    assert app.extensions["zonos"].settings.mode == "LIVE"


def test_a_token_that_cannot_be_read_does_not_stop_the_start(
    caplog: pytest.LogCaptureFixture,
) -> None:
    warned = warnings_at_start(caplog, **{**COMPLETE, TOKEN: 1.5})

    assert f"{TOKEN}: must be text" in warned
    assert "is not set" not in warned


@pytest.mark.parametrize("debug", [False, True])
def test_a_loopback_address_warns_unless_in_debug(
    caplog: pytest.LogCaptureFixture, debug: bool
) -> None:
    config = {TOKEN: "t", "ZONOS_API_URL": "http://127.0.0.1:8010/graphql"}

    warned = "ZONOS_API_URL" in warnings_at_start(caplog, debug, **config)

    assert warned is not debug


def test_a_loopback_address_is_no_news_in_a_shops_own_tests(
    caplog: pytest.LogCaptureFixture,
) -> None:
    config = {**COMPLETE, "ZONOS_API_URL": "http://127.0.0.1:8010/graphql"}

    assert warnings_at_start(caplog, TESTING=True, **config) == ""


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:8010/", True),
        ("http://127.8.8.8/", True),
        ("http://[::1]:8010/", True),
        ("http://localhost/", True),
        ("https://api.zonos.com/", False),
        ("http://127.0.0.1.evil.example/", False),
        ("http://localhost.evil.example/", False),
        ("http://10.0.0.1/", False),
        ("http:///", False),
    ],
)
def test_only_this_machine_is_loopback(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback


def test_a_missing_credential_fails_at_use_in_words_that_say_what_to_set() -> None:
    app = Flask(__name__)
    zonos = Zonos(app)

    with app.app_context(), pytest.raises(ConfigurationError, match=TOKEN):
        zonos.client  # noqa: B018


def test_the_client_without_an_app_says_what_is_missing() -> None:
    app = Flask(__name__)

    with (
        app.app_context(),
        pytest.raises(RuntimeError, match=r"zonos\.init_app\(app\)"),
    ):
        Zonos().client  # noqa: B018


def test_repr_of_the_settings_can_be_logged() -> None:
    found = settings(ZONOS_CREDENTIAL_TOKEN="hidden_1", ZONOS_WEBHOOK_SECRET="hidden_2")

    assert "hidden" not in repr(found)
