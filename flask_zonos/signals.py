"""Blinker signals; the sender is the app, and none carries a secret.

For work that must happen use a handler instead, such as
``@zonos.cart_created_handler``: a signal's receivers are listeners.
"""

from __future__ import annotations

import logging
from typing import Any

from blinker import NamedSignal
from blinker import Namespace
from flask import Flask

logger = logging.getLogger(__name__)

_signals = Namespace()

#: A cart was made: ``cart_id``, ``cart``, ``recognition``.
cart_created = _signals.signal("zonos-cart-created")

#: A shopper checks out with less than a profile: ``reason``.
profile_skipped = _signals.signal("zonos-profile-skipped")

#: A checkout could not be opened, or not go on for the stock check failed: ``code``,
#: ``error``, and ``request_id`` (Zonos's, else ``None``).
checkout_failed = _signals.signal("zonos-checkout-failed")

#: An order was handled: ``order``, ``event``. Sent where the order handler runs.
order_received = _signals.signal("zonos-order-received")

#: A webhook brought no order: ``reason``, once it is proven ``kind`` and ``order_id``
#: (else ``None``). Not proven: ``no-secret``, ``wrong-secret``, ``not-verified``,
#: ``too-large``, ``invalid-body``, ``unsupported-encoding``. Proven, but done with:
#: ``unknown-kind``, ``no-order``, ``other-mode``, ``other-organization``.
webhook_rejected = _signals.signal("zonos-webhook-rejected")

#: A call to Zonos ended, or nobody waits for it any more: ``operation``, ``seconds``,
#: ``status`` (of HTTP, else ``None``), ``retries`` (0 or 1) and ``outcome``: ``ok``,
#: ``connection-failed``, ``timeout``, ``server-error``, ``unauthorized``,
#: ``rate-limited``, ``bad-response``, ``graphql-errors`` or ``abandoned`` (its cart
#: failed). Sent on the thread that waited; the client sends it where no app has it.
zonos_called = _signals.signal("zonos-called")


def send_signal(signal: NamedSignal, sender: object, **values: Any) -> None:
    """Send a signal; a receiver that fails is logged, for it must not cost a sale.

    Where the app's exceptions propagate it is raised.
    """
    if not isinstance(sender, Flask):
        try:
            signal.send(sender, **values)
        except Exception:
            logger.exception("A receiver of the signal %s failed", signal.name)
        return
    try:
        signal.send(sender, _async_wrapper=sender.ensure_sync, **values)
    except Exception:
        if propagates_exceptions(sender):
            raise
        sender.logger.exception("A receiver of the signal %s failed", signal.name)


def propagates_exceptions(app: Flask) -> bool:
    """Return whether the app raises errors of the shop, as in debug and in tests."""
    propagate = app.config["PROPAGATE_EXCEPTIONS"]
    return app.testing or app.debug if propagate is None else bool(propagate)
