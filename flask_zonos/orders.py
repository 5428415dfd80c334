"""The way home of an order: fetched afresh, checked, and given to the shop's handler.

Webhook, the page's hint and ``flask zonos orders sync`` all meet here. Delivery is at
least once and in any order, so a shop's handler has to be idempotent: a unique key on
the order's id, and nothing older than what is stored (``order.updated_at``).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from typing import TypeGuard

from flask import current_app

from .guard import tell
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


class Outcome(StrEnum):
    """What became of an order that was told of."""

    HANDLED = "handled"
    NO_ORDER = "no-order"
    OTHER_MODE = "other-mode"
    OTHER_ORGANIZATION = "other-organization"


def is_order_id(value: Any) -> TypeGuard[str]:
    """Whether this may be the id of an order: text that is safe in a log."""
    return isinstance(value, str) and bool(re.fullmatch(r"[A-Za-z0-9_-]{1,100}", value))


def receive_order(state: State, order_id: str, event: OrderEvent) -> Outcome:
    """What became of the order, which is fetched with our own credential.

    What the order handler raises is raised.

    :raises ZonosError: if Zonos did not answer.
    """
    order = state.client.get_order(order_id)
    return Outcome.NO_ORDER if order is None else hand_over(state, order, event)


def hand_over(state: State, order: Order, event: OrderEvent) -> Outcome:
    """What became of an order that Zonos has just told: it is the handler's if ours.

    What the order handler raises is raised.
    """
    foreign = _foreign(state, order)
    if foreign is not None:
        return foreign
    if order.is_contradictory:
        logger.warning(
            "Order %s names several customers, so it is linked to none", order.id
        )
    handler = state.callbacks.order_handler
    if handler is None:
        logger.warning(
            "Order %s came home, but nobody takes it: there is no @zonos.order_handler",
            order.id,
        )
    else:
        state.call(handler, order, event)
    tell(order_received, order=order, event=event)
    return Outcome.HANDLED


def hand_over_each(
    state: State, orders: Iterable[Order], event: OrderEvent
) -> Iterator[tuple[Order, Outcome | Exception]]:
    """Each order with what became of it: one that fails does not stop the others.

    Each has an app context of its own, so that what a handler has left half done, such
    as a broken database session, is not the next one's.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    for order in orders:
        outcome: Outcome | Exception
        with app.app_context():
            try:
                outcome = hand_over(state, order, event)
            except Exception as error:
                app.logger.exception("@zonos.order_handler failed for %s", order.id)
                outcome = error
        yield order, outcome


def _foreign(state: State, order: Order) -> Outcome | None:
    """Test and live never mix, and another organization's order is nobody's here."""
    settings = state.settings
    if order.mode != settings.mode:
        logger.warning(
            "Order %s is left alone: its mode is not ZONOS_MODE (%s)",
            order.id,
            settings.mode,
        )
        return Outcome.OTHER_MODE
    wanted = settings.organization_id
    if wanted is not None and order.organization != wanted:
        logger.warning(
            "Order %s is left alone: it is not of ZONOS_ORGANIZATION_ID", order.id
        )
        return Outcome.OTHER_ORGANIZATION
    return None
