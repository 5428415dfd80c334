"""A shop under gunicorn or uvicorn, and the CPU time of its workers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

WORKERS = 2
THREADS = 16


class Server:
    """One shop, served till the end of the ``with`` block.

    :param application: an application as gunicorn or uvicorn writes it, such as
        ``package.module:application``.
    :param is_async: served by uvicorn, else by gunicorn's threads.
    """

    def __init__(
        self,
        name: str,
        application: str,
        environment: Mapping[str, str],
        *,
        is_async: bool = False,
    ) -> None:
        self.name = name
        listening = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.address: tuple[str, int] = listening.getsockname()
        command = _uvicorn if is_async else _gunicorn
        with listening:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *command(application, listening.fileno())],
                env={**os.environ, **environment},
                pass_fds=[listening.fileno()],
            )

    def cpu_seconds(self) -> float:
        """CPU time of the workers so far, user's and system's."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        ticks = 0
        for worker in children.read_text().split():
            # Fields 14 and 15; the second is the name in brackets.
            stat = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
            ticks += int(stat[11]) + int(stat[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _gunicorn(application: str, descriptor: int) -> list[str]:
    return [
        *("gunicorn", application, "--bind", f"fd://{descriptor}"),
        *("--worker-class", "gthread", "--log-level", "warning"),
        *("--workers", str(WORKERS), "--threads", str(THREADS)),
    ]


def _uvicorn(application: str, descriptor: int) -> list[str]:
    return [
        *("uvicorn", application, "--fd", str(descriptor)),
        *("--workers", str(WORKERS), "--log-level", "warning", "--no-access-log"),
    ]
