"""Faults of an upstream, each as a handler of the loopback server."""

from __future__ import annotations

import json
from typing import Any

from .upstream import DRIPPING_BODY
from .upstream import Handler
from .upstream import Received
from .upstream import reply_with
from .upstream import Wire

AUTHENTICATE = "checkoutCustomerProfileAuthenticate"
CART = "cartCreate"
REQUEST_ID = "req_7d3c0d1e"

#: Upstream's own words, which neither a shopper nor a log may get.
TOLD = "upstream speaks of secret-sauce"

_WITH_ID = {"X-Request-Id": REQUEST_ID}


def says(body: object, status: int = 200, **headers: Any) -> Handler:
    """Answers with these bytes, or with this as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return reply_with(raw, status=status, headers={**_WITH_ID, **headers})


def errors(*types: str | None, data: Any = None, status: int = 200) -> Handler:
    """Answers with GraphQL errors of these classes."""
    found = [
        {
            "message": TOLD,
            "path": [CART],
            "extensions": {"requestId": REQUEST_ID} | ({"errorType": t} if t else {}),
        }
        for t in types
    ]
    return says({"data": data, "errors": found}, status)


def hangs(received: Received, wire: Wire) -> None:
    """Takes the request, and never answers."""
    wire.until_gone()
    wire.ended = True


def drips_after(begun: bytes) -> Handler:
    """Begins so, and goes on a byte at a time, each well within the time of a read."""
    return lambda received, wire: wire.drip(0.01, begun=begun)


def resets(received: Received, wire: Wire) -> None:
    """Resets the connection."""
    wire.reset()


def sends(raw: bytes) -> Handler:
    """Writes these bytes, and closes."""

    def handler(received: Received, wire: Wire) -> None:
        wire.send(raw)
        wire.ended = True

    return handler


#: Closes the connection without a word.
closes = sends(b"")
#: Promises more than it sends.
truncates = sends(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"data": {"ca')
#: Sends more than anybody asked for.
endless = sends(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 80 * 65536)
drips = drips_after(DRIPPING_BODY)
