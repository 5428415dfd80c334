"""Every Python block of the documentation compiles, runs and is sound in its types."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .blocks import name
from .blocks import PAGES
from .blocks import python
from .blocks import ROOT

WITH_CODE = [page for page in PAGES if python(page)]
#: These have tests of their own, which do what their readers do.
FOLLOWED = {"tutorial", "guides/testing"}
ALONE = [page for page in WITH_CODE if name(page) not in FOLLOWED]


def source(page: Path) -> str:
    """The page's runnable blocks as one module."""
    return "\n\n".join(block.code for block in python(page) if block.runs)


@pytest.mark.parametrize("page", WITH_CODE, ids=name)
def test_every_block_compiles(page: Path) -> None:
    for block in python(page):
        compile(block.code, str(page), "exec")


@pytest.mark.parametrize("page", ALONE, ids=name)
def test_a_page_runs_from_top_to_bottom(page: Path, tmp_path: Path) -> None:
    module = tmp_path / "page.py"
    module.write_text(source(page), encoding="utf-8")
    _run([sys.executable, "-W", "error", module.name], tmp_path)


def test_the_tests_of_the_testing_guide_pass(tmp_path: Path) -> None:
    [guide] = [page for page in PAGES if name(page) == "guides/testing"]
    conftest, tests = python(guide)
    (tmp_path / "conftest.py").write_text(conftest.code, encoding="utf-8")
    (tmp_path / "test_shop.py").write_text(tests.code, encoding="utf-8")
    told = _run([sys.executable, "-m", "pytest", "-q", "-W", "error"], tmp_path)
    assert "2 passed" in told


def test_all_code_is_sound_in_its_types(tmp_path: Path) -> None:
    modules = []
    for page in WITH_CODE:
        module = tmp_path / f"{name(page).replace('/', '_').replace('-', '_')}.py"
        module.write_text(source(page), encoding="utf-8")
        modules.append(module.name)
    cache = ROOT / ".mypy_cache" / "docs"
    options = ["--check-untyped-defs", f"--cache-dir={cache}"]
    # flask-login and Flask-WTF have no types.
    options.append("--disable-error-code=import-untyped")
    _run([sys.executable, "-m", "mypy", *options, *modules], tmp_path)


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        # mypy does not follow an editable install.
        env={**os.environ, "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout
