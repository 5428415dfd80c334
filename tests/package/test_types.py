"""The types from a user's side, of the installed package, by mypy and by pyright.

One run of mypy reads a typed shop, strictly, and all code on the pages.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from ..docs.blocks import name
from ..docs.blocks import PAGES
from ..docs.blocks import python
from ..docs.blocks import ROOT
from ..docs.blocks import source

pytestmark = pytest.mark.process

HERE = Path(__file__).parent
#: Not a module by its name, so that the project's own mypy leaves it alone.
MISTAKES = HERE / "mistakes.py.txt"
MARKED = {
    number
    for number, line in enumerate(MISTAKES.read_text().splitlines(), 1)
    if line.endswith("# error")
}
#: Who reads the pages need not write types. flask-login and Flask-WTF have none, and
#: Flask's own documentation puts a middleware on by ``app.wsgi_app = ...``.
MYPY = """
[mypy]
strict = True
python_executable = {python}

[mypy-pages.*]
allow_subclassing_any = True
allow_untyped_calls = True
allow_untyped_decorators = True
allow_untyped_defs = True
allow_incomplete_defs = True
allow_any_generics = True
warn_return_any = False
disable_error_code = import-untyped, method-assign
"""
PYRIGHT = {
    "venvPath": ".",
    "venv": "environment",
    "typeCheckingMode": "strict",
    "include": ["shop.py", "mistakes.py"],
    "reportUnusedExpression": "none",
    "reportUnusedFunction": "none",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the typed shop, the mistakes and a module for each page.

    Its Python has the package as the wheel has it, beside what it depends on.
    """
    folder = tmp_path_factory.mktemp("project")
    home = folder / "environment"
    venv.create(home)
    paths = sysconfig.get_paths(vars={"base": str(home), "platbase": str(home)})
    site = Path(paths["purelib"])
    shutil.copytree(ROOT / "flask_zonos", site / "flask_zonos")
    # An editable install is no folder but a hook, so it does not come along.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    shutil.copy(HERE / "typed_shop.py", folder / "shop.py")
    shutil.copy(MISTAKES, folder / "mistakes.py")
    (folder / "pages").mkdir()
    (folder / "pages" / "__init__.py").touch()
    for page in PAGES:
        if python(page):
            module = folder / "pages" / f"{re.sub(r'[^a-z]', '_', name(page))}.py"
            module.write_text(source(page), encoding="utf-8")
    (folder / "mypy.ini").write_text(MYPY.format(python=f"{paths['scripts']}/python"))
    (folder / "pyrightconfig.json").write_text(json.dumps(PYRIGHT))
    return folder


def check(folder: Path, *command: str) -> str:
    whole = [sys.executable, "-m", *command]
    return subprocess.run(whole, cwd=folder, stdout=subprocess.PIPE, text=True).stdout


def test_mypy_stops_each_mistake_and_nothing_in_the_shop_or_on_a_page(
    folder: Path,
) -> None:
    options = ["--no-error-summary", f"--cache-dir={ROOT}/.mypy_cache/users"]
    said = check(folder, "mypy", *options, "shop.py", "mistakes.py", "pages")
    errors = re.findall(r"^(.*):(\d+): error: (.*)", said, re.MULTILINE)
    assert [each for each in errors if each[0] != "mistakes.py"] == []
    assert {int(line) for _, line, _ in errors} == MARKED


def test_pyright_stops_each_mistake_and_nothing_in_the_shop(folder: Path) -> None:
    found = json.loads(check(folder, "pyright", "--outputjson"))["generalDiagnostics"]
    errors = [each for each in found if each["severity"] == "error"]
    assert [each for each in errors if "mistakes.py" not in each["file"]] == []
    assert {each["range"]["start"]["line"] + 1 for each in errors} == MARKED
