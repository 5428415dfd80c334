"""``celery --app demo_app.worker worker``: takes the orders that the shops queue."""

from __future__ import annotations

from typing import Any

from celery.signals import worker_process_init

from . import create_app
from .models import db

shop = create_app()
if "celery" not in shop.extensions:
    raise SystemExit(
        "Set CELERY_BROKER_URL, the same for the shops and for the worker."
    )
celery = shop.extensions["celery"]


@worker_process_init.connect  # type: ignore[untyped-decorator]
def leave_the_parents_connections(**_: Any) -> None:
    """A connection to PostgreSQL must not be used on both sides of a fork."""
    with shop.app_context():
        db.engine.dispose(close=False)
