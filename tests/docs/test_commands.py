"""The commands in the guides' blocks, typed by their reader against a sandbox."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
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
from .placing_orders import place_order

pytestmark = pytest.mark.process

#: These are typed here, and the tutorial's in a test of its own.
TYPED = ("guides/orders", "guides/going-live")
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


def script(sandbox: Sandbox) -> str:
    """The commands of both pages, each once, with keys where a page has three dots."""
    lines = [
        line.partition(" #")[0].rstrip()
        for page in TYPED
        for block in blocks(DOCS / f"{page}.md")
        if block.language == "sh"
        for line in block.code.splitlines()
    ]
    text = "\n".join(dict.fromkeys(lines))
    for setting, value in sandbox.settings.items():
        text = text.replace(f"{setting}=...", f"{setting}={value}")
    text = text.replace("export ZONOS_WEBHOOK_SECRET=...\n", "")
    return text.replace("organization_...", "")


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
    assert pages == set(TYPED)
