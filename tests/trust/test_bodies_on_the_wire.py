"""Bodies as a socket may carry them: what is too long or broken is refused in words."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from flask_zonos.web.endpoint import LARGEST_BODY
from flask_zonos.web.webhook_body import LARGEST_BODY as LARGEST_WEBHOOK

from ..support.servers import end
from ..support.servers import served
from ..support.serving import serve
from ..support.upstream import PATIENCE
from ..support.upstream import Upstream
from .conftest import MakeShop

SECRET = "a-long-random-value"
LIMITS = {"cart-info": LARGEST_BODY, "webhooks": LARGEST_WEBHOOK}
NAMES = {"cart-info": "request", "webhooks": "webhook"}
ROUTES = list(LIMITS)
CHUNKED = "Transfer-Encoding: chunked"


def chunks(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def an_object_of(size: int) -> bytes:
    """A JSON object that would be one as well if its end were cut off."""
    return b"{}".ljust(size)


def post(url: str, route: str, body: bytes, header: str) -> tuple[int, Any]:
    """Status and JSON of the answer to these very bytes, after which nothing comes."""
    address = urlsplit(url)
    lines = (
        f"POST /zonos/{route} HTTP/1.1",
        f"Host: {address.netloc}",
        "Connection: close",
        "Content-Type: application/json",
        f"X-Zonos-Webhook-Secret: {SECRET}",
        header,
    )
    data = "".join(f"{line}\r\n" for line in (*lines, "")).encode() + body
    told = b""
    with socket.create_connection((address.hostname, address.port), PATIENCE) as wire:
        # A server that refuses need not read all, and may reset the connection, after
        # what it says.
        with suppress(OSError):
            wire.sendall(data)
            wire.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError):
            while received := wire.recv(65536):
                told += received
    head, _, rest = told.partition(b"\r\n\r\n")
    problem = json.loads(rest) if b"json" in head else None
    return int(head.split()[1]), problem


@contextmanager
def on(server: str, app: Flask, upstream: Upstream) -> Iterator[str]:
    """The address of the shop, as this server serves it."""
    if server == "flask run":
        with serve(app) as url:
            yield url
        return
    with served(server, upstream, ZONOS_WEBHOOK_SECRET=SECRET) as (url, pid):
        yield url
        end(server, pid)


@pytest.mark.parametrize(
    "server",
    ["flask run", "gunicorn sync", "gunicorn gthread", "gunicorn gevent", "waitress"],
)
def test_a_body_of_any_form_is_read_whole_or_refused_in_words(
    make_shop: MakeShop, upstream: Upstream, server: str
) -> None:
    app = make_shop(ZONOS_WEBHOOK_SECRET=SECRET)
    with on(server, app, upstream) as url:
        for route in ROUTES:
            well = 200 if route == "cart-info" else 204
            most = LIMITS[route]
            name = NAMES[route]
            end_of_chunks = b"0\r\n\r\n"

            pieces = chunks(b'{"a"', b": 1", b"}") + end_of_chunks
            assert post(url, route, pieces, CHUNKED)[0] == well
            whole = an_object_of(most)
            in_chunks = chunks(*(whole[i : i + 8192] for i in range(0, most, 8192)))
            assert post(url, route, in_chunks + end_of_chunks, CHUNKED)[0] == well
            assert post(url, route, whole, f"Content-Length: {most}")[0] == well

            for body, header in (
                (in_chunks + chunks(b" ") + end_of_chunks, CHUNKED),
                (in_chunks * 3 + end_of_chunks, CHUNKED),
                (whole + b" ", f"Content-Length: {most + 1}"),
            ):
                status, problem = post(url, route, body, header)
                assert (status, problem["code"]) == (413, "too-large")
                assert problem["detail"] == f"The {name} is too large."

            for body, header in (
                (chunks(b"{}") + b"zz\r\n", CHUNKED),
                (chunks(b"{}") + b"5\r\n  ", CHUNKED),
                (b"{}", "Content-Length: 50"),
            ):
                if server == "waitress":
                    # It reads bodies itself, and answers to broken ones itself.
                    continue
                status, problem = post(url, route, body, header)
                assert (status, problem["code"]) == (400, "invalid-body")
                assert problem["detail"] == f"The {name} did not arrive whole."
