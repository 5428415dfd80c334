"""Servers on ports of their own: a Flask app for a real browser, and a sandbox."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from typing import Any
from typing import cast
from wsgiref.types import StartResponse
from wsgiref.types import WSGIApplication
from wsgiref.types import WSGIEnvironment

import pytest
from flask import Flask
from werkzeug.serving import make_server
from werkzeug.serving import WSGIRequestHandler

from flask_zonos.sandbox import Sandbox


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """The app's address, for as long as it is wanted."""
    server = make_server(
        "127.0.0.1", 0, whole(app), threaded=True, request_handler=_Quiet
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def whole(app: Flask) -> WSGIApplication:
    """The app with each answer read whole before it is sent.

    Werkzeug's server does not close a file that it sends to a browser that goes away.
    """

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        with closing(cast(Any, app(environ, start))) as parts:
            return [b"".join(parts)]

    return answer


@pytest.fixture(scope="module")
def running_sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Iterator[Sandbox]:
    """The module's sandbox, with nothing in it."""
    yield running_sandbox
    running_sandbox.state.reset()
