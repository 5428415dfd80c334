"""A loopback HTTP server that answers as a test wants: well, slowly, oddly, or not."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from typing import BinaryIO

import trustme

#: Seconds. Nothing in a test may wait for longer, so that a failure is no hang.
PATIENCE = 60.0
DRIPPING_BODY = b"HTTP/1.1 200 Told\r\nContent-Length: 1000000\r\n\r\n"


@dataclass(frozen=True)
class Received:
    """One request, as it came over the wire; header names in lower case."""

    connection: int
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def payload(self) -> Any:
        return json.loads(self.body)

    @property
    def operation(self) -> str:
        return str(self.payload["operationName"])

    @property
    def input(self) -> Any:
        return self.payload["variables"]["input"]


class Wire:
    """The connection that a request came over, to answer on byte by byte."""

    def __init__(self, raw: socket.socket, stopping: threading.Event) -> None:
        self._raw = raw
        self._stopping = stopping
        self.ended = False

    def send(self, data: bytes) -> None:
        self._raw.sendall(data)

    def reply(
        self,
        body: bytes | str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        data = body.encode() if isinstance(body, str) else body
        sent = {"Content-Type": "application/json", "Content-Length": str(len(data))}
        sent.update(headers or {})
        lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        self.send(f"HTTP/1.1 {status} Told\r\n{lines}\r\n".encode() + data)

    def reply_json(self, answer: Any, **more: Any) -> None:
        self.reply(json.dumps(answer), **more)

    def drip(self, pause: float = 0.02, *, begun: bytes = DRIPPING_BODY) -> None:
        """A byte now and then, till the other side has had enough."""
        self.send(begun)
        while not self._stopping.wait(pause):
            self.send(b" ")

    def reset(self) -> None:
        self._raw.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self.end()

    def end(self) -> None:
        self.ended = True
        self._raw.close()

    def hold(self, released: threading.Event) -> None:
        """Say nothing till the test releases it."""
        if not released.wait(PATIENCE):
            raise AssertionError("nobody released this answer")

    def until_gone(self) -> None:
        """Wait until the other side closes the connection."""
        self._raw.settimeout(PATIENCE)
        with suppress(ConnectionError):
            self._raw.recv(1)


Handler = Callable[[Received, Wire], None]


class Upstream:
    """Serves on a free port of 127.0.0.1; every connection has a thread.

    By default ``cartCreate`` answers with an id made of the first item's sku, and
    authentication with a password made of the customer's id, so that a test can see
    whose answer it is.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.context = context
        self._handlers: dict[str, Handler] = {}
        self._stopping = threading.Event()
        self._lock = threading.Condition()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.connections = 0
        self.received: list[Received] = []
        scheme = "http" if context is None else "https"
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{scheme}://127.0.0.1:{self.port}/graphql"
        self._start(self._accept)

    def on(self, operation: str, handler: Handler) -> None:
        """Let a handler answer an operation, or ``"*"``: every request."""
        self._handlers[operation] = handler

    def operations(self) -> list[str]:
        """The names of the operations that came, in order."""
        return [request.operation for request in self.received]

    def wait_for(self, count: int) -> None:
        """Return once so many requests have come."""
        with self._lock:
            assert self._lock.wait_for(lambda: len(self.received) >= count, PATIENCE)

    def drop_connections(self) -> None:
        """Close every connection that is open, as a server does with idle ones."""
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Upstream:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop_connections()
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "a connection's thread did not end"

    def _start(self, target: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                number = self.connections
            self._start(self._serve, raw, number)

    def _serve(self, raw: socket.socket, number: int) -> None:
        with suppress(OSError):
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.context is not None:
                raw = self.context.wrap_socket(raw, server_side=True)
            with self._lock:
                self._open.add(raw)
            with raw.makefile("rb") as lines:
                while self._exchange(raw, lines, number):
                    pass
        with self._lock:
            self._open.discard(raw)
        raw.close()

    def _exchange(self, raw: socket.socket, lines: BinaryIO, number: int) -> bool:
        received = _read(lines, number)
        if received is None:
            return False
        with self._lock:
            self.received.append(received)
            self._lock.notify_all()
        wire = Wire(raw, self._stopping)
        handler = self._handlers.get("*")
        if handler is None:
            handler = self._handlers.get(received.operation, answer_well)
        handler(received, wire)
        return not wire.ended


def server_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    """TLS for a server here, or for one that an authority says has these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names or ("127.0.0.1",)).configure_cert(context)
    return context


def answer_well(received: Received, wire: Wire) -> None:
    """Zonos's response if all is well."""
    name, found = received.operation, None
    if name in ("cartCreate", "cartUpsert"):
        cart_id = f"cart_of_{received.input['items'][0]['sku']}"
        found = {"id": cart_id, "expiresAt": "2030-01-01T00:00:00Z"}
    elif name == "checkoutCustomerProfileAuthenticate":
        found = {"oneTimePassword": f"otp_of_{received.input['customerId']}"}
    elif name == "orderUpdateAccountOrderNumber":
        found = {"id": received.input["id"]}
    wire.reply_json({"data": {name: found}})


def reply_with(body: bytes | str, **more: Any) -> Handler:
    """A handler that always answers the same."""
    return lambda received, wire: wire.reply(body, **more)


def _well_after(wait: Callable[[Wire], object]) -> Handler:
    def handler(received: Received, wire: Wire) -> None:
        wait(wire)
        answer_well(received, wire)

    return handler


def answer_after(seconds: float) -> Handler:
    """A handler that answers well, and takes its time."""
    return _well_after(lambda wire: time.sleep(seconds))


def together(count: int) -> Handler:
    """Answers well once so many requests are under way at the same time."""
    all_came = threading.Barrier(count)
    return _well_after(lambda wire: all_came.wait(PATIENCE))


def _read(lines: BinaryIO, number: int) -> Received | None:
    """The next request, or ``None`` if the other side went before all of it came."""
    head: list[str] = []
    while line := lines.readline().decode("latin-1"):
        if line == "\r\n":
            break
        head.append(line.strip())
    else:
        return None
    method, path, _ = head[0].split()
    fields = (each.partition(":") for each in head[1:])
    headers = {name.strip().lower(): value.strip() for name, _, value in fields}
    length = int(headers.get("content-length", "0"))
    body = lines.read(length)
    if len(body) < length:
        return None
    return Received(number, method, path, headers, body)
