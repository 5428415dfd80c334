"""Other code on the pages: commands within the text, templates."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from flask import Flask
from flask import render_template_string
from flask_login import LoginManager

from flask_zonos import Zonos
from flask_zonos.cli import zonos as commands
from flask_zonos.sandbox import Sandbox

from ..support.samples import cart
from .blocks import blocks
from .blocks import name
from .blocks import PAGES
from .blocks import ROOT

TOLD = [*PAGES, ROOT / "README.md", ROOT / "SECURITY.md"]
#: In a block of commands or within a sentence.
COMMAND = re.compile(r"flask (?:--app \S+ )?zonos ([a-z][^`\n|]*)")
TYPED = [
    (page, words) for page in TOLD for words in COMMAND.findall(page.read_text("utf-8"))
]
OTHERS = [(page, block) for page in PAGES for block in blocks(page)]
HTML = [(page, block) for page, block in OTHERS if block.language == "html"]


@pytest.mark.parametrize("words", sorted({words for _, words in TYPED}))
def test_each_command_is_there_and_takes_its_options(words: str) -> None:
    command: click.Command = commands
    rest = shlex.split(words)
    context = click.Context(command, info_name="zonos")
    while isinstance(command, click.Group) and rest:
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None
        command = found
    if rest:
        command.make_context(command.name, rest)


@pytest.mark.parametrize(("page", "block"), HTML, ids=lambda each: _id(each))
@pytest.mark.server
def test_each_template_prints_the_checkouts_tags(page: Path, block: object) -> None:
    code = getattr(block, "code", "")
    app = Flask("shop")
    with Sandbox() as sandbox:
        app.config.update(sandbox.settings, SECRET_KEY="for tests", DEBUG=True)
        LoginManager(app).user_loader(lambda user_id: None)
        Zonos(app).cart_loader(lambda request_data: cart())
        if "csp_nonce" in code:
            app.add_template_global(lambda: "a-nonce", "csp_nonce")
        with app.test_request_context():
            shown = render_template_string(code)
    assert 'id="zonos-settings"' in shown
    for given in re.findall(r'"([A-Za-z]+)":', code):
        assert f'"{given}":' in shown
    scripts = re.findall(r"<script (?!type=.application/json)[^>]*>", shown)
    for script in scripts:
        assert ('nonce="a-nonce"' in script) is ("csp_nonce" in code)


def _id(each: object) -> str:
    return name(each) if isinstance(each, Path) else ""
