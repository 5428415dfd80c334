"""The panel that shows developers what happened in their last checkout."""

from __future__ import annotations

from flask import current_app
from flask import Flask


def shows_developer_panel() -> bool:
    return current_app.debug or bool(current_app.config["SHOP_DEVELOPER_PANEL"])


def checkout_limits() -> dict[str, int]:
    """Return how long a checkout may take, in milliseconds: what the panel draws."""
    settings = current_app.extensions["zonos"].settings
    return {
        "deadline": round(settings.deadline * 1000),
        "grace": round(settings.profile_grace * 1000),
    }


def init_app(app: Flask) -> None:
    app.add_template_global(shows_developer_panel)
    app.add_template_global(checkout_limits)
