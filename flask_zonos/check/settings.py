"""The shop's settings: missing ones, and contradictions."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from ..config import is_loopback
from ..config import SCRIPT_URL
from ..config import Settings
from ..config import unknown_settings
from .finding import error
from .finding import Finding
from .finding import ok
from .finding import warning

_SOURCE = "in app.config or the environment; `flask zonos sandbox` prints one to try"
_SHORTEST_WEBHOOK_SECRET = 24
_NEW_SECRET = 'python -c "import secrets; print(secrets.token_urlsafe(32))"'


def check(
    app: Flask, settings: Settings, *, has_verifier: bool = False
) -> Iterator[Finding]:
    """Check the settings without asking Zonos.

    :param has_verifier: whether the shop has a ``@zonos.webhook_verifier``.
    """
    missing = {
        "ZONOS_CREDENTIAL_TOKEN": not settings.credential_token,
        "ZONOS_API_KEY": not settings.api_key,
        "ZONOS_STORE_ID": settings.store_id is None,
    }
    for name, absent in missing.items():
        if absent:
            yield error("settings", f"{name} is not set.", f"Set it {_SOURCE}.")
    if not any(missing.values()):
        yield ok("settings", "Credential, public key and store are set.")
    for sentence in unknown_settings(app):
        yield warning("settings", sentence, "docs/settings.md lists all settings.")
    yield from _addresses(app, settings)
    yield from _mode(settings)
    yield from _webhook_secret(settings, has_verifier)
    yield from _origins(app, settings)


def _addresses(app: Flask, settings: Settings) -> Iterator[Finding]:
    api_here = is_loopback(settings.api_url)
    script_here = is_loopback(settings.script_url)
    if api_here != script_here:
        yield error(
            "addresses",
            "ZONOS_API_URL and ZONOS_SCRIPT_URL are not of one world: one is on this "
            "machine, the other is not.",
            "Set both to the sandbox's, or unset both for the real ones.",
        )
    elif api_here and settings.mode == "LIVE":
        yield error(
            "addresses",
            "ZONOS_MODE is LIVE, but ZONOS_API_URL is on this machine.",
            "Unset ZONOS_API_URL and ZONOS_SCRIPT_URL, or set ZONOS_MODE to TEST.",
        )
    elif api_here and not app.debug:
        yield warning(
            "addresses",
            "Checkouts go to a sandbox on this machine although debug is off.",
            "Unset ZONOS_API_URL and ZONOS_SCRIPT_URL for the real Zonos.",
        )
    elif not api_here and settings.script_url != SCRIPT_URL:
        yield warning(
            "addresses",
            "ZONOS_SCRIPT_URL is not the address that Zonos documents.",
            f"Unset it, for {SCRIPT_URL}.",
        )
    else:
        yield ok("addresses", "API and page script belong together.")


def _mode(settings: Settings) -> Iterator[Finding]:
    # Only this shape of a public key has been seen; the test one is likely.
    other = {"LIVE": "credential_test_", "TEST": "credential_live_"}[settings.mode]
    key = settings.api_key or ""
    if key.startswith(other):
        yield warning(
            "mode",
            f"ZONOS_MODE is {settings.mode}, but ZONOS_API_KEY begins with {other}.",
            "Take the public key of the same mode, or change ZONOS_MODE.",
        )
    else:
        yield ok("mode", f"ZONOS_MODE is {settings.mode}.")
    if key and not key.startswith("credential_"):
        yield warning(
            "key mix-up",
            "ZONOS_API_KEY does not begin with credential_, as public keys seen so far "
            "do. It is printed into pages: it must not be the secret one.",
            "Compare it with the zonosApiKey that Zonos gave for the browser.",
        )


def _webhook_secret(settings: Settings, has_verifier: bool) -> Iterator[Finding]:
    if not settings.webhook_secret and has_verifier:
        yield ok("webhook secret", "@zonos.webhook_verifier alone proves webhooks.")
    elif not settings.webhook_secret:
        yield warning(
            "webhook secret",
            "ZONOS_WEBHOOK_SECRET is not set, so the webhook's route is off: orders "
            "arrive by the shopper's page and `flask zonos orders sync` only.",
            f"Set a long random value ({_NEW_SECRET}) and run `flask zonos webhooks "
            "create URL`.",
        )
    elif min(map(len, settings.webhook_secret)) < _SHORTEST_WEBHOOK_SECRET:
        yield warning(
            "webhook secret",
            "ZONOS_WEBHOOK_SECRET is short, and it is all that proves a webhook.",
            f"Make a new one: {_NEW_SECRET}.",
        )
    else:
        yield ok("webhook secret", "It is set, and long enough.")


def _origins(app: Flask, settings: Settings) -> Iterator[Finding]:
    plain = [o for o in settings.allowed_origins if not o.startswith("https://")]
    if plain and not app.debug:
        yield warning(
            "allowed origins",
            f"ZONOS_ALLOWED_ORIGINS lists {', '.join(plain)} without TLS.",
            "List https:// origins only.",
        )
    elif settings.allowed_origins:
        yield ok(
            "allowed origins",
            f"Pages of {', '.join(settings.allowed_origins)} may open checkouts.",
        )
