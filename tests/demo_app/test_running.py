"""``python -m demo_app``, as ``make demo`` starts it."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from demo_app.scale.processes import free_port
from tests.support.paying import pay_for
from tests.support.threads import assert_soon

ROOT = Path(__file__).parents[2]


@pytest.mark.process
def test_it_runs_without_debugger_hears_of_orders_and_stops_cleanly(
    tmp_path: Path,
) -> None:
    database = tmp_path / "vindstille.sqlite3"
    with closing(sqlite3.connect(database)):
        database.chmod(0o644)  # as an earlier version left it
    with closing(sqlite3.connect(tmp_path / "sandbox.sqlite3")) as old:
        old.execute("CREATE TABLE one_time_password (password TEXT)")
    with socket.create_server(("127.0.0.1", 0)) as server:  # open, so that they are two
        port, sandbox_port = str(server.getsockname()[1]), str(free_port())
    shop, sandbox = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sandbox_port}"
    settings = {"SHOP_INSTANCE": str(tmp_path), "PORT": port}
    process = subprocess.Popen(
        [sys.executable, "-m", "demo_app"],
        cwd=ROOT,
        env={**os.environ, **settings, "SANDBOX_PORT": sandbox_port},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process, ExitStack() as ending:
        ending.callback(process.kill)
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, process.communicate()
            said += line
        assert f"{shop}/" in said
        assert f"{sandbox}/" in said
        assert "sandbox.sqlite3 was made by another version" in said
        assert {f.stat().st_mode & 0o777 for f in tmp_path.iterdir()} == {0o600}
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
