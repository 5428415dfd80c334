"""Bodies as a socket may carry them: what is too long or broken is refused in words."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import pytest

from flask_zonos.web.endpoint import LARGEST_BODY
from flask_zonos.web.webhook_body import LARGEST_BODY as LARGEST_WEBHOOK

from ..support.fixtures import MakeShop
from ..support.servers import end
from ..support.servers import served
from ..support.serving import serve
from ..support.upstream import PATIENCE
from ..support.upstream import Upstream

SECRET = "a-long-random-value"
CHUNKED = "Transfer-Encoding: chunked"
END = b"0\r\n\r\n"


def chunks(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def post(
    url: str, route: str, body: bytes, header: str, *, ends: bool = False
) -> tuple[int, Any]:
    """Status and problem of the response to these very bytes.

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
            return response.status, json.loads(told) if is_problem else None


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


@pytest.mark.process
@pytest.mark.parametrize("server", ["flask run", "gunicorn gthread", "waitress"])
def test_a_body_of_any_form_is_read_whole_or_refused_in_words(
    make_a_shop: MakeShop, upstream: Upstream, server: str
) -> None:
    with serving(server, make_a_shop, upstream) as url:
        for route, name, well, most in (
            ("cart-info", "request", 200, LARGEST_BODY),
            ("webhooks", "webhook", 204, LARGEST_WEBHOOK),
        ):
            # An object that would be one as well if its end were cut off.
            whole = b"{}".ljust(most)
            parts = chunks(*(whole[i : i + 8192] for i in range(0, most, 8192)))
            for body, header in (
                (chunks(b'{"a"', b": 1", b"}") + END, CHUNKED),
                (parts + END, CHUNKED),
                (whole, f"Content-Length: {most}"),
            ):
                assert post(url, route, body, header)[0] == well

            for body, header in (
                (parts + chunks(b" ") + END, CHUNKED),
                (parts * 3 + END, CHUNKED),
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
                status, problem = post(url, route, body, header, ends=True)
                assert (status, problem["code"]) == (400, "invalid-body")
                assert problem["detail"] == f"The {name} did not arrive whole."
