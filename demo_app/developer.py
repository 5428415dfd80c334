"""The panel that shows developers what happened in their last checkout."""

from __future__ import annotations

from flask import current_app
from flask import Flask


def shows_developer_panel() -> bool:
    return current_app.debug or bool(current_app.config["SHOP_DEVELOPER_PANEL"])


def checkout_limits() -> dict[str, float]:
    """Return how long a checkout may take, in seconds, as the settings have it."""
    settings = current_app.extensions["zonos"].settings
    return {"deadline": settings.deadline, "grace": settings.profile_grace}


def init_app(app: Flask) -> None:
    app.add_template_global(shows_developer_panel)
    app.add_template_global(checkout_limits)
