from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

from flask_zonos import config

#: Fixtures for every folder.
pytest_plugins = [
    "tests.support.browser",
    "tests.support.fixtures",
    "tests.support.serving",
]

# How long an example takes says more of the machine than of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# In the background of a script Ctrl-C is ignored, also by every program started here.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

SANDBOXES = {"make_person", "running_sandbox", "sandbox"}
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
SHOP = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL")
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs browser or sandbox by its fixtures; skip what takes minutes."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "playwright" in fixtures:
            item.add_marker(pytest.mark.browser)
        if not SANDBOXES.isdisjoint(fixtures):
            item.add_marker(pytest.mark.server)
        if item.get_closest_marker("soak") and os.environ.get("SOAK") != "1":
            item.add_marker(pytest.mark.skip(reason="takes minutes: SOAK=1"))


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, proxies and certificates of the machine must not decide a test."""
    for name in list(os.environ):
        if name.startswith(("ZONOS_", "FLASK_ZONOS_")):
            monkeypatch.delenv(name)
        if name.upper() in (*PROXIES, *CERTIFICATES, *SHOP):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def nothing_logged_yet() -> None:
    """What one test has logged, another one may have to log as well."""
    config.log_once.cache_clear()


@pytest.fixture
def small_switch_interval() -> Iterator[None]:
    """Threads take turns as often as they can, so that what they share shows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)
