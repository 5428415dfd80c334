from __future__ import annotations

import os

import pytest

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, proxies and certificates of the machine must not decide a test."""
    for name in list(os.environ):
        if name.startswith(("ZONOS_", "FLASK_ZONOS_")):
            monkeypatch.delenv(name)
        if name.upper() in (*PROXIES, *CERTIFICATES):
            monkeypatch.delenv(name)
