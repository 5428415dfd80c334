"""Vindstille: a small Danish design shop that shows how flask-zonos is used.

``python -m demo_app`` runs it, with a Zonos of its own on this machine.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from . import account
from . import accounts
from . import cart
from . import catalog
from . import developer
from . import errors
from . import headers
from . import language
from . import order_pages
from . import own_checkout
from . import presentation
from .models import db
from .samples import prepare_database
from .zonos import zonos

ROOT = Path(__file__).parent.parent
csrf = CSRFProtect()


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Return the shop.

    Settings come from ``config``, else from the environment: ``ZONOS_...`` by their own
    names, Flask's and the shop's as ``FLASK_...``, the database as ``DATABASE_URL``,
    and as ``SHOP_INSTANCE`` the folder for what is kept.

    ``FLASK_SHOP_SUCCESS_PAGE``, one of Zonos's values of ``successBehavior``, lets the
    checkout itself lead to ``/thanks``: ``REDIRECT_TO_SUCCESS_PAGE``, ``CLOSE_MODAL``.

    For several processes or machines there are ``REDIS_URL`` (sessions and limits),
    ``CELERY_BROKER_URL`` (workers that take the orders) and ``FLASK_SHOP_PROXIES`` (how
    many stand before the shop); they need ``pip install flask-zonos[scale]``.
    """
    app = Flask(
        __name__,
        static_folder=str(ROOT / "static"),
        instance_path=os.environ.get("SHOP_INSTANCE", str(ROOT / "instance")),
    )
    app.config.update(
        SESSION_COOKIE_NAME="vindstille",
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_NAME="vindstille_remember",
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_HTTPONLY=True,
        SHOP_DEVELOPER_PANEL=False,
        SHOP_CLICK_LIMIT="30/minute",
        SHOP_PROXIES=0,
        SHOP_SUCCESS_PAGE=None,  # the cart page leads to the order by itself
        REDIS_URL=os.environ.get("REDIS_URL"),
        CELERY_BROKER_URL=os.environ.get("CELERY_BROKER_URL"),
        SQLALCHEMY_DATABASE_URI=os.environ.get(
            "DATABASE_URL", "sqlite:///vindstille.sqlite3"
        ),
    )
    app.config.from_prefixed_env()
    app.config.from_mapping(config or {})
    if not app.secret_key:
        app.secret_key = kept_secret(Path(app.instance_path))

    db.init_app(app)
    csrf.init_app(app)
    accounts.init_app(app)
    zonos.init_app(app)
    csrf.exempt(zonos.blueprint)  # its routes check where a request comes from

    language.init_app(app)
    presentation.init_app(app)
    developer.init_app(app)
    headers.init_app(app)
    errors.init_app(app)
    for module in (catalog, cart, own_checkout, order_pages, account):
        app.register_blueprint(module.blueprint)

    spread_out(app)

    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            keep_private(db.engine.url.database)
        prepare_database()
    return app


def spread_out(app: Flask) -> None:
    """Share with other processes what the settings say; import only what they ask."""
    if app.config["REDIS_URL"]:
        from . import limits
        from . import sessions

        sessions.init_app(app, app.config["REDIS_URL"])
        limits.init_app(app, app.config["REDIS_URL"])
    if app.config["CELERY_BROKER_URL"]:
        from . import tasks

        tasks.init_app(app, app.config["CELERY_BROKER_URL"])
    if proxies := int(app.config["SHOP_PROXIES"]):
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )


def keep_private(database: str | None) -> None:
    """Let nobody else on this machine read an SQLite database of shoppers.

    SQLite gives the files that it makes beside a database the same rights.
    """
    if database and database != ":memory:":
        path = Path(database)
        path.touch(mode=0o600)
        path.chmod(0o600)


def kept_secret(folder: Path) -> str:
    """Return a secret key of this machine's own, the same after a restart."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "secret_key"
    if not path.exists():
        # Whole or not at all, and the first of several processes wins.
        with NamedTemporaryFile("w", dir=folder) as draft:
            draft.write(secrets.token_hex(32))
            draft.flush()
            with suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_text()
