"""A shop under a server, and the CPU time of its workers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

WORKERS = 2
THREADS = 16


class Server:
    """One shop, served till the end of the ``with`` block.

    An error there shows the server's log.

    :param application: an application as these servers write it, such as
        ``package.module:application``.
    :param kind: of :data:`COMMANDS`.
    """

    def __init__(
        self, name: str, application: str, environment: Mapping[str, str], kind: str
    ) -> None:
        self.name = name
        listening = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.address: tuple[str, int] = listening.getsockname()
        self._log = tempfile.TemporaryFile()
        with listening:
            self._process = subprocess.Popen(
                [sys.executable, *COMMANDS[kind](application, listening.fileno())],
                env={**os.environ, **environment},
                pass_fds=[listening.fileno()],
                stderr=self._log,
            )

    def cpu_seconds(self) -> float:
        """CPU time of the workers so far, user's and system's."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        # As clock_getcpuclockid(3) names them: finer than /proc/*/stat.
        clocks = [~int(worker) << 3 | 2 for worker in children.read_text().split()]
        return sum(time.clock_gettime(clock) for clock in clocks)

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
        with self._log:
            if error is not None:
                self._log.seek(0)
                sys.stderr.write(self._log.read().decode())


def _uwsgi(application: str, descriptor: int) -> list[str]:
    return [
        *("-c", "import pyuwsgi; pyuwsgi.run()"),
        *("--module", application, "--http-socket", f"fd://{descriptor}"),
        *("--master", "--die-on-term", "--lazy-apps", "--need-app"),
        *("--processes", str(WORKERS), "--threads", str(THREADS), "--disable-logging"),
        # It closes each connection, but does not say so.
        *("--add-header", "Connection: close"),
    ]


def _gunicorn(application: str, descriptor: int) -> list[str]:
    return [
        *("-m", "gunicorn", application, "--bind", f"fd://{descriptor}"),
        *("--worker-class", "gthread", "--log-level", "warning"),
        *("--workers", str(WORKERS), "--threads", str(THREADS)),
    ]


def _uvicorn(application: str, descriptor: int) -> list[str]:
    return [
        *("-m", "uvicorn", application, "--fd", str(descriptor)),
        *("--workers", str(WORKERS), "--log-level", "warning", "--no-access-log"),
    ]


COMMANDS = {"uwsgi": _uwsgi, "gunicorn": _gunicorn, "uvicorn": _uvicorn}
