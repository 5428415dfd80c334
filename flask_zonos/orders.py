"""The way home of an order: fetched afresh, checked, and given to the shop's handler.

Webhook, the page's hint and ``flask zonos orders sync`` all meet here. Delivery is at
least once, so a shop's handler has to be idempotent: a unique key on the order's id.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import current_app

from .order import Order
from .signals import order_received
from .state import State

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OrderEvent:
    """Why an order came home now.

    :ivar kind: Zonos's ``WebhookType``, such as ``ORDER_CREATED``; ``UNKNOWN`` where
        nothing says it. A kind that is new passes through as text.
    :ivar source: ``webhook``, ``browser`` or ``sync``.
    """

    kind: str
    source: str


def receive_order(state: State, order_id: str, event: OrderEvent) -> Order | None:
    """The order, fetched with our own credential and handed to the order handler.

    :returns: ``None`` where Zonos has no such order, or it is not this shop's.
    :raises ZonosError: if Zonos did not answer.
    """
    order = state.client.get_order(order_id)
    if order is None:
        return None
    return order if hand_over(state, order, event) else None


def hand_over(state: State, order: Order, event: OrderEvent) -> bool:
    """Whether the order is this shop's and its handler has taken it.

    What the handler raises is raised.
    """
    if not _is_ours(state, order):
        return False
    handler = state.callbacks.order_handler
    if handler is not None:
        state.call(handler, order, event)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    order_received.send(app, order=order, event=event)
    return True


def _is_ours(state: State, order: Order) -> bool:
    """Test and live never mix, and another organization's order is nobody's here."""
    settings = state.settings
    if order.mode != settings.mode:
        logger.warning(
            "Order %s is left alone: its mode is not ZONOS_MODE (%s)",
            order.id,
            settings.mode,
        )
        return False
    wanted = settings.organization_id
    if wanted is not None and order.organization != wanted:
        logger.warning(
            "Order %s is left alone: it is not of ZONOS_ORGANIZATION_ID", order.id
        )
        return False
    return True
