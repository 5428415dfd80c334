"""Right answers under the servers that shops use, and a clean end amid calls."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import trustme

from ..support.fault_handlers import AUTHENTICATE
from ..support.fault_handlers import CART
from ..support.fault_handlers import hangs
from ..support.upstream import held_until
from ..support.upstream import server_context
from ..support.upstream import Upstream
from .gunicorn_hooks import READY

ROOT = Path(__file__).parents[2]
APP = "tests.trust.served:app"
HOOKS = "python:tests.trust.gunicorn_hooks"
WORKERS = 2
SHOPPERS = 16
#: Of each shopper.
CHECKOUTS = 4


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
    settings = {"ZONOS_PROFILE_GRACE": "20", **settings}
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


def shop_often(url: str, customer_id: str) -> None:
    """One shopper's checkouts, one after the other; each is this shopper's own."""
    for _ in range(CHECKOUTS):
        # Anew each time, so that every worker gets some of everyone's.
        with shopper(url, customer_id) as session:
            answer = session.post(f"{url}/zonos/cart-info", timeout=30).json()
        assert answer["cartId"] == f"cart_of_{customer_id.upper()}"
        found = answer["customerProfileAuthenticate"]
        assert found == {AUTHENTICATE: {"oneTimePassword": f"otp_of_{customer_id}"}}


def shop_under_load(pool: ThreadPoolExecutor, url: str) -> None:
    """All shoppers at once."""
    people = ["kirsten-1", "anders-2"] * (SHOPPERS // 2)
    list(pool.map(lambda who: shop_often(url, who), people))


def click(pool: ThreadPoolExecutor, url: str) -> Future[requests.Response]:
    """A checkout of Kirsten's that is under way."""
    session = shopper(url, "kirsten-1")

    def ask() -> requests.Response:
        with session:
            return session.post(f"{url}/zonos/cart-info", timeout=30)

    return pool.submit(ask)


@pytest.mark.parametrize("command", SERVERS.values(), ids=SERVERS)
def test_a_server_gives_everyone_their_own_and_ends_with_a_call_in_flight(
    upstream: Upstream, command: list[str]
) -> None:
    with ThreadPoolExecutor(SHOPPERS) as pool, served(command, upstream) as (url, pid):
        shop_under_load(pool, url)
        connections = {each.connection for each in upstream.received}
        assert len(connections) < len(upstream.received), "none is used twice"

        released = threading.Event()
        upstream.on(CART, held_until(released))
        asked = len(upstream.received)
        call = click(pool, url)
        upstream.wait_for(asked + 2)
        end(command, pid)
        released.set()
        assert call.result().json()["cartId"] == "cart_of_KIRSTEN-1"


@pytest.mark.parametrize(
    ("server", "operation"),
    [
        ("gunicorn sync", CART),
        ("gunicorn gthread preload", AUTHENTICATE),
        ("gunicorn gevent", AUTHENTICATE),
        ("gunicorn gevent preload", CART),
        ("waitress", AUTHENTICATE),
    ],
)
def test_a_server_ends_though_upstream_never_answers(
    upstream: Upstream, server: str, operation: str
) -> None:
    """With a cart that times out, or a profile that was given up and hangs on."""
    command = SERVERS[server]
    # A profile that is given up is still to be sent.
    deadline = "4" if operation == AUTHENTICATE else "2"
    settings = {"ZONOS_PROFILE_GRACE": "0", "ZONOS_DEADLINE": deadline}
    with ThreadPoolExecutor(1) as pool:
        with served(command, upstream, **settings) as (url, pid):
            upstream.on(operation, hangs)
            asked = len(upstream.received)
            call = click(pool, url)
            upstream.wait_for(asked + 2)
            if operation == AUTHENTICATE:
                recognition = call.result().json()["recognition"]
                assert recognition == {"level": "prefill", "reason": "timeout"}
            end(command, pid)
            status = call.result().status_code
        assert status == (200 if operation == AUTHENTICATE else 504)


@pytest.mark.parametrize("worker", ["gunicorn gthread", "gunicorn gevent preload"])
def test_a_server_speaks_tls_with_upstream_under_load(
    no_thread_stays: None, tmp_path: Path, worker: str
) -> None:
    authority = trustme.CA()
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    upstream = Upstream(server_context(authority))
    try:
        with (
            ThreadPoolExecutor(SHOPPERS) as pool,
            served(SERVERS[worker], upstream, ZONOS_CA_BUNDLE=str(bundle)) as served_at,
        ):
            shop_under_load(pool, served_at[0])
            end(SERVERS[worker], served_at[1])
    finally:
        upstream.stop()
