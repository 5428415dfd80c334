"""The sandbox as a Flask application."""

from __future__ import annotations

from typing import Any

from flask import Flask

from . import guard
from .checkout import frame
from .checkout import script
from .control import events
from .control import inspector
from .control import routes
from .control.options import Options
from .graph import endpoint
from .graph.delivery import Deliverer
from .graph.schema import build_graph
from .state import KEY
from .state import State
from .storage.store import Store

_DELIVERER = "zonos-sandbox-deliverer"


def create_sandbox(
    database: str = ":memory:", *, reset: bool = False, **options: Any
) -> Flask:
    """A Zonos on this machine, as a WSGI application.

    A thread of it delivers webhooks, until :func:`close_sandbox`.

    :param database: a file's path, or ``":memory:"`` for one that is forgotten
    :param reset: forget what the file holds
    :param options: what :class:`~flask_zonos.sandbox.control.options.Options` knows
    :raises ValueError: for a file that cannot be used, or an option that does not fit
    """
    # No settings are read from outside: those of the shop are not the sandbox's.
    app = Flask(__name__, static_url_path="/sandbox-static")
    settings = Options(**options)
    state = State(
        store=Store(database, reset), options=settings, schema=build_graph(settings)
    )
    app.extensions[KEY] = state
    guard.install(app)
    for part in (frame, routes, endpoint, events, inspector, script):
        app.register_blueprint(part.blueprint)
    app.extensions[_DELIVERER] = Deliverer(state)
    app.extensions[_DELIVERER].start()
    return app


def close_sandbox(app: Flask) -> None:
    """End a sandbox's thread and close its database."""
    state: State = app.extensions[KEY]
    state.faults.stopping.set()
    app.extensions[_DELIVERER].stop()
    state.store.close()
