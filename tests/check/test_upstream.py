"""``flask zonos check`` against a Zonos that answers, and one that does not."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from typing import Any

import trustme

from flask_zonos.sandbox import Sandbox

from .altered import accept_another_key
from .altered import served_again
from .shop import check
from .shop import make_shop


def test_a_wrong_credential_is_refused() -> None:
    with Sandbox() as sandbox:
        settings = {**sandbox.settings, "ZONOS_CREDENTIAL_TOKEN": "wrong-token"}
        report = check(make_shop(**settings))
    assert ("error", "credential") in report.troubles
    assert "Copy the GraphQL key" in report.told("credential")
    assert report.exit_code == 1


def test_swapped_keys_are_told_apart_by_asking() -> None:
    with Sandbox() as sandbox:
        settings = {
            **sandbox.settings,
            "ZONOS_CREDENTIAL_TOKEN": sandbox.api_key,
            "ZONOS_API_KEY": sandbox.credential_token,
        }
        report = check(make_shop(**settings))
    assert ("error", "key mix-up") in report.troubles
    assert "swapped" in report.told("key mix-up")


def test_a_secret_key_on_the_page_is_an_error() -> None:
    with Sandbox() as sandbox:
        accept_another_key(sandbox, "another-secret")
        settings = {**sandbox.settings, "ZONOS_API_KEY": "another-secret"}
        report = check(make_shop(**settings))
    assert "it is a secret key" in report.told("key mix-up")
    assert report.exit_code == 1


def test_a_dead_address_ends_the_questions_to_zonos() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        report = check(make_shop(**_settings(url)))
    assert ("error", "address") in report.troubles
    assert "flask zonos sandbox" in report.told("address")
    assert not report.told("credential")
    assert report.exit_code == 1


def test_an_address_that_is_not_zonos_is_told() -> None:
    with Sandbox() as sandbox:
        settings = {**sandbox.settings, "ZONOS_API_URL": f"{sandbox.url}/nothing"}
        report = check(make_shop(**settings))
    assert ("error", "address") in report.troubles
    assert "not as GraphQL" in report.told("address")


def test_a_certificate_that_nobody_vouches_for_is_told(tmp_path: Path) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    with Sandbox() as sandbox, served_again(sandbox, tls=context) as settings:
        refused = check(make_shop(**settings))
        settings["ZONOS_CA_BUNDLE"] = str(tmp_path / "ca.pem")
        trusted = check(make_shop(**settings))
        settings["ZONOS_CA_BUNDLE"] = str(tmp_path / "nothing.pem")
        missing = check(make_shop(**settings))
    assert ("error", "TLS") in refused.troubles
    assert "ZONOS_CA_BUNDLE" in refused.told("TLS")
    assert "certificate is trusted" in trusted.told("address")
    assert "no certificates can be read" in missing.told("TLS")


def _settings(url: str) -> dict[str, Any]:
    return {
        "ZONOS_API_URL": f"{url}/graphql",
        "ZONOS_SCRIPT_URL": f"{url}/dist/scripts/loadZonos.js",
        "ZONOS_CREDENTIAL_TOKEN": "a-secret-token",
        "ZONOS_API_KEY": "credential_test_1",
        "ZONOS_STORE_ID": 1,
    }
