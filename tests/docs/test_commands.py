"""The commands on the pages, and the seed that one of them takes."""

from __future__ import annotations

import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import click
import pytest
import requests

from flask_zonos.cli import zonos as commands
from flask_zonos.sandbox import Sandbox

from .blocks import blocks
from .blocks import DOCS
from .blocks import PAGES
from .blocks import ROOT
from .blocks import source
from .conftest import place_order

#: In a block of commands or within a sentence.
COMMAND = re.compile(r"flask (?:--app \S+ )?zonos ([a-z][^`\n|]*)")
TOLD = [*PAGES, ROOT / "README.md", ROOT / "SECURITY.md"]
#: A page that the check accepts, for the shop of the guide on orders.
CART = """

from flask import render_template_string

PAGE = '<button id="place-order"></button>{{ zonos_checkout("#place-order") }}'
app.add_url_rule("/cart", view_func=lambda: render_template_string(PAGE))
zonos.cart_loader(lambda request_data: None)
zonos.customer_loader(lambda user: None)
app.login_manager.user_loader(lambda user_id: None)
app.config.update(DEBUG=True, SECRET_KEY=64 * "of the test ")
"""


def script(sandbox: Sandbox) -> str:
    """The commands of two guides, each once, with keys where a page has three dots."""
    lines = [
        line.partition(" #")[0].rstrip()
        for page in ("orders", "going-live")
        for block in blocks(DOCS / "guides" / f"{page}.md")
        if block.language == "sh"
        for line in block.code.splitlines()
    ]
    text = "\n".join(dict.fromkeys(lines))
    for setting, value in sandbox.settings.items():
        text = text.replace(f"{setting}=...", f"{setting}={value}")
    text = text.replace("export ZONOS_WEBHOOK_SECRET=...\n", "")
    return text.replace("organization_...", "")


@pytest.mark.process
def test_the_commands_register_webhooks_catch_up_and_pass_the_check(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    code = source(DOCS / "guides" / "orders.md")
    (tmp_path / "shop.py").write_text(code + CART)
    theirs, guests = place_order(sandbox), place_order(sandbox, signed_in=False)
    done = subprocess.run(
        ["sh", "-e", "-u"],
        input=script(sandbox),
        cwd=tmp_path,
        env={
            **os.environ,
            **{key: str(value) for key, value in sandbox.settings.items()},
            "FLASK_APP": "shop",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONWARNINGS": "error",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    address = re.escape("https://shop.example/zonos/webhooks?type=ORDER_CREATED")
    assert re.search(rf"^created .* ENABLED .*{address}$", done.stdout, re.M)
    assert f"{guests} was placed by a guest" in done.stdout
    for order in (theirs, guests):
        assert re.search(rf"{order} .*handled$", done.stdout, re.M)
    assert re.search(r"^0 errors, ", done.stdout, re.M)
    with closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as database:
        rows = set(database.execute("SELECT id, customer_id, status FROM orders"))
    assert rows == {(theirs, "customer-1", "OPEN"), (guests, None, "OPEN")}


@pytest.mark.parametrize(
    "words",
    sorted({words for page in TOLD for words in COMMAND.findall(page.read_text())}),
)
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


def test_the_seed_of_the_page_on_commands_is_sown(sandbox: Sandbox) -> None:
    [seed] = [b for b in blocks(DOCS / "commands.md") if b.language == "json"]
    url = f"{sandbox.url}/_sandbox"
    sent = requests.post(f"{url}/seed", json=json.loads(seed.code), timeout=30)
    assert sent.status_code == 201
    held = requests.get(f"{url}/state", timeout=30).json()
    [profile] = held["profiles"]
    assert profile["customer_id"] == "customer-1"
    assert len(profile["locations"]) == len(profile["cards"]) == 1
    assert len(held["carts"]) == 2  # an order has one, too
    [order] = held["orders"]
    assert order["customerId"] == "customer-1"
    assert held["options"]["country"] == "NO"
