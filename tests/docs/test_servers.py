"""The guide on servers: the README's shop under gunicorn and under gevent's server."""

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

from flask_zonos.sandbox import Sandbox

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
            *("--bind", "127.0.0.1:0", "shop:app"),
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
    folder: Path, upstream: Upstream
) -> None:
    with gunicorn(folder, upstream) as url, requests.Session() as browser:
        upstream.wait_for_connections(2)
        assert set(upstream.operations()) == {"warmUp"}
        browser.get(f"{url}/login", timeout=PATIENCE)
        answer = browser.post(f"{url}/zonos/cart-info", timeout=PATIENCE).json()
        assert answer["recognition"]["level"] == "profile"
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
