"""The types from a user's side, by mypy and by pyright."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SHOP = HERE / "shop.py"
#: Not a module by its name, so that the project's own mypy leaves it alone.
MISTAKES = HERE / "mistakes.py.txt"
MARKED = {
    number
    for number, line in enumerate(MISTAKES.read_text(encoding="utf-8").splitlines(), 1)
    if line.endswith("# error")
}


def mypy(module: Path, folder: Path) -> list[str]:
    """What strict mypy says of a copy of the module, in a project of its own."""
    copy = folder / module.name.removesuffix(".txt")
    shutil.copy(module, copy)
    cache = ROOT / ".mypy_cache" / "typed_shop"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--no-error-summary"),
            *("--config-file=", f"--cache-dir={cache}", copy.name),
        ],
        cwd=folder,
        # mypy does not follow an editable install.
        env={**os.environ, "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert not done.stderr, done.stderr
    # Of an installed package mypy tells no errors; here it reads the sources.
    return [line for line in done.stdout.splitlines() if line.startswith(copy.name)]


def pyright(module: Path, folder: Path) -> list[tuple[int, str]]:
    """Line and text of each error that strict pyright finds."""
    copy = folder / module.name.removesuffix(".txt")
    shutil.copy(module, copy)
    settings = {
        "typeCheckingMode": "strict",
        "extraPaths": [str(ROOT)],
        "include": [copy.name],
        "reportUnusedExpression": "none",
        "reportUnusedFunction": "none",
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pyright"),
            *("--outputjson", "--pythonpath", sys.executable),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    found = json.loads(done.stdout)["generalDiagnostics"]
    return [
        (diagnostic["range"]["start"]["line"] + 1, diagnostic["message"])
        for diagnostic in found
        if diagnostic["severity"] == "error"
    ]


def test_a_typed_shop_passes_strict_mypy(tmp_path: Path) -> None:
    assert mypy(SHOP, tmp_path) == []


def test_mypy_stops_each_mistake_and_nothing_else(tmp_path: Path) -> None:
    told = "\n".join(mypy(MISTAKES, tmp_path))
    lines = re.findall(r"^mistakes\.py:(\d+): error", told, re.MULTILINE)
    assert {int(line) for line in lines} == MARKED


def test_a_typed_shop_passes_strict_pyright(tmp_path: Path) -> None:
    assert pyright(SHOP, tmp_path) == []


def test_pyright_stops_each_mistake_and_nothing_else(tmp_path: Path) -> None:
    assert {line for line, _ in pyright(MISTAKES, tmp_path)} == MARKED
