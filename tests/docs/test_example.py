"""The whole shops to copy, of the README and of ``docs/examples``, with a sandbox."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_zonos.sandbox import Sandbox
from flask_zonos.testing.shopper import Shopper

from ..support.servers import running
from ..support.upstream import Upstream
from .blocks import DOCS
from .blocks import file
from .blocks import ROOT
from .blocks import run
from .blocks import source

README = ROOT / "README.md"


def test_the_readme_shop_recognises_its_shopper_and_gets_the_order(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    app: Flask = run(README)["create_app"]()
    app.config.update(DEBUG=True, **sandbox.settings)
    shopper = Shopper(sandbox, app.test_client())
    shopper.client.get("/login")
    assert 'id="zonos-settings"' in shopper.client.get("/cart").text
    assert "own checkout" in shopper.client.get("/own-checkout").text
    clicked = shopper.press()
    assert clicked["recognition"] == {"level": "profile", "reason": None}
    order = shopper.pay(shopper.open(clicked))
    assert shopper.hint(order).status_code == 202
    assert f"{order} OPEN c-8f14e45f {clicked['cartId']}\n" in capsys.readouterr().out


@pytest.mark.process
def test_a_gunicorn_worker_opens_connections_before_the_first_click(
    tmp_path: Path, upstream: Upstream
) -> None:
    conf = file(DOCS / "guides" / "servers.md", "gunicorn.conf.py")
    (tmp_path / "shop.py").write_text(source(README))
    (tmp_path / "gunicorn.conf.py").write_text(conf)
    settings = {"ZONOS_CREDENTIAL_TOKEN": "a-token", "ZONOS_API_URL": upstream.url}
    command = ["-m", "gunicorn", "--no-control-socket", "-b", "127.0.0.1:0"]
    with running([*command, "shop:create_app()"], tmp_path, settings) as (_, pid):
        upstream.wait_for(2)
        os.kill(pid, signal.SIGTERM)
    assert upstream.operations() == ["warmUp"] * 2
    assert upstream.connections == 2


@pytest.fixture
def example(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """The example in a copy of its folder."""
    shutil.copytree(DOCS / "examples" / "shop", tmp_path, dirs_exist_ok=True)
    monkeypatch.syspath_prepend(tmp_path)
    app: Flask = import_module("shop").create_app({"DEBUG": True})
    yield app
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]


def post(client: FlaskClient, path: str, **form: str) -> str:
    """Send a form as a browser does: with the page's token."""
    [token] = set(re.findall(r'csrf-token" content="([^"]+)"', client.get("/").text))
    form["csrf_token"] = token
    answer = client.post(path, data=form, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def test_an_account_is_recognised_and_finds_its_order(
    example: Flask, sandbox: Sandbox
) -> None:
    assert example.test_cli_runner().invoke(args=["init"]).exit_code == 0
    anna, stranger = example.test_client(), example.test_client()
    account = {"email": "anna@example.com", "password": "correct horse battery"}
    twice = {"password_confirm": account["password"]}
    assert "Sign out" in post(anna, "/register", **account, **twice)
    assert "1 x A cup" in post(anna, "/basket", sku="CUP-1")
    assert 'id="zonos-settings"' in anna.get("/cart").text
    shopper = Shopper(sandbox, anna)
    clicked = shopper.press()
    assert clicked["recognition"] == {"level": "profile", "reason": None}

    order = shopper.pay(shopper.open(clicked))
    for _ in range(2):
        assert shopper.hint(order).status_code == 202

    for path in (f"/thanks/{order}", "/orders"):
        assert anna.get(path).text.count(f"{order}: OPEN") == 1
        assert order not in stranger.get(path).text
    assert "A cup" not in anna.get("/cart").text
    assert "own checkout" in post(anna, "/own-checkout")
    assert "Sign out" in post(stranger, "/login", **account)
