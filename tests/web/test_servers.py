"""Under the servers that shops use: everyone's own answer, a clean end, any body."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextlib import suppress
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from flask_zonos.web.endpoint import LARGEST_BODY
from flask_zonos.web.webhook_body import LARGEST_BODY as LARGEST_WEBHOOK

from ..support.fault_handlers import hangs
from ..support.fixtures import MakeShop
from ..support.servers import end
from ..support.servers import served
from ..support.serving import serve
from ..support.shops import PROFILE
from ..support.upstream import answer_after
from ..support.upstream import Handler
from ..support.upstream import PATIENCE
from ..support.upstream import Upstream

pytestmark = pytest.mark.process

SHOPPERS = 4
#: Of each shopper.
CHECKOUTS = 3


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
        ("uwsgi", answer_after(1), None),
        ("waitress", answer_after(1), None),
    ],
    ids=["gthread", "gthread preload", "gevent", "uwsgi", "waitress"],
)
def test_a_server_gives_everyone_their_own_and_ends_with_a_call_in_flight(
    secure: Upstream,
    ca_bundle: str,
    server: str,
    last: Handler,
    reason: str | None,
) -> None:
    # Of a call that hangs, and far more than one that is well needs on a busy machine.
    seconds = "10" if last is hangs else "20"
    settings = {"ZONOS_DEADLINE": seconds, "ZONOS_PROFILE_GRACE": seconds}
    settings["ZONOS_CA_BUNDLE"] = ca_bundle
    with (
        ThreadPoolExecutor(SHOPPERS) as pool,
        served(server, secure, **settings) as (url, pid),
    ):
        users = [f"user-{number % 2}" for number in range(SHOPPERS)]
        list(pool.map(lambda user: shop_often(url, user), users))
        connections = {each.connection for each in secure.received}
        assert len(connections) < len(secure.received), "none is used twice"

        asked = len(secure.received)
        secure.on(PROFILE, last)
        call = pool.submit(click, url, "user-0", "last")
        secure.wait_for(asked + 2)
        end(server, pid)
        answer: Any = call.result().json()
        assert answer["cartId"] == "cart_of_last"
        assert answer["recognition"]["reason"] == reason


SECRET = "a-long-random-value"
CHUNKED = "Transfer-Encoding: chunked"
END = b"0\r\n\r\n"


def chunks(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def post(
    url: str, route: str, body: bytes, header: str, *, ends: bool
) -> tuple[int, str | None]:
    """Status and problem's code of the response to these very bytes.

    :param ends: the client says that no more will come; Waitress then gives no response
    """
    address = urlsplit(url)
    head = (
        f"POST /zonos/{route} HTTP/1.1\r\nHost: {address.netloc}\r\n"
        "Connection: close\r\nContent-Type: application/json\r\n"
        f"X-Zonos-Webhook-Secret: {SECRET}\r\n{header}\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port), PATIENCE) as wire:
        # A server that refuses need not read all, and may reset the connection, after
        # what it says.
        with suppress(OSError):
            wire.sendall(head.encode() + body)
            if ends:
                wire.shutdown(socket.SHUT_WR)
        with HTTPResponse(wire) as response:
            response.begin()
            told = response.read()
            is_problem = "problem" in response.headers.get("Content-Type", "")
            return response.status, json.loads(told)["code"] if is_problem else None


@contextmanager
def serving(server: str, make_a_shop: MakeShop, upstream: Upstream) -> Iterator[str]:
    """The address of the shop, as this server serves it."""
    if server == "flask run":
        with serve(make_a_shop(ZONOS_WEBHOOK_SECRET=SECRET).app) as url:
            yield url
        return
    with served(server, upstream, ZONOS_WEBHOOK_SECRET=SECRET) as (url, pid):
        yield url
        end(server, pid)


@pytest.mark.parametrize("server", ["flask run", "gunicorn gthread", "waitress"])
def test_a_body_of_any_form_is_read_whole_or_refused(
    make_a_shop: MakeShop, upstream: Upstream, server: str
) -> None:
    with serving(server, make_a_shop, upstream) as url:
        for route, well, most in (
            ("cart-info", 200, LARGEST_BODY),
            ("webhooks", 204, LARGEST_WEBHOOK),
        ):
            # An object that would be one as well if its end were cut off.
            whole = b"{}".ljust(most)
            parts = chunks(*(whole[i : i + 8192] for i in range(0, most, 8192)))
            for body, header, status, code in (
                (chunks(b'{"a"', b": 1", b"}") + END, CHUNKED, well, None),
                (parts + END, CHUNKED, well, None),
                (whole, f"Content-Length: {most}", well, None),
                (parts + chunks(b" ") + END, CHUNKED, 413, "too-large"),
                (parts * 3 + END, CHUNKED, 413, "too-large"),
                (whole + b" ", f"Content-Length: {most + 1}", 413, "too-large"),
                (chunks(b"{}") + b"zz\r\n", CHUNKED, 400, "invalid-body"),
                (chunks(b"{}") + b"5\r\n  ", CHUNKED, 400, "invalid-body"),
                (b"{}", "Content-Length: 50", 400, "invalid-body"),
            ):
                is_broken = status == 400
                if is_broken and server == "waitress":
                    # It reads bodies itself, and answers to broken ones itself.
                    continue
                told = post(url, route, body, header, ends=is_broken)
                assert told == (status, code), (route, header, body[-9:])
