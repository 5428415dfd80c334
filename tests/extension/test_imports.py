"""The modules: their imports, their size, and what the start leaves out."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import flask_zonos

ROOT = Path(flask_zonos.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))

#: Top to bottom: a part imports its own modules, those beside it and those below.
LAYERS = (
    {"cli", "testing"},
    {"extension"},
    {"check"},
    {"web"},
    {"orders"},
    {"checkout", "identity"},
    {"state"},
    {"config"},
    {"browser_origin"},
    {"client"},
    {"api"},
    {"models", "errors", "signals"},
)
#: Which parts a part imports, where that is not "all below".
ONLY = {
    "models": set[str](),
    "errors": set[str](),
    "signals": set[str](),
    "addresses": {"api.enums", "models"},
    "sandbox": {"api.enums"},
}
#: Who imports a part, where that is not "all above".
FROM = {
    "sandbox": {"cli.sandbox", "testing"},
    "addresses": {"cli", "extension", "identity"},
}


def module_of(path: Path) -> str:
    """The module at a path, without the package's own name: ``api.order``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_of(path): path for path in FILES}


def imported(path: Path) -> frozenset[str]:
    """The modules of ours that a file imports, wherever in its text."""
    package = [*path.relative_to(ROOT.parent).parent.parts]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            parent = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{parent}.{alias.name}" for alias in node.names]
        for name in names:
            module = name.removeprefix("flask_zonos.")
            if name.startswith("flask_zonos."):
                found.add(module if module in MODULES else module.rpartition(".")[0])
    return frozenset(found)


def is_in(module: str, parts: set[str]) -> bool:
    return any(f"{module}.".startswith(f"{part}.") for part in parts)


def allowed(part: str) -> set[str]:
    if part in ONLY:
        return {part, *ONLY[part]}
    level = next(level for level, layer in enumerate(LAYERS) if part in layer)
    return set().union(*LAYERS[level:], FROM)


def test_a_part_imports_only_what_is_below() -> None:
    for module, path in MODULES.items():
        part = module.partition(".")[0]
        for other in imported(path):
            told = f"{module} imports {other}"
            assert not part or is_in(other, allowed(part)), told
            # Those that stand aside are imported by a few alone.
            for aside in FROM:
                if is_in(other, {aside}):
                    assert is_in(module, {aside, *FROM[aside]}), told


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {module: imported(path) for module, path in MODULES.items()}
    TopologicalSorter(graph).prepare()


def test_a_module_is_of_a_size_to_be_read_and_says_what_it_is_for() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert ast.get_docstring(ast.parse(text)), path
        assert len(text.splitlines()) <= 350, path


def test_requests_and_no_code_of_ours_speaks_http() -> None:
    own = r"HTTP/1\.1|http\.client|import select$|setblocking|import socket"
    # A page on loopback for the person who probes; it speaks to nobody else.
    served = ROOT / "cli" / "probe" / "password_page.py"
    for path in FILES:
        if path != served and ROOT / "sandbox" not in path.parents:
            assert not re.search(own, path.read_text(encoding="utf-8"), re.M), path


def test_an_app_starts_without_importing_gql_or_requests() -> None:
    program = "import flask_zonos, sys; print({'gql', 'requests'} & {*sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
