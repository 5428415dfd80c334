"""All checks, topic by topic; each runs also where another has failed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from ..config import is_loopback
from ..config import Settings
from ..errors import ConfigurationError
from ..state import State
from . import callbacks
from . import cookies
from . import credential
from . import documents
from . import observed
from . import pages
from . import reachability
from . import settings
from . import webhooks
from .finding import error
from .finding import Finding
from .finding import note
from .observed import OBSERVED
from .origins import shop_origin


def run_checks(
    app: Flask,
    *,
    page: str | None = None,
    url: str | None = None,
    offline: bool = False,
    shares_context: bool = False,
    observed_file: Path = OBSERVED,
) -> Iterator[Finding]:
    """Run all checks of an app; findings come in the order in which to mend them.

    :param page: the path of a page with the checkout's tags, looked at as an anonymous
        shopper sees it.
    :param url: a public address of the shop; else ``SERVER_NAME`` is taken.
    :param offline: ask nothing of Zonos.
    :param shares_context: an app context is active that the shop's code has pushed.
    :param observed_file: of ``flask zonos probe``, looked at where it is there.
    """
    state = app.extensions.get("zonos")
    if not isinstance(state, State):
        yield error(
            "extension",
            "This app has no Zonos.",
            "Call zonos.init_app(app) where the app is made.",
        )
        return
    try:
        read = state.settings
    except ConfigurationError as trouble:
        yield error("settings", f"{trouble}.", "Correct it; nothing else was asked.")
        yield from callbacks.check(app, state)
        yield from cookies.check(app, live=False)
        return
    has_verifier = state.callbacks.webhook_verifier is not None
    yield from settings.check(app, read, has_verifier=has_verifier)
    takes_webhooks = bool(read.webhook_secret) or has_verifier
    yield from callbacks.check(app, state, takes_webhooks=takes_webhooks)
    if shares_context:
        yield error(
            "app context",
            "The module that makes the app leaves an app context pushed. Where "
            "requests run in the same thread, flask-login takes every shopper for the "
            "first one on the shop's own pages; the Zonos routes load the user again.",
            "Use `with app.app_context():` around what needs it, instead of push().",
        )
    yield from cookies.check(
        app, live=read.mode == "LIVE", fresh=read.require_fresh_login
    )
    origin = shop_origin(app, url)
    yield from pages.check(app, state, page, origin)
    if not offline and read.credential_token:
        reached = yield from reachability.check(read)
        if reached:
            accepted = yield from credential.check(state)
            yield from documents.check(read)
            if accepted:
                yield from webhooks.check(state, origin)
                state.client.close()
    yield from observed.check(read, observed_file, offline=offline)
    yield from _reminders(read, origin)


def _reminders(read: Settings, origin: str | None) -> Iterator[Finding]:
    if not is_loopback(read.api_url):
        yield _allowed_domain(read, origin)
    yield note(
        "locations",
        "Each address in CustomerProfile.locations is sent to Zonos and kept for good.",
        "Give only addresses that the shopper wants to find there; the API cannot "
        "change or remove them.",
    )


def _allowed_domain(read: Settings, origin: str | None) -> Finding:
    known = dict.fromkeys([*([origin] if origin else []), *read.allowed_origins])
    where = "Zonos's Dashboard: Settings, Checkout settings, URLs"
    return note(
        "allowed domain",
        "Zonos opens checkouts only on domains that are listed with it, and its API "
        "does not list them.",
        f"Look whether {where} has {' and '.join(known)}, and each other domain and "
        "subdomain of the shop."
        if known
        else f"Look whether {where} has each domain and subdomain of the shop; with "
        "--url https://your.shop or SERVER_NAME this line names it.",
    )
