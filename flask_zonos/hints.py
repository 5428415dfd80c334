"""Handle the page's untrusted notification of an order."""

from __future__ import annotations

import logging

from flask import current_app

from .errors import ZonosError
from .guard import signal_exception
from .order import Order
from .orders import dispatch_order
from .orders import OrderEvent
from .state import State

logger = logging.getLogger(__name__)


def handle_order_notification(state: State, order_id: str) -> None:
    """Fetch the order ahead of its webhook and dispatch it, if a slot is free.

    Anyone may send notifications, so only a few are handled at a time, and none waits
    for a slot that a cart could take. What is not handled, or fails, comes by webhook.
    What the order handler raises is signalled as Flask does, and raised where
    exceptions propagate.
    """
    slots = state.hints.get()
    if not slots.acquire(blocking=False):
        logger.info("Ignored an order notification: others are under way")
        return
    try:
        state.release()
        order = state.client.get_order(order_id, wait=False)
    except ZonosError as error:
        logger.warning("The page's order waits for its webhook: %s", error)
    else:
        if order is not None:
            _dispatch(state, order)
    finally:
        slots.release()


def _dispatch(state: State, order: Order) -> None:
    try:
        dispatch_order(state, order, OrderEvent("UNKNOWN", "browser"))
    except Exception as error:
        signal_exception(error)
        current_app.logger.exception("@zonos.order_handler failed")
