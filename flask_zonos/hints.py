"""The page's word that an order was placed: believed in nothing, and never costly."""

from __future__ import annotations

import logging

from flask import current_app

from .errors import ZonosError
from .guard import signal_exception
from .order import Order
from .orders import hand_over
from .orders import OrderEvent
from .state import State

logger = logging.getLogger(__name__)


def follow_hint(state: State, order_id: str) -> None:
    """Fetch the order a little earlier than its webhook, if there is room for it.

    Anyone may send hints, so only a few are followed at a time, and none waits for a
    place that a cart could take. What is not followed, or fails, comes by webhook.
    What the order handler raises is told as Flask tells an error of its own, and raised
    where exceptions propagate.
    """
    places = state.hints.get()
    if not places.acquire(blocking=False):
        logger.info("A hint is not followed: others are under way")
        return
    try:
        state.release()
        order = state.client.get_order(order_id, wait=False)
    except ZonosError as error:
        logger.warning("An order the page told of waits for its webhook: %s", error)
    else:
        if order is not None:
            _hand_over(state, order)
    finally:
        places.release()


def _hand_over(state: State, order: Order) -> None:
    try:
        hand_over(state, order, OrderEvent("UNKNOWN", "browser"))
    except Exception as error:
        signal_exception(error)
        current_app.logger.exception("@zonos.order_handler failed")
