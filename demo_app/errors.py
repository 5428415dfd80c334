"""Error pages that say what happened and where to go on."""

from __future__ import annotations

from flask import Flask
from flask import render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError


def not_found(error: Exception) -> ResponseReturnValue:
    return render_template("errors/404.html"), 404


def stale_form(error: Exception) -> ResponseReturnValue:
    return render_template("errors/400.html"), 400


def broken(error: Exception) -> ResponseReturnValue:
    """A page that asks nothing of database or session: they may be what broke."""
    return render_template("errors/500.html"), 500


def init_app(app: Flask) -> None:
    app.register_error_handler(404, not_found)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(500, broken)
