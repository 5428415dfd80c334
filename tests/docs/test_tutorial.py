"""The tutorial, followed word by word: an empty folder, terminals and a browser."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser
from playwright.sync_api import expect
from playwright.sync_api import FrameLocator
from playwright.sync_api import Page

from ..package.check import build
from .blocks import Block
from .blocks import blocks
from .blocks import DOCS
from .terminal import Terminal

BLOCKS = list(blocks(DOCS / "tutorial.md"))
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


@dataclass
class Followed:
    """The reader's state after the last command.

    :ivar shop: the address that the shop has printed.
    :ivar terminal: the one in which the shop runs.
    :ivar checked: what ``flask zonos check`` has printed.
    :ivar typed: all commands, in order.
    """

    shop: str = ""
    checked: str = ""
    terminal: Terminal | None = None
    typed: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel for ``pip install flask-zonos``: not a release, but this tree."""
    wheel, _ = build(tmp_path_factory.mktemp("wheel") / "dist")
    return wheel


@pytest.fixture(scope="module")
def followed(
    tmp_path_factory: pytest.TempPathFactory, wheel: Path
) -> Iterator[Followed]:
    """The tutorial, done from its first to its last block; both servers run."""
    folder = tmp_path_factory.mktemp("empty")
    environment = {k: v for k, v in os.environ.items() if "ZONOS" not in k}
    constraints = wheel.with_name("constraints.txt")
    constraints.write_text(f"flask-zonos @ {wheel.as_uri()}\n")
    environment |= {
        "NO_PROXY": "127.0.0.1",
        "PIP_CONSTRAINT": str(constraints),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        # The ports of the text may be taken on a machine that runs other tests.
        "FLASK_RUN_PORT": "0",
        "FLASK_ZONOS_SANDBOX_PORT": "0",
    }
    with ExitStack() as stack:

        def terminal(*prepared: str) -> Terminal:
            opened = Terminal(folder, environment)
            stack.callback(opened.close)
            for line in prepared:
                opened.run(line)
            return opened

        now = Followed()
        at = terminal()
        prepared = [". .venv/bin/activate"]
        for block in BLOCKS:
            if block.caption is not None:
                _write(folder, block)
            for command in _commands(block):
                now.typed.append(command)
                if command == SANDBOX:
                    at.type(command)
                    prepared += re.findall(r"export \S+", at.read_until(r"Ctrl\+C"))
                elif command == SHOP:
                    at = terminal(*prepared)
                    at.type(command)
                    now.terminal = at
                    now.shop = at.read_until(r"Running on \S+").split()[-1]
                elif command == CHECK:
                    now.checked = terminal(*prepared).run(command)
                else:
                    at.run(command)
        yield now


def test_it_ends_with_a_recognised_shopper(followed: Followed) -> None:
    with requests.Session() as browser:
        page = browser.get(f"{followed.shop}/login", timeout=30)
        assert page.url == f"{followed.shop}/cart"
        answer = browser.post(f"{followed.shop}/zonos/cart-info", timeout=30).json()
    assert answer["recognition"] == {"level": "profile", "reason": None}
    assert re.search(r"^0 errors, ", followed.checked, re.MULTILINE)
    assert "debug is off" not in followed.checked
    assert followed.typed == [
        "python3 -m venv .venv",
        ". .venv/bin/activate",
        "pip install flask-zonos",
        SANDBOX,
        SHOP,
        CHECK,
    ]


@pytest.mark.browser
def test_the_second_checkout_knows_address_and_card(
    followed: Followed, browser: Browser
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{followed.shop}/login")
        frame = press_place_order(page)
        expect(frame.get_by_text("Welcome, ")).to_contain_text("robin@example.com")
        for label, value in ADDRESS.items():
            frame.get_by_role("textbox", name=label).fill(value)
        for step in ("Delivery", "Shipping"):
            frame.get_by_role("region", name=step).get_by_text("Continue").click()
        frame.get_by_text("Visa •••• 4242").click()
        expect(frame.get_by_label("Save this card for next time")).to_be_checked()
        frame.get_by_role("button", name="Pay").click()
        frame.get_by_role("button", name="Back to the shop").click()

        assert followed.terminal is not None
        followed.terminal.read_until(r"Order order_\S+ of customer-1")

        frame = press_place_order(page)
        expect(frame.get_by_text("Welcome back, ")).to_be_visible()
        expect(frame.get_by_text("1 Queen Street")).to_be_visible()
        card = frame.locator("[data-zonos-payment-method]")
        expect(card).to_contain_text("Visa •••• 4242")
        expect(card).to_be_visible()


def press_place_order(page: Page) -> FrameLocator:
    page.get_by_role("button", name="Place order").click()
    frame = page.frame_locator("[data-zonos-checkout] iframe")
    expect(frame.get_by_role("heading", name="Delivery")).to_be_visible()
    return frame


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
