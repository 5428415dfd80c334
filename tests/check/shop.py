"""A shop with nothing to mend, to be broken by each test in one place."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from dataclasses import dataclass
from typing import Any

import flask_login
from click.testing import Result
from flask import Flask
from flask import render_template_string
from flask import Response

from flask_zonos import Zonos
from flask_zonos.check.finding import Finding
from flask_zonos.cli import zonos as command
from flask_zonos.sandbox import Sandbox

from ..support.samples import cart

SECRET = "a-webhook-secret-of-some-length"
#: Settings with nothing to mend, as long as Zonos is not asked.
WELL: dict[str, Any] = {
    "DEBUG": True,
    "SECRET_KEY": "a-secret-key-that-nobody-guesses",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "REMEMBER_COOKIE_SECURE": True,
    "REMEMBER_COOKIE_SAMESITE": "Lax",
    "ZONOS_REQUIRE_FRESH_LOGIN": True,
    "ZONOS_CREDENTIAL_TOKEN": "a-secret-token",
    "ZONOS_API_KEY": "credential_test_1",
    "ZONOS_STORE_ID": 1,
    "ZONOS_WEBHOOK_SECRET": SECRET,
}
#: Addresses of a sandbox that does not run.
SANDBOX: dict[str, Any] = {
    "ZONOS_API_URL": "http://127.0.0.1:1/graphql",
    "ZONOS_SCRIPT_URL": "http://127.0.0.1:1/dist/scripts/loadZonos.js",
}

NONCE = "bm9uY2U="
#: What the guide demands of scripts.
SCRIPTS = f"script-src 'nonce-{NONCE}' 'strict-dynamic'"
CSP = f"default-src 'self'; {SCRIPTS}; frame-src *; connect-src 'self' *.zonos.com"

Found = list[tuple[str, str]]


@dataclass
class Report:
    """The findings, as ``flask zonos check --json`` prints them."""

    findings: list[dict[str, Any]]

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Report:
        """The findings of one topic, without the command around it."""
        return cls([asdict(finding) for finding in findings])

    @property
    def troubles(self) -> Found:
        """Level and topic of each warning and error, in order."""
        return [
            (finding["level"], finding["topic"])
            for finding in self.findings
            if finding["level"] in ("warning", "error")
        ]

    def told(self, topic: str) -> str:
        """All that is said of a topic."""
        return "\n".join(
            f"{finding['message']} {finding['remedy'] or ''}"
            for finding in self.findings
            if finding["topic"] == topic
        )


def make_shop(csp: str | None = CSP, /, **config: Any) -> Flask:
    """A whole shop: callbacks, login, cookies and headers."""
    app = Flask("shop")
    app.config.update({**WELL, **config})
    flask_login.LoginManager(app).user_loader(lambda id: None)
    zonos = Zonos(app)

    zonos.cart_loader(lambda request_data: cart())
    zonos.customer_loader(lambda user: None)
    zonos.order_handler(lambda order, event: None)

    @app.get("/cart")
    def cart_page() -> str:
        return render_template_string(
            '{{ zonos_checkout("#place-order", nonce=nonce) }}', nonce=NONCE
        )

    @app.after_request
    def send_csp(response: Response) -> Response:
        if csp is not None:
            response.headers.add("Content-Security-Policy", csp)
        return response

    return app


def shop_of(sandbox: Sandbox, **config: Any) -> Flask:
    """A whole shop whose Zonos is the sandbox."""
    return make_shop(**{**sandbox.settings, **config})


def run(app: Flask, *options: str) -> Result:
    """Run the command for a shop: its output and exit code."""
    runner = app.test_cli_runner(env={"FLASK_DEBUG": "1" if app.debug else "0"})
    return runner.invoke(command, ["check", *options], catch_exceptions=False)


def check(app: Flask, *options: str) -> Report:
    """Run the command for a shop: its findings."""
    result = run(app, "--json", *options)
    return Report(json.loads(result.stdout)["findings"])
