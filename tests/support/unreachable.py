"""Hosts that cannot be reached, each as a row: the error of a call, and its log."""

from __future__ import annotations

import socket
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextlib import contextmanager
from contextlib import ExitStack
from contextlib import nullcontext
from dataclasses import dataclass
from threading import Event
from typing import Any
from unittest.mock import patch

import trustme

from flask_zonos import APIError
from flask_zonos import ConnectionFailed
from flask_zonos import TimedOut

from .upstream import PATIENCE
from .upstream import server_context
from .upstream import Upstream


@dataclass(frozen=True)
class Unreachable:
    """A host that no response can be had of.

    :ivar address: its address while it is so; takes the authority that is trusted.
    :ivar sent: whether a request may have arrived.
    :ivar connect: seconds for a connection.
    :ivar deadline: seconds for all.
    """

    address: Callable[[trustme.CA], AbstractContextManager[str]]
    error: type[APIError]
    log: str
    sent: bool = False
    connect: float = PATIENCE
    deadline: float = PATIENCE


@contextmanager
def failing_resolver(code: int, seconds: float) -> Iterator[str]:
    """Stand in for the machine's resolver, which may take long to know nothing."""
    over = Event()

    def resolve(*arguments: Any, **more: Any) -> Any:
        over.wait(seconds)
        raise socket.gaierror(code, "no answer")

    # No mock of unittest's: it would keep each call, and its arguments.
    with patch.object(socket, "getaddrinfo", resolve):
        try:
            yield "https://zonos.invalid/graphql"
        finally:
            over.set()


@contextmanager
def full_backlog() -> Iterator[tuple[str, int]]:
    """An address whose kernel answers no further SYN."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server, ExitStack() as up:
        for _ in range(4):
            waiting = up.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(server.getsockname())
        yield server.getsockname()


@contextmanager
def taking_no_connection(trusted: trustme.CA) -> Iterator[str]:
    with full_backlog() as (host, port):
        yield f"http://{host}:{port}/graphql"


@contextmanager
def stalling_handshake(trusted: trustme.CA) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield f"https://127.0.0.1:{silent.getsockname()[1]}/graphql"


@contextmanager
def of_another_name(trusted: trustme.CA) -> Iterator[str]:
    with Upstream(server_context(trusted, "elsewhere.example")) as upstream:
        yield upstream.url
    assert upstream.received == []


UNREACHABLE = {
    "refuses": Unreachable(
        lambda trusted: nullcontext("http://127.0.0.1:9/graphql"),
        ConnectionFailed,
        "no connection (ConnectionRefusedError)",
    ),
    "unknown to DNS": Unreachable(
        lambda trusted: failing_resolver(socket.EAI_NONAME, 0),
        ConnectionFailed,
        "no connection (gaierror)",
    ),
    "silent name server": Unreachable(
        lambda trusted: failing_resolver(socket.EAI_AGAIN, PATIENCE),
        TimedOut,
        "response in time",
        sent=True,
        deadline=0.2,
    ),
    "takes no connection": Unreachable(
        taking_no_connection, TimedOut, "no connection in time", connect=0.1
    ),
    "stalls in the handshake": Unreachable(
        stalling_handshake, TimedOut, "no connection in time", connect=0.1
    ),
    "another's certificate": Unreachable(
        of_another_name, ConnectionFailed, "TLS failed"
    ),
}
