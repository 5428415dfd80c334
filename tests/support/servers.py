"""The shop under the servers that shops use, in processes of their own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .gunicorn_hooks import READY
from .upstream import PATIENCE
from .upstream import Upstream

ROOT = Path(__file__).parents[2]
APP = "tests.support.served:app"
WORKERS = 2


def gunicorn(worker: str, *more: str) -> list[str]:
    hooks = "python:tests.support.gunicorn_hooks"
    options = ["-b", "127.0.0.1:0", "-k", worker, "-w", str(WORKERS), *more, APP]
    return ["-m", "gunicorn", "--no-control-socket", "-c", hooks, *options]


SERVERS = {
    "gunicorn gthread": gunicorn("gthread", "--threads", "4"),
    "gunicorn gthread preload": gunicorn("gthread", "--threads", "4", "--preload"),
    "gunicorn gevent": gunicorn("gevent"),
    "uwsgi": [
        *("-c", "import pyuwsgi; pyuwsgi.run()", "--http-socket=127.0.0.1:0"),
        *("--master", "--processes", str(WORKERS), "--threads=4", "--need-app"),
        "--hook-master-start=unix_signal:15 gracefully_kill_them_all",
        *("--add-header", "Connection: close", "--module", APP),
    ],
    "waitress": ["-m", "waitress", "--listen=127.0.0.1:0", APP],
}


@contextmanager
def served(
    server: str, upstream: Upstream, **settings: str
) -> Iterator[tuple[str, int]]:
    """The address of the shop under a server, and the process, to be ended."""
    command = SERVERS[server]
    if "--preload" in command:
        settings["SHOP_WARM"] = "1"
    settings["SHOP_UPSTREAM"] = upstream.url
    workers = 0 if server == "waitress" else WORKERS
    with running(command, ROOT, settings, workers) as found:
        yield found


@contextmanager
def running(
    command: list[str], folder: Path, settings: dict[str, str], workers: int = 0
) -> Iterator[tuple[str, int]]:
    """The address and the process of a server of Python's, which the test ends.

    :param workers: of how many the hooks tell that they are ready
    """
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    lines = []
    url = None
    try:
        for line in process.stdout:
            lines.append(line)
            workers -= READY in line or "spawned uWSGI worker" in line
            if found := re.search(
                r"(Listening at:|Serving on|TCP address) (\S+)", line
            ):
                url = "http://" + found[2].removeprefix("http://")
            if url is not None and not workers:
                yield url, process.pid
                break
        else:
            pytest.fail("".join(lines))
        # A hang in the end shows here.
        rest, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, rest
        assert "Traceback" not in rest
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def end(server: str, pid: int) -> None:
    """Ask a server to end in the way that it means to be asked."""
    os.kill(pid, signal.SIGINT if server == "waitress" else signal.SIGTERM)
