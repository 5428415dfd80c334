"""The guide on servers: the README's shop under gunicorn and under gevent's server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from flask_zonos.sandbox import Sandbox

from ..support.servers import running
from ..support.upstream import PATIENCE
from ..support.upstream import Upstream
from .blocks import DOCS
from .blocks import file
from .test_example import README

pytestmark = pytest.mark.process

GUIDE = DOCS / "guides" / "servers.md"
BEHIND_A_PROXY = """
from werkzeug.middleware.proxy_fix import ProxyFix

app = create_app()
app.wsgi_app = ProxyFix(app.wsgi_app)
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shop in ``shop.py``, and the page's files beside it."""
    (tmp_path / "shop.py").write_text(README + BEHIND_A_PROXY)
    for name in ("gunicorn.conf.py", "wsgi.py"):
        (tmp_path / name).write_text(file(GUIDE, name))
    return tmp_path


def test_the_first_click_at_a_gunicorn_worker_finds_connections_open(
    folder: Path, upstream: Upstream
) -> None:
    settings = {"ZONOS_CREDENTIAL_TOKEN": "a-token", "ZONOS_API_URL": upstream.url}
    command = ["-m", "gunicorn", "--no-control-socket", "-b", "127.0.0.1:0", "shop:app"]
    with (
        running(command, folder, settings) as (url, pid),
        requests.Session() as browser,
    ):
        upstream.wait_for_connections(2)
        assert set(upstream.operations()) == {"warmUp"}
        browser.get(f"{url}/login", timeout=PATIENCE)
        answer = browser.post(f"{url}/zonos/cart-info", timeout=PATIENCE).json()
        assert answer["recognition"]["level"] == "profile"
        os.kill(pid, signal.SIGTERM)
    assert {request.connection for request in upstream.received} == {1, 2}
    assert upstream.connections == 2


def test_gevent_patches_first_and_serves_a_click(
    folder: Path, sandbox: Sandbox
) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SERVED],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1].startswith("cart_")
