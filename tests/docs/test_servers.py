"""The guide on servers: a worker of gunicorn's is warm before its first click."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from ..support.upstream import PATIENCE
from ..support.upstream import Upstream
from .blocks import DOCS
from .blocks import file

#: A shop behind a proxy, whose every shopper is signed in.
SHOP = """
from decimal import Decimal

from flask import Flask
from flask_login import LoginManager
from flask_login import UserMixin
from flask_zonos import Cart
from flask_zonos import CartItem
from flask_zonos import CustomerProfile
from flask_zonos import Zonos
from werkzeug.middleware.proxy_fix import ProxyFix

zonos = Zonos()


class User(UserMixin):
    id = "1"


@zonos.cart_loader
def current_cart(request_data):
    cup = CartItem(sku="CUP", quantity=1, amount=Decimal(1), currency_code="EUR")
    return Cart(items=[cup])


@zonos.customer_loader
def customer_for(user):
    return CustomerProfile(customer_id="customer-1", email="anna@example.com")


def create_app():
    app = Flask(__name__)
    app.config.update(SECRET_KEY="for tests")
    LoginManager(app).request_loader(lambda request: User())
    zonos.init_app(app)
    app.wsgi_app = ProxyFix(app.wsgi_app)
    return app
"""


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    upstream = Upstream()
    yield upstream
    upstream.stop()


@contextmanager
def gunicorn(folder: Path, upstream: Upstream) -> Iterator[str]:
    """The shop's address under gunicorn, with the folder's gunicorn.conf.py."""
    environment = {
        "ZONOS_CREDENTIAL_TOKEN": "a-token-of-the-tests",
        "ZONOS_API_URL": upstream.url,
    }
    process = subprocess.Popen(
        [
            *(str(Path(sys.executable).with_name("gunicorn")), "--no-control-socket"),
            *("--bind", "127.0.0.1:0", "shop:create_app()"),
        ],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = ""
    try:
        for line in process.stdout:
            said += line
            if found := re.search(r"Listening at: (http\S+)", line):
                yield found[1]
                break
        process.terminate()
        rest, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, said + rest
        assert "Traceback" not in said + rest
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def test_the_first_click_at_a_gunicorn_worker_finds_connections_open(
    tmp_path: Path, upstream: Upstream
) -> None:
    (tmp_path / "shop.py").write_text(SHOP)
    settings = file(DOCS / "guides" / "servers.md", "gunicorn.conf.py")
    (tmp_path / "gunicorn.conf.py").write_text(settings)
    with gunicorn(tmp_path, upstream) as url:
        upstream.wait_for_connections(2)
        assert set(upstream.operations()) == {"warmUp"}
        answer = requests.post(f"{url}/zonos/cart-info", timeout=PATIENCE).json()
        assert answer["recognition"]["level"] == "profile"
    assert {request.connection for request in upstream.received} == {1, 2}
    assert upstream.connections == 2
