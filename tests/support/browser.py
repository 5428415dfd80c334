"""The one Playwright and the one Chromium of a run."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import expect
from playwright.sync_api import Playwright
from playwright.sync_api import sync_playwright

# For machines with much else to do.
expect.set_options(timeout=20_000)

CHROMIUM = "/usr/bin/chromium"
#: The same browser without its windows: it opens a page in a quarter of the time, and
#: keeps none for a way back.
HEADLESS_SHELL = shutil.which("chromium-headless-shell") or CHROMIUM
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True)
def free_of_playwrights_loop(request: pytest.FixtureRequest) -> Iterator[None]:
    """Playwright leaves its loop marked as running, which async views trip over."""
    if "playwright" in request.fixturenames:
        yield
        return
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one Playwright of a run: a second one in the same thread fails."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The one Chromium of a run; a test opens a context of its own."""
    browser = playwright.chromium.launch(
        executable_path=HEADLESS_SHELL, args=CHROMIUM_ARGS
    )
    yield browser
    browser.close()
