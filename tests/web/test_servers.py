"""Right answers under the servers that shops use, and a clean end amid calls."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme

from ..support.fault_handlers import hangs
from ..support.shops import PROFILE
from ..support.upstream import answer_after
from ..support.upstream import Handler
from ..support.upstream import server_context
from ..support.upstream import Upstream
from .gunicorn_hooks import READY

ROOT = Path(__file__).parents[2]
APP = "tests.web.served:app"
WORKERS = 2
SHOPPERS = 8
#: Of each shopper.
CHECKOUTS = 3


def gunicorn(worker: str, *more: str) -> list[str]:
    hooks = "python:tests.web.gunicorn_hooks"
    options = ["-b", "127.0.0.1:0", "-k", worker, "-w", str(WORKERS), *more, APP]
    return ["-m", "gunicorn", "--no-control-socket", "-c", hooks, *options]


SERVERS = {
    "gunicorn gthread": gunicorn("gthread", "--threads", "4"),
    "gunicorn gthread preload": gunicorn("gthread", "--threads", "4", "--preload"),
    "gunicorn gevent": gunicorn("gevent"),
    "waitress": ["-m", "waitress", "--listen=127.0.0.1:0", APP],
}


@contextmanager
def served(
    command: list[str], upstream: Upstream, ca_bundle: str
) -> Iterator[tuple[str, int]]:
    """The address of the shop under this server, and the process, to be ended."""
    settings = {
        "SHOP_UPSTREAM": upstream.url,
        "ZONOS_CA_BUNDLE": ca_bundle,
        "ZONOS_DEADLINE": "4",
        "ZONOS_PROFILE_GRACE": "4",
    }
    if "--preload" in command:
        settings["SHOP_WARM"] = "1"
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **settings},
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


def click(url: str, user_id: str, sku: str) -> requests.Response:
    """A click in a new browser, so that every worker gets some of everyone's."""
    with requests.Session() as session:
        session.trust_env = False
        # Signs in; there is no need for the page that it leads to.
        session.post(f"{url}/sign-in/{user_id}", allow_redirects=False, timeout=30)
        body = {"sku": sku}
        return session.post(f"{url}/zonos/cart-info", json=body, timeout=30)


def shop_often(url: str, user_id: str) -> None:
    """One shopper's checkouts, one after the other; each is this shopper's own."""
    for number in range(CHECKOUTS):
        sku = f"{user_id}-{number}"
        answer: Any = click(url, user_id, sku).json()
        assert answer["cartId"] == f"cart_of_{sku}"
        given = answer["customerProfileAuthenticate"]
        assert given == {PROFILE: {"oneTimePassword": f"otp_of_{user_id}"}}


@pytest.mark.parametrize(
    ("server", "last", "reason"),
    [
        ("gunicorn gthread", answer_after(1), None),
        ("gunicorn gthread preload", hangs, "timeout"),
        ("gunicorn gevent", hangs, "timeout"),
        ("waitress", answer_after(1), None),
    ],
    ids=["gthread", "gthread preload", "gevent", "waitress"],
)
def test_a_server_gives_everyone_their_own_and_ends_with_a_call_in_flight(
    no_thread_stays: None,
    authority: trustme.CA,
    ca_bundle: str,
    server: str,
    last: Handler,
    reason: str | None,
) -> None:
    command = SERVERS[server]
    upstream = Upstream(server_context(authority))
    try:
        with (
            ThreadPoolExecutor(SHOPPERS) as pool,
            served(command, upstream, ca_bundle) as (url, pid),
        ):
            users = [f"user-{number % 2}" for number in range(SHOPPERS)]
            list(pool.map(lambda user: shop_often(url, user), users))
            connections = {each.connection for each in upstream.received}
            assert len(connections) < len(upstream.received), "none is used twice"

            asked = len(upstream.received)
            upstream.on(PROFILE, last)
            call = pool.submit(click, url, "user-0", "last")
            upstream.wait_for(asked + 2)
            os.kill(pid, signal.SIGINT if server == "waitress" else signal.SIGTERM)
            answer: Any = call.result().json()
            assert answer["cartId"] == "cart_of_last"
            assert answer["recognition"]["reason"] == reason
    finally:
        upstream.stop()
