"""The public names, and who imports whom."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import flask_zonos

HOUSE = Path(flask_zonos.__file__).parent
MODULES = sorted(path.stem for path in HOUSE.glob("*.py") if path.stem != "__init__")

#: Top to bottom: a room may import those below its own only.
ORDER = [
    {"extension", "cli"},
    {"views"},
    {"checkout", "webhooks"},
    {"client"},
    {"operations"},
    {"models"},
]


@cache
def imported(module: str) -> frozenset[str]:
    """The modules of the extension that one imports, wherever in its text."""
    tree = ast.parse((HOUSE / f"{module}.py").read_text())
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            names = [node.module] if node.module else [a.name for a in node.names]
            found.update(name.partition(".")[0] for name in names)
    return frozenset(found)


@cache
def reached(module: str) -> frozenset[str]:
    """A module's imports, direct or through others."""
    found: set[str] = set()
    wanted = {module}
    while wanted:
        for name in imported(wanted.pop()):
            if name in MODULES and name not in found:
                found.add(name)
                wanted.add(name)
    return frozenset(found)


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {module: imported(module) & set(MODULES) for module in MODULES}

    assert set(TopologicalSorter(graph).static_order()) == set(MODULES)


@pytest.mark.parametrize("floor", range(len(ORDER)))
def test_imports_run_from_top_to_bottom(floor: int) -> None:
    above = set().union(*ORDER[: floor + 1])
    for module in ORDER[floor]:
        assert reached(module).isdisjoint(above), module


@pytest.mark.parametrize("module", ["models", "errors", "signals"])
def test_the_ground_imports_nothing_of_ours(module: str) -> None:
    assert imported(module) == frozenset()


def test_only_the_command_and_testing_know_the_sandbox() -> None:
    knows = {module for module in MODULES if "sandbox" in imported(module)}

    assert knows <= {"cli", "testing"}


def test_the_sandbox_knows_no_more_of_the_extension_than_its_constants() -> None:
    known: set[str] = set()
    for path in (HOUSE / "sandbox").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.level == 2:
                known.update([node.module] if node.module else [])
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                module = node.module or ""
                if module.startswith("flask_zonos."):
                    known.add(module.split(".")[1])
    assert known - {"sandbox"} <= {"models", "codes"}


def test_all_names_the_public_names_and_nothing_else() -> None:
    public = {
        name
        for name, value in vars(flask_zonos).items()
        if not name.startswith("_")
        and not inspect.ismodule(value)
        and name != "annotations"
    }

    assert set(flask_zonos.__all__) == public
    assert len(flask_zonos.__all__) == len(public)


def test_every_model_and_error_that_a_shop_meets_is_public() -> None:
    for module in (
        flask_zonos.api.amounts,
        flask_zonos.models,
        flask_zonos.api.order,
        flask_zonos.errors,
    ):
        defined = {
            name
            for name, value in vars(module).items()
            if inspect.isclass(value) and value.__module__ == module.__name__
        }
        assert defined - {"GraphQLErrorInfo"} <= set(flask_zonos.__all__)


@pytest.mark.parametrize("name", sorted(flask_zonos.__all__))
def test_every_public_name_and_method_has_a_docstring(name: str) -> None:
    found = getattr(flask_zonos, name)

    assert inspect.isclass(found)
    # A dataclass without one gets its signature instead.
    assert found.__doc__ and not found.__doc__.startswith(f"{name}(")
    for method, value in vars(found).items():
        if inspect.isfunction(value) or isinstance(value, property):
            assert method.startswith("_") or inspect.getdoc(value), method


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is_for(module: str) -> None:
    assert ast.get_docstring(ast.parse((HOUSE / f"{module}.py").read_text()))
