"""The page's word that an order was placed: believed in nothing, and never costly."""

from __future__ import annotations

import logging

from flask import current_app

from .errors import ZonosError
from .orders import OrderEvent
from .orders import receive_order
from .state import State

logger = logging.getLogger(__name__)


def follow_hint(state: State, order_id: str) -> None:
    """Fetch the order a little earlier than its webhook, if there is room for it.

    Anyone may send hints, so only a few are followed at a time, and none waits for a
    place that a cart could take. What is not followed, or fails, comes by webhook.
    """
    places = state.hints.get()
    if not places.acquire(blocking=False):
        logger.info("A hint is not followed: others are under way")
        return
    try:
        receive_order(state, order_id, OrderEvent("UNKNOWN", "browser"), wait=False)
    except ZonosError as error:
        logger.warning("An order the page told of waits for its webhook: %s", error)
    except Exception:
        current_app.logger.exception("@zonos.order_handler failed")
    finally:
        places.release()
