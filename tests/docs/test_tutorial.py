"""The tutorial, followed word by word: an empty folder, terminals and a browser."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pexpect
import pytest
from playwright.sync_api import expect
from playwright.sync_api import FrameLocator
from playwright.sync_api import Page

from ..package.check import copy
from .blocks import blocks
from .blocks import DOCS

pytestmark = pytest.mark.process

#: The environment before a test begins: pip may need its proxies.
OUTSIDE = {key: value for key, value in os.environ.items() if "ZONOS" not in key}
BLOCKS = list(blocks(DOCS / "tutorial.md"))
ACTIVATE = ". .venv/bin/activate"
INSTALL = ["python3 -m venv .venv", ACTIVATE, "pip install flask-zonos"]
SANDBOX = "flask zonos sandbox"
SHOP = "flask --app shop run --debug"
CHECK = "flask --app shop --debug zonos check --page /cart"
ADDRESS = {
    "First name": "Robin",
    "Last name": "Reader",
    "Address": "1 Queen Street",
    "City": "Toronto",
    "Region": "ON",
    "Postal code": "M5H 2N2",
}


class Terminal:
    """An interactive shell in a folder. What is typed runs as it would by hand."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.shell = pexpect.spawn(
            "sh",
            ["-i"],
            cwd=folder,
            env={**environment, "PS1": "", "ENV": "", "TERM": "dumb"},
            echo=False,
            encoding="utf-8",
            timeout=120,
            # Under nohup what it runs would outlive it.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )

    def run(self, command: str) -> str:
        """Type a line and wait for its end; return what it printed."""
        self.shell.sendline(f"{command}; echo ended: $?")
        printed = self.read_until(r"ended: (\d+)\s")
        assert "ended: 0" in printed, f"{command}\n{printed}"
        return printed

    def read_until(self, pattern: str) -> str:
        """Return what is printed, up to the end of what fits the pattern."""
        self.shell.expect(pattern)
        return f"{self.shell.before}{self.shell.after}".replace("\r", "")


OpenTerminal = Callable[..., Terminal]


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[OpenTerminal]:
    """Open a terminal in the reader's folder, which has the files of the text."""
    folder, project = tmp_path / "empty", tmp_path / "project"
    for block in BLOCKS:
        if block.caption is not None:
            write(folder / block.caption, block.code)
    # "pip install flask-zonos" installs this tree and not a release.
    project.mkdir()
    copy(project)
    constraints = project / "constraints.txt"
    constraints.write_text(f"flask-zonos @ {project.as_uri()}\n")
    environment = {
        **OUTSIDE,
        "NO_PROXY": "127.0.0.1",
        "PIP_CONSTRAINT": str(constraints),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_COMPILE": "1",
        # The ports of the text may be taken on a machine that runs other tests.
        "FLASK_RUN_PORT": "0",
        "FLASK_ZONOS_SANDBOX_PORT": "0",
    }
    with ExitStack() as stack:

        def open_terminal(*commands: str) -> Terminal:
            terminal = Terminal(folder, environment)
            stack.callback(terminal.shell.close)
            for command in commands:
                terminal.run(command)
            return terminal

        yield open_terminal


def test_each_command_and_click_does_what_the_text_says(
    open_terminal: OpenTerminal, page: Page
) -> None:
    told = [
        line.removeprefix("$ ")
        for block in BLOCKS
        if block.language == "console"
        for line in block.code.splitlines()
    ]
    assert told == [*INSTALL, SANDBOX, ACTIVATE, SHOP, ACTIVATE, CHECK]
    sandbox = open_terminal(*INSTALL)
    sandbox.shell.sendline(SANDBOX)
    exports = re.findall(r"export \S+", sandbox.read_until(r"Ctrl\+C"))
    shop = open_terminal(ACTIVATE, *exports)
    shop.shell.sendline(SHOP)
    url = shop.read_until(r"Running on \S+").split()[-1]
    checked = open_terminal(ACTIVATE, *exports).run(CHECK)
    assert re.search(r"^0 errors, ", checked, re.MULTILINE)
    assert "debug is off" not in checked

    page.goto(f"{url}/login")
    frame = open_checkout(page)
    expect(frame.get_by_text("Welcome, ")).to_contain_text("robin@example.com")
    for label, value in ADDRESS.items():
        frame.get_by_role("textbox", name=label).fill(value)
    for step in ("Delivery", "Shipping"):
        frame.get_by_role("region", name=step).get_by_text("Continue").click()
    frame.get_by_text("Visa •••• 4242").click()
    expect(frame.get_by_label("Save this card for next time")).to_be_checked()
    frame.get_by_role("button", name="Pay").click()
    frame.get_by_role("button", name="Back to the shop").click()
    shop.read_until(r"Order order_\S+ of customer-1")

    frame = open_checkout(page)
    expect(frame.get_by_text("Welcome back, ")).to_be_visible()
    expect(frame.get_by_text("1 Queen Street")).to_be_visible()
    card = frame.locator("[data-zonos-payment-method]:visible")
    expect(card).to_contain_text("Visa •••• 4242")

    page.goto(f"{url}/cart?zCountry=DK")
    wait_for_zonos(page)
    expect_own_checkout(page)

    sandbox.shell.sendintr()
    sandbox.run("true")
    page.goto(f"{url}/cart")
    expect_own_checkout(page)


def wait_for_zonos(page: Page) -> None:
    """Wait for ``Zonos.init``: it disables the button, so a click would be lost."""
    expect(page.locator("[data-zonos-state=ready]")).to_be_visible()


def open_checkout(page: Page) -> FrameLocator:
    wait_for_zonos(page)
    page.get_by_role("button", name="Place order").click()
    frame = page.frame_locator("[data-zonos-checkout] iframe")
    expect(frame.get_by_role("heading", name="Delivery")).to_be_visible()
    return frame


def expect_own_checkout(page: Page) -> None:
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_text("The shop's own checkout")).to_be_visible()


def write(path: Path, code: str) -> None:
    """Make the file, or add to its end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") + "\n\n" if path.exists() else ""
    path.write_text(before + code, encoding="utf-8")
