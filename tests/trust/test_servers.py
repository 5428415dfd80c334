"""Right answers under the servers that shops use, and a clean end amid calls."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from ..extension.upstream import held_until
from ..extension.upstream import Upstream
from .faults import CART
from .gunicorn_hooks import READY

ROOT = Path(__file__).parents[2]
APP = "tests.trust.served:app"
HOOKS = "python:tests.trust.gunicorn_hooks"
WORKERS = 2


def gunicorn(worker: str, *more: str) -> list[str]:
    threads = ["--threads", "4"] if worker == "gthread" else []
    options = ["-b", "127.0.0.1:0", "-k", worker, "-w", str(WORKERS), *threads, *more]
    return ["-m", "gunicorn", "--no-control-socket", "-c", HOOKS, *options, APP]


SERVERS = {
    "gunicorn sync": gunicorn("sync"),
    "gunicorn sync preload": gunicorn("sync", "--preload"),
    "gunicorn gthread": gunicorn("gthread"),
    "gunicorn gthread preload": gunicorn("gthread", "--preload"),
    "gunicorn gevent": gunicorn("gevent"),
    "gunicorn gevent preload": gunicorn("gevent", "--preload"),
    "waitress": ["-m", "waitress", "--listen=127.0.0.1:0", APP],
}


@contextmanager
def served(
    command: list[str], upstream: Upstream, **settings: str
) -> Iterator[tuple[str, int]]:
    """The address of the shop under this server, and the process, to be ended."""
    environment = {**os.environ, **settings, "SHOP_UPSTREAM": upstream.url}
    if "--preload" in command:
        environment["SHOP_WARM"] = "1"
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    lines = []
    workers = WORKERS if "gunicorn" in command else 0
    url = None
    try:
        for line in process.stdout:
            lines.append(line)
            workers -= READY in line
            if found := re.search(r"(?:Listening at|Serving on):? (http\S+)", line):
                url = found[1]
            if url is not None and not workers:
                yield url, process.pid
                break
        else:
            pytest.fail("".join(lines))
        # A hang in the end shows here.
        rest, _ = process.communicate(timeout=20)
        assert process.returncode == 0, rest
        assert "Traceback" not in rest
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def end(command: list[str], pid: int) -> None:
    """Ask a server to end in the way that it means to be asked."""
    os.kill(pid, signal.SIGINT if "waitress" in command else signal.SIGTERM)


def shopper(url: str, customer_id: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    assert session.get(f"{url}/login/{customer_id}", timeout=30).ok
    return session


def password(url: str, customer_id: str) -> str:
    with shopper(url, customer_id) as session:
        answer = session.post(f"{url}/zonos/cart-info", timeout=30).json()
    assert answer["cartId"] == f"cart_of_{customer_id.upper()}"
    authenticated = answer["customerProfileAuthenticate"]
    found = authenticated["checkoutCustomerProfileAuthenticate"]["oneTimePassword"]
    return str(found)


@pytest.mark.parametrize("command", SERVERS.values(), ids=SERVERS)
def test_a_server_gives_everyone_their_own_and_ends_with_a_call_in_flight(
    upstream: Upstream, command: list[str]
) -> None:
    with ThreadPoolExecutor(6) as pool, served(command, upstream) as (url, pid):
        people = ["kirsten-1", "anders-2"] * 3
        found = pool.map(lambda who: password(url, who), people)
        assert list(found) == [f"otp_of_{who}" for who in people]

        released = threading.Event()
        upstream.on(CART, held_until(released))
        asked = len(upstream.received)
        with shopper(url, "kirsten-1") as session:
            call = pool.submit(session.post, f"{url}/zonos/cart-info", timeout=30)
            while len(upstream.received) == asked:
                assert not call.done()
            end(command, pid)
            released.set()
            assert call.result().json()["cartId"] == "cart_of_KIRSTEN-1"
