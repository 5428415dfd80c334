"""A sandbox in a process of its own, so that it can be killed, or take another core."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RUN = "from flask_zonos.cli.sandbox import sandbox; sandbox()"


@contextmanager
def running(database: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a sandbox on this database file, and its process."""
    arguments = ["--port", "0", "--quiet", "--database", str(database)]
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process:
        try:
            yield process.stdout.readline().split()[3], process
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(timeout=30)
