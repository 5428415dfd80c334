"""Blinker signals; the sender is the app, and none carries a secret.

For work that must happen use a handler instead, such as
``@zonos.cart_created_handler``: a signal's receivers are listeners.
"""

from __future__ import annotations

from blinker import Namespace

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
