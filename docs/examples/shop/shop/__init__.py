"""A small shop: the app, its settings and its extensions."""

import json
import secrets
from pathlib import Path

from flask import Flask
from flask_security import Security
from flask_security import SQLAlchemyUserDatastore
from flask_wtf import CSRFProtect

from . import pages
from .checkout import zonos
from .models import add_products
from .models import db
from .models import Role
from .models import User

csrf = CSRFProtect()


def create_app(config=None):
    """Make the app; ``config`` goes before the environment's ``FLASK_...``."""
    app = Flask(__name__)
    app.config.update(
        # It would ask the internet; a mail that is confirmed proves more.
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_REGISTERABLE=True,
        SECURITY_SEND_REGISTER_EMAIL=False,
        SESSION_COOKIE_SAMESITE="Lax",
        SQLALCHEMY_DATABASE_URI="sqlite:///shop.sqlite3",
    )
    load_keys(app)
    app.config.from_prefixed_env()
    app.config.update(config or {})

    db.init_app(app)
    csrf.init_app(app)
    # flask-login is inside: Flask-Security makes the LoginManager.
    Security(app, SQLAlchemyUserDatastore(db, User, Role))
    zonos.init_app(app)
    # The routes check the origin themselves, and a webhook has no token of a page.
    csrf.exempt(zonos.blueprint)

    app.register_blueprint(pages.blueprint)
    app.cli.command("init")(add_products)
    return app


def load_keys(app):
    """Load this machine's keys, which the first start makes."""
    path = Path(app.instance_path, "keys.json")
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        names = ("SECRET_KEY", "SECURITY_PASSWORD_SALT")
        path.write_text(json.dumps({name: secrets.token_urlsafe() for name in names}))
    app.config.from_file(path, load=json.load)
