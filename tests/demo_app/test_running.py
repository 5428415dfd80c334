"""``python -m demo_app``, as ``make demo`` starts it."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from flask_zonos.sandbox import Sandbox

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def demo(folder: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ZONOS_")}
    with subprocess.Popen(
        [sys.executable, "-m", "demo_app"],
        cwd=ROOT,
        env={**inherited, "SHOP_INSTANCE": str(folder), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: subprocess.Popen[str], last: str) -> str:
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if last in line:
            return text
    raise AssertionError(process.stderr and process.stderr.read())


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_stops_cleanly(
    tmp_path: Path, end: signal.Signals
) -> None:
    ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    with closing(sqlite3.connect(tmp_path / "shop.sqlite3")):
        (tmp_path / "shop.sqlite3").chmod(0o644)  # as an earlier version left it
    with demo(tmp_path, **ports) as process:
        said = read_until(process, "Ctrl-C")
        shop = f"http://127.0.0.1:{ports['PORT']}/"
        assert shop in said
        assert f"http://127.0.0.1:{ports['SANDBOX_PORT']}/" in said
        assert "test@zonos.com, password demo-shop" in said
        page = requests.get(shop, timeout=5)
        assert "Vindstille" in page.text
        modes = {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
        assert modes == {0o600}
        process.send_signal(end)
        out, err = process.communicate(timeout=10)
    assert out == "Stopped.\n"
    assert "Traceback" not in err
    assert process.returncode == 0


@pytest.mark.parametrize("variable", ["PORT", "SANDBOX_PORT"])
def test_a_taken_port_is_named_with_a_way_out(tmp_path: Path, variable: str) -> None:
    ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(ports[variable])))
        taken.listen()
        with demo(tmp_path, **ports) as process:
            _, said = process.communicate(timeout=20)
    assert process.returncode == 1
    assert f"Port {ports[variable]} on 127.0.0.1 is taken" in said
    assert f"{variable}=" in said
    assert "Traceback" not in said


def test_what_another_version_has_kept_is_forgotten_and_that_is_said(
    tmp_path: Path,
) -> None:
    with closing(sqlite3.connect(tmp_path / "sandbox.sqlite3")) as old:
        old.execute("CREATE TABLE one_time_password (password TEXT)")
    ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    with demo(tmp_path, **ports) as process:
        said = read_until(process, "Ctrl-C")
    assert "sandbox.sqlite3 was made by another version" in said
    assert "starts afresh" in said


def test_a_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "sandbox.sqlite3")) as other:
        other.execute("CREATE TABLE cart (total INTEGER)")
    ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    with demo(tmp_path, **ports) as process:
        _, said = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "is not a sandbox's database" in said
    assert "Traceback" not in said
    with closing(sqlite3.connect(tmp_path / "sandbox.sqlite3")) as other:
        assert other.execute("SELECT count(*) FROM cart").fetchone() == (0,)


def test_on_another_port_the_sandbox_tells_the_shop_there(tmp_path: Path) -> None:
    sandbox_port = str(free_port())
    for port in (str(free_port()), str(free_port())):
        with demo(tmp_path, PORT=port, SANDBOX_PORT=sandbox_port) as process:
            read_until(process, "Ctrl-C")
            answer = requests.post(
                f"http://127.0.0.1:{sandbox_port}/graphql",
                json={"query": "{ webhooks { edges { node { type url } } } }"},
                headers={"credentialToken": Sandbox.credential_token},
                timeout=5,
            ).json()
            webhooks = [edge["node"] for edge in answer["data"]["webhooks"]["edges"]]
            assert len(webhooks) == len({webhook["type"] for webhook in webhooks})
            told = {webhook["url"].partition("?")[0] for webhook in webhooks}
            assert told == {f"http://127.0.0.1:{port}/zonos/webhooks"}
            process.send_signal(signal.SIGTERM)
            process.wait(10)


def test_debug_is_on_with_the_sandbox_but_no_debugger(tmp_path: Path) -> None:
    ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    with demo(tmp_path, **ports) as process:
        read_until(process, "Ctrl-C")
        shop = f"http://127.0.0.1:{ports['PORT']}"
        assert 'id="developer"' in requests.get(f"{shop}/cart", timeout=5).text
        assert requests.get(f"{shop}/console", timeout=5).status_code == 404
        asset = f"{shop}/?__debugger__=yes&cmd=resource&f=debugger.js"
        assert "Vindstille" in requests.get(asset, timeout=5).text


def test_real_settings_take_the_place_of_the_sandbox(tmp_path: Path) -> None:
    ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    with Sandbox() as zonos:
        settings = {name: str(value) for name, value in zonos.settings.items()}
        with demo(tmp_path, **ports, **settings) as process:
            said = read_until(process, "Ctrl-C")
            assert ports["SANDBOX_PORT"] not in said
            shop = f"http://127.0.0.1:{ports['PORT']}"
            cart = requests.get(f"{shop}/cart", timeout=5).text
            assert 'id="developer"' not in cart
            with pytest.raises(requests.ConnectionError):
                requests.get(f"http://127.0.0.1:{ports['SANDBOX_PORT']}", timeout=5)


def test_what_happens_to_an_order_at_zonos_comes_home_by_webhook(
    tmp_path: Path,
) -> None:
    ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    with demo(tmp_path, **ports) as process:
        read_until(process, "Ctrl-C")
        shop = f"http://127.0.0.1:{ports['PORT']}"
        sandbox = f"http://127.0.0.1:{ports['SANDBOX_PORT']}"
        with requests.Session() as guest:
            page = guest.get(f"{shop}/", timeout=5).text
            token = page.split('csrf-token" content="')[1].split('"')[0]
            guest.post(
                f"{shop}/cart/lines",
                data={"sku": "SKIVE-S", "csrf_token": token},
                timeout=5,
            )
            info = guest.post(f"{shop}/zonos/cart-info", json={}, timeout=5).json()
            given = {"zonosApiKey": Sandbox.api_key, "cartId": info["cartId"]}
            opened = requests.post(
                f"{sandbox}/checkout/sessions", json=given, timeout=5
            ).json()
            placed = requests.post(
                f"{sandbox}/checkout/orders",
                json={
                    "serviceLevel": opened["serviceLevels"][0]["code"],
                    "payment": {"testCard": "visa"},
                    "address": {
                        "name": "Ada Guest",
                        "email": "ada@example.com",
                        "line1": "1 Queen Street",
                        "locality": "Toronto",
                        "administrativeArea": "ON",
                        "postalCode": "M5H 2N2",
                        "countryCode": "CA",
                    },
                },
                headers={"Checkout-Session": opened["token"]},
                timeout=5,
            ).json()
            address = f"{shop}/orders/{placed['order']['id']}"
            for _ in range(100):
                answer = guest.get(address, timeout=5)
                if answer.status_code == 200:
                    break
                time.sleep(0.1)
            assert "data-order-id" in answer.text
