"""The pages name all that a reader can meet, and nothing that is not there."""

from __future__ import annotations

import ast
import inspect
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import flask_zonos
from flask_zonos import config
from flask_zonos import errors
from flask_zonos.cli import zonos
from flask_zonos.web.templating import WORDS

from .blocks import DOCS
from .blocks import PAGES
from .blocks import ROOT

PACKAGE = Path(flask_zonos.__file__).parent
SCRIPT = (PACKAGE / "static" / "zonos-checkout.js").read_text(encoding="utf-8")
ENGLISH = SCRIPT.partition("const ENGLISH = {")[2].partition("};")[0]
SETTINGS = set(re.findall(r'"(ZONOS_[A-Z_]+)"', inspect.getsource(config)))
#: In a block of commands or within a sentence.
COMMAND = re.compile(r"flask (?:--app \S+ )?zonos ([a-z][^`\n|]*)")
TOLD = [*PAGES, ROOT / "README.md", ROOT / "SECURITY.md"]
KEY = r'^  "?([a-z-]+)"?:'
RAISED = r'(?:new CheckoutError|note|reportMissing)\(\s*"([a-z-]+)"'


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next one of its level."""
    return re.split(r"^## ", text.split(heading)[1], flags=re.MULTILINE)[0]


def rows(name: str, heading: str = "") -> set[str]:
    """The first cells of a page's tables, below a heading."""
    text = section(page(name), heading) if heading else page(name)
    return set(re.findall(r"^\| `([^`]+)`", text, re.MULTILINE))


def codes() -> Iterator[object]:
    """The codes of all ``Problem``s that are written out in the code."""
    for path in PACKAGE.glob("web/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name("Problem"), args=[_, code, *_]):
                    written = ast.walk(code)
                    yield from (e.value for e in written if isinstance(e, ast.Constant))


def reasons() -> set[str]:
    doc = inspect.getdoc(flask_zonos.Recognition) or ""
    found = re.findall(r"``([a-z-]+)``", doc.partition(":ivar reason:")[2])
    return set(found) - {"profile"}


def exceptions() -> set[str]:
    kinds = inspect.getmembers(errors, inspect.isclass)
    return {name for name, kind in kinds if issubclass(kind, errors.ZonosError)}


@pytest.mark.parametrize(
    ("name", "heading", "in_code"),
    [
        ("errors", "## Codes", set(codes())),
        ("errors", "## Reasons", reasons()),
        ("errors", "## Exceptions", exceptions()),
        ("settings", "", SETTINGS),
        ("page-script", "## Events", set(re.findall(r"zonos:[a-z]+", SCRIPT))),
        ("page-script", "## Codes of its own", set(re.findall(RAISED, SCRIPT))),
        ("page-script", "## Words", set(re.findall(KEY, ENGLISH, re.MULTILINE))),
    ],
)
def test_a_table_names_all_that_there_is(
    name: str, heading: str, in_code: set[object]
) -> None:
    assert in_code
    assert rows(name, heading) == in_code


def test_the_readme_names_every_setting_and_the_tag_takes_every_word() -> None:
    settings = section((ROOT / "README.md").read_text(), "## Settings")
    assert set(re.findall(r"`(ZONOS_[A-Z_]+)`", settings)) == SETTINGS
    assert rows("page-script", "## Words") == set(WORDS)


def test_every_proof_that_the_security_page_names_is_there() -> None:
    security = (ROOT / "SECURITY.md").read_text()
    proofs = re.findall(r"`([a-z_]+/test_\w+\.py)(?:::(\w+))?`", security)
    assert proofs
    for path, name in proofs:
        assert name in (ROOT / "tests" / path).read_text(), (path, name)


def commands(group: click.Group = zonos) -> Iterator[click.Command]:
    """All commands, also those of the groups in the group."""
    for command in group.commands.values():
        if isinstance(command, click.Group):
            yield from commands(command)
        else:
            yield command


@pytest.mark.parametrize("command", list(commands()), ids=lambda command: command.name)
def test_every_command_and_option_is_told(command: click.Command) -> None:
    text = page("commands")
    assert str(command.name) in text
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.opts[0] in text


@pytest.mark.parametrize(
    "words",
    sorted({words for path in TOLD for words in COMMAND.findall(path.read_text())}),
)
def test_each_command_on_a_page_is_there_and_takes_its_options(words: str) -> None:
    # The help is printed where all before it could be read.
    told = CliRunner().invoke(zonos, [*shlex.split(words), "--help"])
    assert told.exit_code == 0, told.output


def test_every_public_name_is_in_the_reference() -> None:
    pages = (DOCS / "reference").glob("*.md")
    reference = "".join(path.read_text(encoding="utf-8") for path in pages)
    documented = set(re.findall(r"auto\w+:: flask_zonos\.(\w+)$", reference, re.M))
    assert set(flask_zonos.__all__) <= documented
