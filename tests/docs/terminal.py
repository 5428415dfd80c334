"""A terminal with a shell in it, as the reader of a page has it."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

PATIENCE = 120
#: A shell whose own terminal this is, so that Ctrl+C and closing it reach what runs.
SHELL = """
import fcntl, os, signal, termios
# Under nohup it would outlive its window.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp("sh", ["sh", "-i"])
"""


class Terminal:
    """An interactive shell in a folder. What is typed runs as it would by hand."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._screen, its_end = pty.openpty()
        self._shell = subprocess.Popen(
            [sys.executable, "-c", SHELL],
            cwd=folder,
            env={**environment, "PS1": "", "ENV": "", "TERM": "dumb"},
            stdin=its_end,
            stdout=its_end,
            stderr=its_end,
            start_new_session=True,
        )
        os.close(its_end)
        self._unread = ""
        self.run("stty -echo")

    def type(self, command: str) -> None:
        """Type a line, and do not wait for what it does."""
        os.write(self._screen, f"{command}\n".encode())

    def interrupt(self) -> None:
        """Press Ctrl+C."""
        os.write(self._screen, b"\x03")

    def run(self, command: str) -> str:
        """Type a line and wait for its end; return what it printed.

        It has to succeed.
        """
        self.type(f"{command}; echo ended: $?")
        printed = self.read_until(r"ended: (\d+)\s")
        assert "ended: 0" in printed, f"{command}\n{printed}"
        return printed.rpartition("ended: ")[0]

    def read_until(self, pattern: str) -> str:
        """Return what is printed, up to the end of what fits the pattern."""
        end = time.monotonic() + PATIENCE
        while (found := re.search(pattern, self._unread)) is None:
            ready, _, _ = select.select([self._screen], [], [], 1)
            if ready:
                self._unread += os.read(self._screen, 65536).decode().replace("\r", "")
            elif time.monotonic() > end:
                pytest.fail(f"{pattern!r} was not printed, but:\n{self._unread}")
        printed = self._unread[: found.end()]
        self._unread = self._unread[found.end() :]
        return printed

    def close(self) -> None:
        """Close the window, which ends all that runs in it."""
        os.close(self._screen)
        self._shell.wait(30)
