"""Error pages that say what happened and where to go on."""

from __future__ import annotations

from flask import current_app
from flask import Flask
from flask import render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException


def not_found(error: Exception) -> ResponseReturnValue:
    return render_template("errors/404.html"), 404


def stale_form(error: Exception) -> ResponseReturnValue:
    return render_template("errors/400.html"), 400


def refused(error: HTTPException) -> ResponseReturnValue:
    """The page of errors without one of their own: method, size, rate."""
    # As it would be without us: with its status, and with headers like `Allow`.
    response = error.get_response()
    response.set_data(render_template("errors/refused.html"))
    return response


def broken(error: Exception) -> ResponseReturnValue:
    """A page that asks nothing of database or session: they may be what broke."""
    # Not by render_template(), which looks for who is signed in first.
    return current_app.jinja_env.get_template("errors/500.html").render(), 500


def init_app(app: Flask) -> None:
    app.register_error_handler(404, not_found)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(500, broken)
