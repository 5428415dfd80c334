"""Outcomes of a checkout: texts, signals, and resources still held."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from flask_zonos.signals import cart_created
from flask_zonos.signals import checkout_failed
from flask_zonos.signals import profile_skipped

from .customers_shop import body_of

#: What the shopper reads, by the answer's code.
TOLD_THE_SHOPPER = {
    "unavailable": "The checkout could not be opened. Please try again in a moment.",
    "timeout": "The checkout took too long to open. Please try again in a moment.",
    "rate-limited": "The checkout is very busy. Please try again in a moment.",
}


class Heard:
    """Records the signals of one app."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.signals: list[tuple[str, Any]] = []
        cart_created.connect(self._created, app)
        checkout_failed.connect(self._failed, app)
        profile_skipped.connect(self._skipped, app)

    def _created(self, sender: Flask, **told: Any) -> None:
        self.signals.append(("cart_created", told["recognition"].level))

    def _failed(self, sender: Flask, **told: Any) -> None:
        self.signals.append(("checkout_failed", told["code"]))

    def _skipped(self, sender: Flask, **told: Any) -> None:
        self.signals.append(("profile_skipped", told["reason"]))


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def close(app: Flask) -> None:
    with app.app_context():
        app.extensions["zonos"].client.close()


def assert_no_checkout(
    app: Flask, heard: Heard, answer: TestResponse, status: int, code: str
) -> None:
    """The shopper is told, the signal too, and nobody saw a cart or a profile."""
    assert (answer.status_code, body_of(answer)["code"]) == (status, code)
    assert body_of(answer)["detail"] == TOLD_THE_SHOPPER[code]
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert heard.signals == [("checkout_failed", code)]
