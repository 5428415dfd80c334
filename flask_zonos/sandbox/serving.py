"""The sandbox's web server: Werkzeug's, but with connections that stay open.

Zonos keeps connections open, so a shop's client must be able to try that here.
Werkzeug's handler closes each one, because it cannot know whether a request's body has
been read to its end. This one reads the body before the application runs.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import closing
from contextlib import suppress
from http import HTTPStatus
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.serving import ThreadedWSGIServer
from werkzeug.serving import WSGIRequestHandler
from werkzeug.test import run_wsgi_app
from werkzeug.wsgi import ClosingIterator

from .control.connection_faults import Dropped
from .control.options import Options
from .state import KEY
from .state import State

#: Bytes. Far more than any cart, and little enough to be held in memory.
LARGEST_BODY = 16 * 1024 * 1024
#: Seconds for the first request on a connection that is not kept.
_PATIENCE = 75


class Unread(Exception):
    """The rest of a request stands unread, so the connection cannot go on."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class Handler(WSGIRequestHandler):
    """Serve without a log line, on one connection, and cut it where a fault says so."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    options: Options
    quiet = True

    def setup(self) -> None:
        """Get ready for the requests of one connection."""
        super().setup()
        self.connection.settimeout(self.options.keep_alive or _PATIENCE)

    def run_wsgi(self) -> None:
        """Serve one request."""
        environ = self.make_environ()
        self.close_connection |= not self.options.keep_alive
        try:
            environ["wsgi.input"] = BytesIO(self._body(environ))
            environ["wsgi.input_terminated"] = True
            body, status, headers = run_wsgi_app(self.server.app, environ)
            with closing(ClosingIterator(body)):
                self._answer(status, headers, body)
        except Unread as unread:
            self.close_connection = True
            self.send_error(unread.status)
        except ConnectionError as error:
            self.connection_dropped(error, environ)

    def _body(self, environ: dict[str, Any]) -> bytes:
        """The request's body, to its end."""
        if environ.get("wsgi.input_terminated"):
            length = LARGEST_BODY + 1
        else:
            text = environ.get("CONTENT_LENGTH") or "0"
            if not (text.isascii() and text.isdigit()):
                raise Unread(HTTPStatus.BAD_REQUEST)
            length = int(text)
            if length > LARGEST_BODY:
                raise Unread(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            body = _read(environ["wsgi.input"], length)
        except TimeoutError:
            raise Unread(HTTPStatus.REQUEST_TIMEOUT) from None
        except ConnectionError:
            raise
        except OSError:  # Werkzeug's word for chunks that are none
            raise Unread(HTTPStatus.BAD_REQUEST) from None
        if len(body) > LARGEST_BODY:
            raise Unread(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return body

    def _answer(self, status: str, headers: Headers, body: Iterable[bytes]) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        bare = self.command == "HEAD" or code in ("204", "304")
        if not bare and "Content-Length" not in headers:
            self.close_connection = True  # nothing else shows where the body ends
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        for part in body:
            self.wfile.write(part)

    def log(self, type: str, message: str, *args: object) -> None:
        """Write a line about a request, unless the server is a quiet one."""
        if not self.quiet:
            super().log(type, message, *args)

    def connection_dropped(
        self, error: BaseException, environ: dict[str, Any] | None = None
    ) -> None:
        """Reset the connection if that was asked for, so that the client sees it."""
        self.close_connection = True
        if isinstance(error, Dropped):
            # Lingering for no time makes the closing of the socket a reset.
            linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            socket.socket(fileno=self.connection.detach()).close()


def _read(stream: Any, length: int) -> bytes:
    parts = []
    while length > 0:
        part = stream.read(length)
        if not part:
            break
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


class Server(ThreadedWSGIServer):
    """A thread for each connection; closing it waits for those that are busy."""

    daemon_threads = False
    block_on_close = True

    def __init__(self, host: str, port: int, app: Flask, quiet: bool = True) -> None:
        state: State = app.extensions[KEY]
        own = {"quiet": quiet, "options": state.options}
        handler = type("Handler", (Handler,), own)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # Werkzeug would end the process where a port is taken.
        with socket.create_server((host, port), family=family, backlog=128) as bound:
            super().__init__(host, port, app, handler, fd=bound.fileno())
        self._open: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        """The next connection, kept in mind until it is closed."""
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """Close the reading side of all connections, also of idle ones."""
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RD)
