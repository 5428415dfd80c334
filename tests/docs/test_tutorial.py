"""The tutorial, followed by machine: in an empty folder, block by block, to the end."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from queue import Empty
from queue import Queue
from threading import Thread

import pytest
import requests

from .blocks import Block
from .blocks import blocks
from .blocks import DOCS

TUTORIAL = DOCS / "tutorial.md"
BLOCKS = list(blocks(TUTORIAL))
#: Two servers that stay, and the ports that a machine with other tests on it can spare.
SERVERS = {"flask zonos sandbox", "flask --app shop run --debug"}
FREE_PORT = ["--port", "0"]


class Server:
    """A command that stays, in a terminal of its own."""

    def __init__(self, command: list[str], folder: Path, env: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: Queue[str] = Queue()
        Thread(target=self._read, daemon=True).start()

    def read_until(self, wanted: str) -> list[str]:
        """What it prints, up to a line that has the wanted text in it."""
        lines = []
        while True:
            try:
                lines.append(self._lines.get(timeout=60))
            except Empty:
                pytest.fail(f"{wanted!r} was not printed, but {lines}")
            if wanted in lines[-1]:
                return lines

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self._lines.put(line)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The empty folder."""
    assert not list(tmp_path.iterdir())
    return tmp_path


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_the_tutorial_ends_with_a_recognised_shopper(
    folder: Path, stack: ExitStack
) -> None:
    environment = {k: v for k, v in os.environ.items() if "ZONOS" not in k}
    bin = str(Path(sys.executable).parent)
    environment["PATH"] = os.pathsep.join([bin, environment["PATH"]])
    environment["PYTHONUNBUFFERED"] = "1"
    shop = ""
    checked = ""

    for block in BLOCKS:
        if block.caption is not None:
            _write(folder, block)
            continue
        for command in _commands(block):
            if command.startswith(("python3 -m venv", ". .venv", "pip install")):
                continue  # The test runs where all of this is done already.
            words = command.split()
            if command not in SERVERS:
                checked = _run(words, folder, environment)
            elif "sandbox" in words:
                server = Server([*words, *FREE_PORT], folder, environment)
                stack.callback(server.stop)
                environment |= _exports(server.read_until("Ctrl+C"))
            else:
                server = Server(
                    [*words, "--no-reload", *FREE_PORT], folder, environment
                )
                stack.callback(server.stop)
                line = server.read_until("Running on")[-1]
                shop = line.split("Running on ")[1].strip()

    with requests.Session() as browser:
        page = browser.get(f"{shop}/login", timeout=30)
        assert page.url == f"{shop}/cart"
        assert 'id="zonos-settings"' in page.text
        answer = browser.post(f"{shop}/zonos/cart-info", timeout=30).json()
    assert answer["recognition"] == {"level": "profile", "reason": None}
    assert checked.splitlines()[-1].startswith("0 errors, ")


def test_the_reader_installs_what_is_published() -> None:
    commands = [command for block in BLOCKS for command in _commands(block)]
    assert commands[:3] == [
        "python3 -m venv .venv",
        ". .venv/bin/activate",
        "pip install flask-zonos",
    ]


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


def _run(words: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def _exports(lines: list[str]) -> dict[str, str]:
    """The settings that the sandbox says to paste."""
    return dict(re.findall(r"export (\w+)=(\S+)", "".join(lines)))
