"""The one Playwright and the one Chromium of a run, and pages in it."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from playwright.sync_api import Error
from playwright.sync_api import expect
from playwright.sync_api import Frame
from playwright.sync_api import Page
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
#: Notes our events in ``seen``, and what a policy has blocked in ``violations``.
RECORDER = """
window.seen = [];
for (const name of ["configure", "ready", "cart", "opened", "error", "order"]) {
  document.addEventListener(`zonos:${name}`, ({ detail }) =>
    seen.push([name, name === "configure" ? null : detail]));
}
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  violations.push(event.violatedDirective));
"""


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
    """The one Chromium of a run."""
    browser = playwright.chromium.launch(
        executable_path=HEADLESS_SHELL, args=CHROMIUM_ARGS
    )
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def caching_browser(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium that keeps pages for the back button: Playwright switches that off."""
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=CHROMIUM_ARGS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()


@contextmanager
def open_page(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page in a context of its own, with the recorder."""
    with browser.new_context(**options) as context:
        context.set_default_timeout(20_000)
        context.add_init_script(RECORDER)
        yield context.new_page()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of the test's own; in the end no policy may have blocked anything."""
    with open_page(browser) as page:
        yield page
        assert page.evaluate("window.violations ?? []") == []


@pytest.fixture(scope="module")
def lasting_tab(browser: Browser) -> Iterator[Page]:
    with open_page(browser) as page:
        yield page


@pytest.fixture
def tab(lasting_tab: Page) -> Iterator[Page]:
    """A page that the module's tests share: a checkout in it takes a third of the time.

    Not for what stays in it: a clock, a script for all documents, a size, a listener.
    """
    yield lasting_tab
    blocked = lasting_tab.evaluate("window.violations ?? []")
    lasting_tab.unroute_all()
    lasting_tab.goto("about:blank")
    lasting_tab.context.clear_cookies()
    assert blocked == []


def wait_until(page: Page, condition: str) -> None:
    """Wait for a condition; Playwright's own waiting needs 'unsafe-eval'."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with suppress(Error):  # of a page that is being left
            if page.evaluate(f"Boolean({condition})"):
                return
        page.wait_for_timeout(20)
    pytest.fail(f"never came true: {condition}")


def stop_the_clock(page: Page) -> None:
    """From now on the page's time goes on only where a test moves it."""
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 1"))


def expect_accessible(page: Page | Frame) -> None:
    """Nothing that axe finds wrong, however small; nothing wider than the page."""
    results = Axe().run(page)
    assert results.violations_count == 0, f"{page.url}: {results.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
