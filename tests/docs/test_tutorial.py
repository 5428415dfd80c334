"""The tutorial, followed word by word: an empty folder, terminals and a browser."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

import pexpect
import pytest
import requests
from playwright.sync_api import Browser
from playwright.sync_api import expect
from playwright.sync_api import FrameLocator
from playwright.sync_api import Page

from ..package.check import copy
from .blocks import Block
from .blocks import blocks
from .blocks import DOCS

pytestmark = pytest.mark.process

TUTORIAL = DOCS / "tutorial.md"
BLOCKS = list(blocks(TUTORIAL))
ACTIVATE = ". .venv/bin/activate"
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


@dataclass
class Followed:
    """The reader's state after the last command.

    :ivar terminals: the first runs the sandbox, the second the shop.
    :ivar typed: all commands, in order.
    :ivar recognised: the response to a click of Robin's.
    """

    terminals: list[Terminal] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    shop: str = ""
    sandbox: str = ""
    checked: str = ""
    recognised: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    """The tutorial, done from its first to its last block; both servers run."""
    folder = tmp_path_factory.mktemp("empty")
    # "pip install flask-zonos" installs this tree and not a release.
    project = tmp_path_factory.mktemp("project")
    copy(project)
    constraints = tmp_path_factory.mktemp("pip") / "constraints.txt"
    constraints.write_text(f"flask-zonos @ {project.as_uri()}\n")
    environment = {k: v for k, v in os.environ.items() if "ZONOS" not in k}
    environment |= {
        "NO_PROXY": "127.0.0.1",
        "PIP_CONSTRAINT": str(constraints),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_COMPILE": "1",
        # The ports of the text may be taken on a machine that runs other tests.
        "FLASK_RUN_PORT": "0",
        "FLASK_ZONOS_SANDBOX_PORT": "0",
    }
    now = Followed()
    exports: list[str] = []
    with ExitStack() as stack:

        def open_terminal() -> None:
            now.terminals.append(Terminal(folder, environment))
            stack.callback(now.terminals[-1].shell.close)

        open_terminal()
        for block in BLOCKS:
            if block.caption is not None:
                _write(folder, block)
            for command in _commands(block):
                now.typed.append(command)
                if command == ACTIVATE and exports:
                    open_terminal()
                terminal = now.terminals[-1]
                if command == SANDBOX:
                    terminal.shell.sendline(command)
                    printed = terminal.read_until(r"Ctrl\+C")
                    exports = re.findall(r"export \S+", printed)
                    now.sandbox = re.findall(r"http\S+", printed)[0]
                elif command == SHOP:
                    terminal.shell.sendline(command)
                    now.shop = terminal.read_until(r"Running on \S+").split()[-1]
                else:
                    now.checked = terminal.run(command)
                if command == ACTIVATE:
                    for line in exports:
                        terminal.run(line)
        with requests.Session() as browser:
            assert browser.get(f"{now.shop}/login").url == f"{now.shop}/cart"
            now.recognised = browser.post(f"{now.shop}/zonos/cart-info").json()
        yield now


def test_it_ends_with_a_recognised_shopper(followed: Followed) -> None:
    assert followed.recognised["recognition"] == {"level": "profile", "reason": None}
    assert re.search(r"^0 errors, ", followed.checked, re.MULTILINE)
    assert "debug is off" not in followed.checked
    install = ["python3 -m venv .venv", ACTIVATE, "pip install flask-zonos"]
    assert followed.typed == [*install, SANDBOX, ACTIVATE, SHOP, ACTIVATE, CHECK]


@pytest.mark.browser
def test_each_click_does_what_the_text_says(
    followed: Followed, browser: Browser
) -> None:
    sandbox, shop, _ = followed.terminals
    with browser.new_context() as context:
        page = context.new_page()
        statuses: dict[str, int] = {}
        page.on("response", lambda got: statuses.update({got.url: got.status}))

        page.goto(f"{followed.shop}/login")
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
        card = frame.locator("[data-zonos-payment-method]")
        expect(card).to_contain_text("Visa •••• 4242")
        expect(card).to_be_visible()

        page.goto(f"{followed.shop}/cart?zCountry=DK")
        expect_own_checkout(page)

        sandbox.shell.sendintr()
        sandbox.run("true")
        page.goto(f"{followed.shop}/cart")
        expect_own_checkout(page)
        assert [url for url, status in statuses.items() if status == 404] == []


def open_checkout(page: Page) -> FrameLocator:
    page.get_by_role("button", name="Place order").click()
    frame = page.frame_locator("[data-zonos-checkout] iframe")
    expect(frame.get_by_role("heading", name="Delivery")).to_be_visible()
    return frame


def expect_own_checkout(page: Page) -> None:
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_text("The shop's own checkout")).to_be_visible()


def test_it_takes_fewer_than_forty_lines_of_the_readers_own() -> None:
    code = "\n".join(block.code for block in BLOCKS if block.caption is not None)
    assert len([line for line in code.splitlines() if line.strip()]) < 40


def _write(folder: Path, block: Block) -> None:
    """Make the file, or add to its end."""
    path = folder / str(block.caption)
    path.parent.mkdir(exist_ok=True)
    before = path.read_text(encoding="utf-8") + "\n\n" if path.exists() else ""
    path.write_text(before + block.code, encoding="utf-8")


def _commands(block: Block) -> list[str]:
    if block.language != "console":
        return []
    return [line.removeprefix("$ ") for line in block.code.splitlines()]
