"""Nothing that a reader can meet is missing from the pages."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from blinker import NamedSignal

import flask_zonos
from flask_zonos import config
from flask_zonos import errors
from flask_zonos import signals
from flask_zonos.cli import zonos
from flask_zonos.web.templating import CODES
from flask_zonos.web.templating import WORDS

from .blocks import DOCS

EXTENSION = "reference/extension"
PACKAGE = Path(flask_zonos.__file__).parent


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def rows(name: str, heading: str = "") -> set[str]:
    """The first cells of a page's tables, below a heading."""
    text = page(name).split(heading)[1] if heading else page(name)
    text = re.split(r"^## ", text, flags=re.MULTILINE)[0] if heading else text
    return set(re.findall(r"^\| `([^`]+)`", text, re.MULTILINE))


def codes() -> Iterator[str]:
    """The codes of all ``Problem``s that are written out in the code."""
    for path in PACKAGE.glob("web/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Problem"
                and isinstance(node.args[1], ast.Constant)
            ):
                yield str(node.args[1].value)


def test_every_code_has_its_remedy() -> None:
    assert rows("errors", "## Codes") == set(codes())


def test_every_reason_has_its_remedy() -> None:
    doc = inspect.getdoc(flask_zonos.Recognition) or ""
    reasons = set(re.findall(r"``([a-z-]+)``", doc.partition(":ivar reason:")[2]))
    assert rows("errors", "## Reasons") == reasons - {"profile"}


def test_every_exception_has_its_remedy() -> None:
    tree = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, errors.ZonosError)
    }
    assert rows("errors", "## Exceptions") == tree
    assert set(re.findall(r"autoexception:: flask_zonos\.(\w+)", _errors())) == tree


def test_every_setting_is_told() -> None:
    in_code = set(re.findall(r'"(ZONOS_[A-Z_]+)"', inspect.getsource(config)))
    assert rows("settings") == in_code


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


def test_every_group_is_told() -> None:
    for name in zonos.commands:
        assert f"flask zonos {name}" in page("commands")


def test_every_event_of_the_page_is_told() -> None:
    script = (PACKAGE / "static" / "zonos-checkout.js").read_text(encoding="utf-8")
    assert rows("page-script", "## Events") == set(re.findall(r"zonos:[a-z]+", script))


def test_every_code_of_the_page_is_told() -> None:
    script = (PACKAGE / "static" / "zonos-checkout.js").read_text(encoding="utf-8")
    raised = r'(?:new CheckoutError|note|reportMissing)\(\s*"([a-z-]+)"'
    assert rows("page-script", "## Codes of its own") == {*re.findall(raised, script)}


def test_every_word_of_the_page_is_told_as_it_is_said() -> None:
    script = (PACKAGE / "static" / "zonos-checkout.js").read_text(encoding="utf-8")
    english = script.split("const ENGLISH = {")[1].split("};")[0]
    said = dict(re.findall(r'^  "?([a-z-]+)"?:\s+"(.+)",$', english, re.MULTILINE))
    assert tuple(said) == WORDS
    row = re.compile(r"^\| `([a-z-]+)` \| .+ \| (.+) \|$", re.MULTILINE)
    table = page("page-script").split("## Words")[1].split("## ")[0]
    assert dict(row.findall(table)) == said


def test_every_code_that_stops_a_click_may_have_words() -> None:
    webhooks_alone = {
        "handler-error",
        "no-order-yet",
        "not-proven",
        "unsupported-encoding",
    }
    of_the_page = {"bad-answer", "failed", "network", "redirected", "timeout"}
    assert {*WORDS, *CODES} >= set(codes()) - webhooks_alone | of_the_page


def test_every_public_name_is_in_the_reference() -> None:
    reference = "".join(
        path.read_text(encoding="utf-8") for path in (DOCS / "reference").glob("*.md")
    )
    documented = set(re.findall(r"auto\w+:: flask_zonos\.(\w+)$", reference, re.M))
    assert set(flask_zonos.__all__) <= documented


def test_every_signal_is_in_the_reference() -> None:
    told = re.findall(r"autodata:: flask_zonos\.signals\.(\w+)", page(EXTENSION))
    there = [
        name for name, value in vars(signals).items() if isinstance(value, NamedSignal)
    ]
    assert told == there


def _errors() -> str:
    return page("reference/errors")
