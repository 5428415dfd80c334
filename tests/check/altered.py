"""A Zonos whose schema, clock or manners are not as they were."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from importlib.resources import files
from typing import Any

from graphql import build_schema
from graphql import graphql_sync

SDL = (files("flask_zonos") / "sandbox" / "schema.graphql").read_text(encoding="utf-8")


def altered(*changes: tuple[str, str]) -> str:
    """The schema with pieces of its text replaced, each of which must be there once."""
    text = SDL
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return text


@contextmanager
def serve(
    sdl: str = SDL,
    *,
    clock: float | None = None,
    old_introspection: bool = False,
    tls: ssl.SSLContext | None = None,
) -> Iterator[dict[str, Any]]:
    """Serve a schema on this machine; the settings of a shop for it.

    :param clock: what time it says it is, in seconds since the epoch.
    :param old_introspection: know nothing of deprecated arguments.
    :param tls: with its certificate; by plain http without.
    """
    schema = build_schema(sdl)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if old_introspection and "args(includeDeprecated" in body["query"]:
                self.answer({"errors": [{"message": "Unknown argument"}]})
                return
            result = graphql_sync(schema, body["query"])
            self.answer({"data": result.data})

        def do_GET(self) -> None:
            self.answer({})

        def answer(self, value: dict[str, Any]) -> None:
            content = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate(clock, usegmt=True)

        def handle(self) -> None:
            # A client that does not trust us hangs up.
            with suppress(ssl.SSLError, ConnectionError):
                super().handle()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        scheme = "http" if tls is None else "https"
        url = f"{scheme}://127.0.0.1:{server.server_port}"
        try:
            yield {
                "ZONOS_API_URL": f"{url}/graphql",
                "ZONOS_SCRIPT_URL": f"{url}/dist/scripts/loadZonos.js",
                "ZONOS_CREDENTIAL_TOKEN": "a-secret-token",
                "ZONOS_API_KEY": "",
                "ZONOS_STORE_ID": 1,
            }
        finally:
            server.shutdown()
            thread.join()
