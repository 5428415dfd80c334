"""Callbacks, flask-login and Flask-WTF's CSRF protection."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from ..state import State
from .finding import error
from .finding import Finding
from .finding import ok
from .finding import warning


def check(
    app: Flask, state: State, *, takes_webhooks: bool = False
) -> Iterator[Finding]:
    """Loaders, handlers, the ``LoginManager`` and CSRF protection.

    :param takes_webhooks: whether the webhook's route is on, as far as is known.
    """
    yield from _callbacks(state)
    yield from _before_calls(app, state)
    yield from _login_manager(app)
    yield _csrf(state, takes_webhooks)


def _csrf(state: State, takes_webhooks: bool) -> Finding:
    if not state.csrf_protected:
        return ok("CSRF", "No token is asked for: the routes check the origin.")
    remedy = "csrf.exempt(zonos.blueprint): the routes check the origin themselves."
    if takes_webhooks:
        return error(
            "CSRF",
            "Flask-WTF's CSRFProtect covers the Zonos routes. No webhook has its "
            "token, so each gets a 400 and orders do not arrive.",
            remedy,
        )
    return warning(
        "CSRF",
        "Flask-WTF's CSRFProtect covers the Zonos routes. Our page script sends the "
        "token; Zonos's own snippet and webhooks cannot.",
        remedy,
    )


def _callbacks(state: State) -> Iterator[Finding]:
    registered = state.callbacks
    if registered.cart_loader is None:
        yield error(
            "callbacks",
            "@zonos.cart_loader is not registered, so no checkout can be opened.",
            "Decorate a function that returns the shopper's Cart. Is the module that "
            "holds it imported where the app is made?",
        )
    if registered.customer_loader is None:
        yield warning(
            "callbacks",
            "@zonos.customer_loader is not registered: everybody is a guest.",
            "Decorate a function that returns a CustomerProfile for a user.",
        )
    if registered.order_handler is None:
        yield warning(
            "callbacks",
            "@zonos.order_handler is not registered: orders do not reach the shop.",
            "Decorate a function that stores an order, with a unique key on its id.",
        )
    if None not in (
        registered.cart_loader,
        registered.customer_loader,
        registered.order_handler,
    ):
        yield ok("callbacks", "Cart loader, customer loader and order handler are set.")


def _before_calls(app: Flask, state: State) -> Iterator[Finding]:
    if "sqlalchemy" not in app.extensions:
        return
    if state.callbacks.before_calls is None:
        yield warning(
            "callbacks",
            "@zonos.before_calls is not registered: a database connection that a "
            "loader or the user loader took is held while Zonos is awaited, so a slow "
            "Zonos empties the pool and stops every page.",
            "Decorate a function that calls db.session.commit(). Not remove(), which "
            "would detach current_user.",
        )
    else:
        yield ok("callbacks", "@zonos.before_calls can give the connection back.")


def _login_manager(app: Flask) -> Iterator[Finding]:
    manager = getattr(app, "login_manager", None)
    if manager is None:
        yield error(
            "flask-login",
            "This app has no LoginManager, so nobody can be recognised.",
            "Call login_manager.init_app(app).",
        )
        return
    loaders = (
        getattr(manager, "_user_callback", None),
        getattr(manager, "_request_callback", None),
    )
    if loaders == (None, None):
        yield error(
            "flask-login",
            "The LoginManager has no user loader, so every session fails.",
            "Decorate a function with @login_manager.user_loader.",
        )
    elif manager.session_protection is None:
        yield warning(
            "flask-login",
            "session_protection is off: a stolen session cookie works anywhere.",
            'Leave login_manager.session_protection at "basic", or set "strong".',
        )
    else:
        yield ok("flask-login", "There is a LoginManager with a user loader.")
