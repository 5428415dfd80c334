"""Servers as processes of their own, each with its log, ended by their own ids."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from collections.abc import Mapping
from pathlib import Path

HOST = "127.0.0.1"
PATIENCE = 60.0


class NotStarted(Exception):
    """A server ended early or does not answer; its log's end is in the text."""


def free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


class Process:
    """One server.

    :param ready: asked again and again until it says yes; by default, whether the
        port takes connections.
    :param end: the signal by which this server ends cleanly.
    :param user: whom it runs as, where that is not us.
    """

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        folder: Path,
        port: int | None = None,
        ready: Callable[[], bool] | None = None,
        env: Mapping[str, str] | None = None,
        end: signal.Signals = signal.SIGTERM,
        user: str | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.name = name
        self.port = port
        self.log = folder / f"{name}.log"
        self._ready = ready
        self._end = end
        with self.log.open("ab") as log:
            # A Ctrl-C at the terminal is ours; we then end each in its turn.
            self._process = subprocess.Popen(
                command,
                cwd=cwd or folder,
                env=dict(env) if env is not None else None,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def wait(self) -> None:
        """Return as soon as it serves.

        :raises NotStarted: if it ended, or took longer than a minute.
        """
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            if (self._ready or self._listens)():
                return
            time.sleep(0.05)
        last = self.log.read_text(errors="replace")[-2000:]
        raise NotStarted(f"{self.name} did not start. Its last words:\n{last}")

    def stop(self) -> None:
        """End it as it likes to be ended, or after ten seconds by force."""
        if self._process.poll() is None:
            self._process.send_signal(self._end)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """As a power cut would: the process and its children have no say in it."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(20)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port or 0)) == 0
