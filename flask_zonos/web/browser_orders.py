"""Orders that the browser names: in the page's notification, or in a redirect.

Anyone may send these, so only a few are fetched at a time, and none waits for a slot
that a cart could take. What is not fetched now comes by webhook.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from datetime import timedelta
from datetime import UTC

from flask import current_app

from ..api.order import Order
from ..errors import ZonosError
from ..orders.receiver import dispatch_order
from ..orders.receiver import foreign_outcome
from ..orders.receiver import OrderEvent
from ..orders.references import Lookup
from ..state import signal_exception
from ..state import State
from .caching import disable_caching
from .cart_cookie import has_carts
from .cart_cookie import may_show

#: How old an order may be whose redirect has no more than Zonos's number.
NUMBERED_SINCE = timedelta(hours=1)

logger = logging.getLogger(__name__)


def handle_order_notification(state: State, lookup: Lookup) -> None:
    """Fetch the order ahead of its webhook and dispatch it.

    What the order handler raises is signalled as Flask does, and raised where
    exceptions propagate.
    """
    with _slot(state) as free:
        order = _fetch(state, lookup) if free else None
        if order is not None:
            _dispatch(state, order)


def find_redirected_order(state: State, lookup: Lookup | None) -> Order | None:
    """Return the order of a success page's address, if it may be shown there.

    ``None`` where it is not there yet, where it is not this shopper's, and where Zonos
    cannot be asked now.

    :raises ConfigurationError: if the app has no ``LoginManager``.
    """
    # The same address shows something else to another, and a little later.
    disable_caching("private, no-store")
    if lookup is None:
        return None
    with _slot(state) as free:
        order = _fetch(state, lookup) if free else None
    if order is None or foreign_outcome(state, order) is not None:
        return None
    return order if may_show(state, order) else None


@contextmanager
def _slot(state: State) -> Iterator[bool]:
    slots = state.hints.get()
    free = slots.acquire(blocking=False)
    if not free:
        logger.info("Did not fetch an order for the browser: others are under way")
    try:
        yield free
    finally:
        if free:
            slots.release()


def _fetch(state: State, lookup: Lookup) -> Order | None:
    state.release()
    try:
        return _fetched(state, lookup)
    except ZonosError as error:
        logger.warning("The browser's order waits for its webhook: %s", error)
        return None


def _fetched(state: State, lookup: Lookup) -> Order | None:
    client, order_id = state.client, lookup.order_id
    if order_id is None and lookup.checkout_session_id is not None:
        return client.get_session_order(lookup.checkout_session_id, wait=False)
    if order_id is None and lookup.zonos_order_id is not None and has_carts(state):
        now = datetime.now(UTC)
        order_id = client.find_order_id(
            lookup.zonos_order_id,
            between=(now - NUMBERED_SINCE, now + timedelta(minutes=5)),
            wait=False,
        )
    return None if order_id is None else client.get_order(order_id, wait=False)


def _dispatch(state: State, order: Order) -> None:
    try:
        dispatch_order(state, order, OrderEvent("UNKNOWN", "browser"))
    except Exception as error:
        signal_exception(error)
        current_app.logger.exception("@zonos.order_handler failed")
