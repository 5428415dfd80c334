"""The sandbox as a Flask application."""

from __future__ import annotations

from typing import Any

from flask import Flask

from . import checkout
from . import endpoint
from . import guard
from . import script
from .graph import build_graph
from .options import Options
from .state import KEY
from .state import State
from .store import Store


def create_sandbox(database: str = ":memory:", **options: Any) -> Flask:
    """A Zonos on this machine, as a WSGI application.

    :param database: a file's path, or ``":memory:"`` for one that is forgotten
    :param options: what :class:`~flask_zonos.sandbox.options.Options` knows
    """
    # No settings are read from outside: those of the shop are not the sandbox's.
    app = Flask(__name__, static_url_path="/sandbox-static")
    app.extensions[KEY] = State(
        store=Store(database), options=Options(**options), schema=build_graph()
    )
    guard.install(app)
    app.register_blueprint(endpoint.blueprint)
    app.register_blueprint(script.blueprint)
    app.register_blueprint(checkout.blueprint)
    return app


def close_sandbox(app: Flask) -> None:
    """Close what a sandbox holds open."""
    state: State = app.extensions[KEY]
    state.store.close()
