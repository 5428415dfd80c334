"""A Flask app with flask-login, which the Flask shops build on."""

from __future__ import annotations

from flask import Flask
from flask_login import login_user
from flask_login import LoginManager
from flask_login import UserMixin


class User(UserMixin):  # type: ignore[misc]
    """The one customer of the benchmark."""

    id = "1"


def create_account_app() -> Flask:
    """An app where ``GET /login`` signs in."""
    app = Flask("bench")
    app.secret_key = "bench_secret_key"
    login_manager = LoginManager(app)
    user = User()

    @login_manager.user_loader  # type: ignore[untyped-decorator]
    def load_user(user_id: str) -> User:
        return user

    @app.get("/login")
    def login() -> str:
        login_user(user)
        return "signed in"

    return app
