"""The sandbox with a schema, a clock, a certificate or a key that it has not."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from importlib.resources import files
from typing import Any

from flask import request
from flask import Response
from graphql import build_schema
from graphql import GraphQLObjectType
from graphql import GraphQLSchema
from werkzeug.serving import make_server
from werkzeug.serving import WSGIRequestHandler

from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.graph.documents import Documents

SDL = (files("flask_zonos") / "sandbox" / "graph" / "schema.graphql").read_text(
    encoding="utf-8"
)

Change = tuple[str, str]


class AlteredSandbox(Sandbox):
    """A sandbox with pieces of its schema replaced, each of which must be there once.

    It executes what it shows: what is still there is answered as before.
    """

    def __init__(self, *changes: Change) -> None:
        super().__init__()
        self._changes = changes

    def start(self) -> None:
        super().start()
        text = SDL
        for old, new in self._changes:
            assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
            text = text.replace(old, new)
        self.state.schema = _with_resolvers_of(self.state.schema, build_schema(text))
        self.state.documents = Documents(self.state.schema)


def _with_resolvers_of(real: GraphQLSchema, altered: GraphQLSchema) -> GraphQLSchema:
    for name, type_ in altered.type_map.items():
        before = real.type_map.get(name)
        if not isinstance(type_, GraphQLObjectType):
            continue
        if isinstance(before, GraphQLObjectType):
            for field_name, field in type_.fields.items():
                if field_name in before.fields:
                    field.resolve = before.fields[field_name].resolve
    return altered


def know_no_deprecated_inputs(sandbox: Sandbox) -> None:
    """Let it refuse what servers did before GraphQL had deprecated arguments."""

    @sandbox.app.before_request
    def refuse() -> Response | None:
        if b"args(includeDeprecated" not in request.get_data():
            return None
        told = b'{"errors": [{"message": "Unknown argument"}], "data": null}'
        return Response(told, 400, content_type="application/json")


def accept_another_key(sandbox: Sandbox, key: str) -> None:
    """Let a second secret key open what the first one does."""

    @sandbox.app.before_request
    def exchange() -> None:
        if request.headers.get("credentialToken") == key:
            request.environ["HTTP_CREDENTIALTOKEN"] = sandbox.credential_token


@contextmanager
def served_again(
    sandbox: Sandbox, *, clock: float | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[dict[str, Any]]:
    """The settings of a shop for the same sandbox behind another server.

    :param clock: what time it says it is, in seconds since the epoch.
    :param tls: with its certificate; by plain http without.
    """

    class Handler(WSGIRequestHandler):
        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate(clock, usegmt=True)

        def log(self, type: str, message: str, *args: object) -> None:
            pass

    server = make_server(
        "127.0.0.1",
        0,
        sandbox.app,
        threaded=True,
        request_handler=Handler,
        ssl_context=tls,
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    url = f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_port}"
    try:
        yield {
            name: value.replace(sandbox.url, url) if isinstance(value, str) else value
            for name, value in sandbox.settings.items()
        }
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
