"""The commands in the guides' blocks, typed by their reader against a sandbox."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from flask_zonos.sandbox import Sandbox

from .blocks import blocks
from .blocks import DOCS
from .blocks import name
from .blocks import PAGES
from .blocks import source
from .till import place_order

#: These are typed here, and the tutorial's in a test of its own.
TYPED = {"guides/going-live", "guides/orders"}
CART = """

from flask import render_template_string


@app.get("/cart")
def cart():
    return render_template_string('''<!doctype html>
        <button id="place-order">Place order</button>
        {{ zonos_checkout("#place-order") }}''')


@zonos.cart_loader
def current_cart(request_data):
    raise NotImplementedError


@zonos.customer_loader
def customer_for(user):
    return None


app.login_manager.user_loader(lambda user_id: None)
app.config.update(
    DEBUG=True,
    SECRET_KEY="a key that is long enough for the check of the secret key",
)
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def type_all(page: str, folder: Path, sandbox: Sandbox) -> str:
    """Run a page's commands in one shell, in the folder; return their output."""
    script = "\n".join(
        block.code for block in blocks(DOCS / f"{page}.md") if block.language == "sh"
    )
    assert "flask zonos" in script
    for setting, value in sandbox.settings.items():
        # Where the page has three dots, the reader has a key.
        script = re.sub(rf"{setting}=\.\.\.", f"{setting}={value}", script)
    script = script.replace("SECRET=...", "SECRET=a-long-random-value-of-webhooks")
    script = script.replace("organization_...", "")
    environment = {
        **os.environ,
        **{key: str(value) for key, value in sandbox.settings.items()},
        "FLASK_APP": "shop",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONWARNINGS": "error",
    }
    done = subprocess.run(
        ["sh", "-e", "-u"],
        input=script,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_going_live_registers_webhooks_catches_up_and_passes_the_check(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    code = source(DOCS / "guides" / "orders.md")
    (tmp_path / "shop.py").write_text(code + CART)
    order = place_order(sandbox)
    told = type_all("guides/going-live", tmp_path, sandbox)
    with closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as database:
        rows = database.execute("SELECT id, customer_id, status FROM orders").fetchall()
    assert rows == [(order, "customer-1", "OPEN")]
    assert re.search(r"^0 errors, ", told, re.MULTILINE)


def test_the_guide_on_orders_registers_webhooks_and_catches_up(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    (tmp_path / "shop.py").write_text(source(DOCS / "guides" / "orders.md"))
    order = place_order(sandbox, signed_in=False)
    told = type_all("guides/orders", tmp_path, sandbox)
    address = "https://shop.example/zonos/webhooks?type=ORDER_CREATED"
    assert re.search(rf"^created .* ENABLED .*{re.escape(address)}$", told, re.M)
    assert f"{order} was placed by a guest" in told
    assert re.search(rf"{order} .*handled$", told, re.M)


def test_the_seed_of_the_page_on_commands_is_sown(sandbox: Sandbox) -> None:
    [seed] = [
        json.loads(block.code)
        for block in blocks(DOCS / "commands.md")
        if block.language == "json"
    ]
    url = f"{sandbox.url}/_sandbox"
    assert requests.post(f"{url}/seed", json=seed, timeout=30).status_code == 201
    held = requests.get(f"{url}/state", timeout=30).json()
    [profile] = held["profiles"]
    assert profile["customer_id"] == "customer-1"
    assert len(profile["locations"]) == len(profile["cards"]) == 1
    assert len(held["carts"]) == 2  # an order has one, too
    [order] = held["orders"]
    assert order["customerId"] == "customer-1"
    assert held["options"]["country"] == "NO"
    guest = {"address": seed["profiles"][0]["locations"][0], "cart": seed["carts"][0]}
    guest["address"]["email"] = "guest@example.com"
    again = requests.post(f"{url}/seed", json={"orders": [guest]}, timeout=30)
    assert again.status_code == 201


def test_no_page_has_commands_that_nobody_types() -> None:
    pages = {
        name(page)
        for page in PAGES
        for block in blocks(page)
        if block.language == "sh" and not block.code.startswith("pip install ")
    }
    assert pages == TYPED
