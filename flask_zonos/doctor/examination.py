"""The whole examination, topic by topic; each goes on where another has failed."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from ..errors import ConfigurationError
from ..state import State
from . import callbacks
from . import cookies
from . import credential
from . import documents
from . import endpoint
from . import pages
from . import settings
from . import webhook
from .finding import error
from .finding import Finding
from .finding import ok


def examine(
    app: Flask, *, page: str | None = None, offline: bool = False
) -> Iterator[Finding]:
    """What is found in an app, in the order in which it is best mended.

    :param page: the path of a page with the checkout's tags, looked at as an anonymous
        shopper sees it.
    :param offline: ask nothing of Zonos.
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
    yield from callbacks.check(app, state)
    yield from cookies.check(
        app, live=read.mode == "LIVE", fresh=read.require_fresh_login
    )
    yield from pages.check(app, state, page)
    if not offline and read.credential_token:
        reached = yield from endpoint.check(read)
        if reached:
            accepted = yield from credential.check(state)
            yield from documents.check(read)
            if accepted:
                yield from webhook.check(app, state)
                state.client.close()
    yield from _reminders()


def _reminders() -> Iterator[Finding]:
    yield ok(
        "allowed domain",
        "Zonos's API does not tell which domains may use the public key.",
        "List each domain and subdomain of the shop in Zonos's Dashboard: Settings, "
        "Checkout settings, URLs.",
    )
    yield ok(
        "locations",
        "Each address in CustomerProfile.locations is sent to Zonos and kept for good.",
        "Give only addresses that the shopper wants to find there; the API cannot "
        "change or remove them.",
    )
