"""Shops in processes of their own, which a test may kill."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import requests

from ..support.threads import assert_soon

ROOT = Path(__file__).parent.parent.parent


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def environment(**settings: object) -> dict[str, str]:
    return {**os.environ, **{name: str(value) for name, value in settings.items()}}


class ShopProcess:
    """A shop on gunicorn: one worker with some threads, as small shops run it."""

    def __init__(
        self, app: str, env: Mapping[str, str], log: Path, port: int | None = None
    ) -> None:
        self.port = port or free_port()
        self._log = log.open("ab")
        self._process = subprocess.Popen(
            [
                sys.executable,
                *("-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}"),
                *("--threads", "8", "--no-control-socket", app),
            ],
            env=dict(env),
            cwd=ROOT,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def __enter__(self) -> ShopProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def webhooks(self) -> str:
        return f"http://127.0.0.1:{self.port}/zonos/webhooks"

    def wait(self) -> None:
        """Till it answers; its port is open before its app is there."""
        assert_soon(self._answers)

    def _answers(self) -> bool:
        assert self._process.poll() is None, "it ended early; its log is in the test's"
        with suppress(requests.ConnectionError):
            requests.get(self.webhooks, timeout=30)
            return True
        return False

    def kill(self) -> None:
        """As a power cut would: the processes have no say in it."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(60)
        self._log.close()


def run_flask(
    app: str, env: Mapping[str, str], *words: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", app, *words],
        env=dict(env),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
