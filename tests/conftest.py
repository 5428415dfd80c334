from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

from flask_zonos import config

# Fixtures for every folder.
from .support.browser import browser  # noqa: F401
from .support.browser import caching_browser  # noqa: F401
from .support.browser import context_options  # noqa: F401
from .support.browser import free_of_playwrights_loop  # noqa: F401
from .support.browser import lasting_tab  # noqa: F401
from .support.browser import page  # noqa: F401
from .support.browser import playwright  # noqa: F401
from .support.browser import tab  # noqa: F401
from .support.fixtures import authority  # noqa: F401
from .support.fixtures import ca_bundle  # noqa: F401
from .support.fixtures import client  # noqa: F401
from .support.fixtures import make_a_shop  # noqa: F401
from .support.fixtures import make_client  # noqa: F401
from .support.fixtures import secure  # noqa: F401
from .support.fixtures import shop  # noqa: F401
from .support.fixtures import upstream  # noqa: F401
from .support.serving import running_sandbox  # noqa: F401
from .support.serving import sandbox  # noqa: F401

# How long an example takes says more of the machine than of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

SANDBOXES = {"make_person", "one_sandbox", "running_sandbox", "sandbox"}
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
