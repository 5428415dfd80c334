"""The types from a user's side: of the installed wheel, by mypy and by pyright."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from ..package.check import build

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


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python into which the wheel is installed, beside what it depends on."""
    folder = tmp_path_factory.mktemp("typed_shop")
    wheel, _ = build(folder / "dist")
    home = folder / "environment"
    venv.create(home)
    paths = sysconfig.get_paths(vars={"base": str(home), "platbase": str(home)})
    site = Path(paths["purelib"])
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # An editable install is no folder but a hook, so it does not come along.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    python = Path(paths["scripts"]) / "python"
    where = "import flask_zonos; print(flask_zonos.__file__)"
    done = subprocess.run([python, "-I", "-c", where], capture_output=True, text=True)
    assert done.stdout.startswith(str(site)), f"{done.stdout}\n{done.stderr}"
    return python


def mypy(module: Path, folder: Path, python: Path) -> list[str]:
    """Strict mypy's errors in a copy of the module, in a project of its own."""
    copy = folder / module.name.removesuffix(".txt")
    shutil.copy(module, copy)
    cache = ROOT / ".mypy_cache" / "typed_shop"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--no-error-summary"),
            *("--config-file=", f"--cache-dir={cache}"),
            *("--python-executable", str(python), copy.name),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert not done.stderr, done.stderr
    return done.stdout.splitlines()


def pyright(module: Path, folder: Path, python: Path) -> list[tuple[int, str]]:
    """Line and text of each error that strict pyright finds."""
    copy = folder / module.name.removesuffix(".txt")
    shutil.copy(module, copy)
    settings = {
        "typeCheckingMode": "strict",
        "include": [copy.name],
        "reportUnusedExpression": "none",
        "reportUnusedFunction": "none",
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pyright"),
            *("--outputjson", "--pythonpath", str(python)),
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


def test_a_typed_shop_passes_strict_mypy(tmp_path: Path, python: Path) -> None:
    assert mypy(SHOP, tmp_path, python) == []


def test_mypy_stops_each_mistake_and_nothing_else(tmp_path: Path, python: Path) -> None:
    told = "\n".join(mypy(MISTAKES, tmp_path, python))
    lines = re.findall(r"^mistakes\.py:(\d+): error", told, re.MULTILINE)
    assert {int(line) for line in lines} == MARKED


def test_a_typed_shop_passes_strict_pyright(tmp_path: Path, python: Path) -> None:
    assert pyright(SHOP, tmp_path, python) == []


def test_pyright_stops_each_mistake_and_nothing_else(
    tmp_path: Path, python: Path
) -> None:
    assert {line for line, _ in pyright(MISTAKES, tmp_path, python)} == MARKED
