"""A small shop: the app, its settings and its extensions."""

import secrets

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
        # A restart signs everybody out until the environment has keys of its own:
        # FLASK_SECRET_KEY and FLASK_SECURITY_PASSWORD_SALT.
        SECRET_KEY=secrets.token_urlsafe(),
        SECURITY_PASSWORD_SALT=secrets.token_urlsafe(),
        # It would ask the internet; a mail that is confirmed proves more.
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_REGISTERABLE=True,
        SECURITY_SEND_REGISTER_EMAIL=False,
        SESSION_COOKIE_SAMESITE="Lax",
        SQLALCHEMY_DATABASE_URI="sqlite:///shop.sqlite3",
    )
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
