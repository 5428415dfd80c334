"""``python -m demo_app``, as ``make demo`` starts it."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from flask_zonos.sandbox import Sandbox
from tests.support.paying import pay_for
from tests.support.threads import assert_soon

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]


@pytest.fixture
def ports() -> dict[str, str]:
    address = ("127.0.0.1", 0)
    # Open at the same time, so that they are two.
    with socket.create_server(address) as one, socket.create_server(address) as other:
        return {
            "PORT": str(one.getsockname()[1]),
            "SANDBOX_PORT": str(other.getsockname()[1]),
        }


@contextmanager
def demo(folder: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "demo_app"],
        cwd=ROOT,
        env={**os.environ, "SHOP_INSTANCE": str(folder), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until_running(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if "Ctrl-C" in line:
            return text
    raise AssertionError(process.stderr and process.stderr.read())


def test_it_runs_without_debugger_hears_of_orders_and_stops_cleanly(
    tmp_path: Path, ports: dict[str, str]
) -> None:
    database = tmp_path / "vindstille.sqlite3"
    with closing(sqlite3.connect(database)):
        database.chmod(0o644)  # as an earlier version left it
    with closing(sqlite3.connect(tmp_path / "sandbox.sqlite3")) as old:
        old.execute("CREATE TABLE one_time_password (password TEXT)")
    shop = f"http://127.0.0.1:{ports['PORT']}"
    sandbox = f"http://127.0.0.1:{ports['SANDBOX_PORT']}"
    with demo(tmp_path, **ports) as process:
        said = read_until_running(process)
        assert f"{shop}/" in said
        assert f"{sandbox}/" in said
        assert "test@zonos.com, password demo-shop" in said
        assert "sandbox.sqlite3 was made by another version" in said
        assert {f.stat().st_mode & 0o777 for f in tmp_path.iterdir()} == {0o600}
        assert 'id="developer"' in requests.get(f"{shop}/cart", timeout=60).text
        assert requests.get(f"{shop}/console", timeout=60).status_code == 404
        asset = f"{shop}/?__debugger__=yes&cmd=resource&f=debugger.js"
        assert "Vindstille" in requests.get(asset, timeout=60).text
        with requests.Session() as guest:
            order = buy(guest, shop, sandbox)
            assert_soon(lambda: "data-order-id" in guest.get(order, timeout=60).text)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert out == "Stopped.\n"
    assert "Traceback" not in err
    assert process.returncode == 0


def buy(guest: requests.Session, shop: str, sandbox: str) -> str:
    """Pay as a guest, of which no page tells; return the address of the order."""
    page = guest.get(f"{shop}/", timeout=60).text
    token = re.search(r'csrf-token" content="([^"]+)"', page)
    assert token is not None
    line = {"sku": "SKIVE-S", "csrf_token": token[1]}
    guest.post(f"{shop}/cart/lines", data=line, timeout=60)
    info = guest.post(f"{shop}/zonos/cart-info", json={}, timeout=60).json()
    return f"{shop}/orders/{pay_for(sandbox, info)}"


def test_a_taken_port_ends_it_with_a_way_out(
    tmp_path: Path, ports: dict[str, str]
) -> None:
    with socket.create_server(("127.0.0.1", int(ports["SANDBOX_PORT"]))):
        with demo(tmp_path, **ports) as process:
            _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in said
    assert f"Port {ports['SANDBOX_PORT']} on 127.0.0.1 is taken" in said
    assert "SANDBOX_PORT=" in said


def test_real_settings_take_the_place_of_the_sandbox(
    tmp_path: Path, ports: dict[str, str], sandbox: Sandbox
) -> None:
    settings = {name: str(value) for name, value in sandbox.settings.items()}
    with demo(tmp_path, **ports, **settings) as process:
        assert ports["SANDBOX_PORT"] not in read_until_running(process)
        shop = f"http://127.0.0.1:{ports['PORT']}"
        assert 'id="developer"' not in requests.get(f"{shop}/cart", timeout=60).text
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://127.0.0.1:{ports['SANDBOX_PORT']}", timeout=60)
