"""Rate limits by address, counted by all processes together in Redis.

Only imported where ``REDIS_URL`` is set. Sign-ins have a limit of their own:
``login_throttle.py``.
"""

from __future__ import annotations

from flask import Flask
from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from .zonos import zonos

#: Zonos's webhooks prove themselves, and all come from few addresses.
UNLIMITED = {"zonos.webhooks", "zonos.static"}


def init_app(app: Flask, redis_url: str) -> None:
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=redis_url,
        # An error in counting must not stop a sale. Sessions need Redis all the same.
        swallow_errors=True,
    )
    limiter.limit(
        app.config["SHOP_CLICK_LIMIT"],
        exempt_when=lambda: request.endpoint in UNLIMITED,
    )(zonos.blueprint)
