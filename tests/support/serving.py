"""A Flask app on a port of its own, for a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from typing import Any
from typing import cast
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse
    from _typeshed.wsgi import WSGIApplication
    from _typeshed.wsgi import WSGIEnvironment


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """The app's address, for as long as it is wanted."""
    server = make_server("127.0.0.1", 0, whole(app), threaded=True)
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
