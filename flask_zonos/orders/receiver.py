"""Verify an order and dispatch it to the shop's handler.

Webhook, the page's notification and ``flask zonos orders sync`` all meet here. Delivery
is at least once and in any order, so a shop's handler has to be idempotent: a unique
key on the order's id, and nothing older than what is stored (``order.updated_at``).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from flask import current_app
from flask import Flask

from ..api.executor import context_without_flask
from ..api.order import Order
from ..signals import order_received
from ..state import Callback
from ..state import send_app_signal
from ..state import State
from .contexts import lacks_request

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OrderEvent:
    """The event that brought an order.

    :ivar kind: Zonos's ``WebhookType``, such as ``ORDER_CREATED``; ``UNKNOWN`` where
        nothing says it. A kind that is new passes through as text.
    :ivar source: ``webhook``, ``browser`` or ``sync``.
    """

    kind: str
    source: str


class Outcome(StrEnum):
    """The outcome for one order."""

    HANDLED = "handled"
    NO_HANDLER = "no-handler"
    NO_ORDER = "no-order"
    OTHER_MODE = "other-mode"
    OTHER_ORGANIZATION = "other-organization"


def dispatch_order(state: State, order: Order, event: OrderEvent) -> Outcome:
    """Give an order that was just fetched to the shop's handler, if it is ours.

    The handler runs in the same surroundings whatever brought the order: in an app
    context of its own, without request, session and user. What it raises is raised.
    """
    foreign = foreign_outcome(state, order)
    if foreign is not None:
        return foreign
    if order.is_contradictory:
        logger.warning(
            "Order %s names several customers, so it is linked to none", order.id
        )
    handler = state.callbacks.order_handler
    if handler is None:
        logger.warning(
            "Order %s was not stored: there is no @zonos.order_handler", order.id
        )
        return Outcome.NO_HANDLER
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    context_without_flask().run(_run_handler, app, state, handler, order, event)
    return Outcome.HANDLED


def dispatch_each(
    state: State, orders: Iterable[Order], event: OrderEvent
) -> Iterator[tuple[Order, Outcome | Exception]]:
    """Yield each order with its outcome: one that fails does not stop the others."""
    for order in orders:
        outcome: Outcome | Exception
        try:
            outcome = dispatch_order(state, order, event)
        except Exception as error:
            current_app.logger.exception("@zonos.order_handler failed for %s", order.id)
            outcome = error
        yield order, outcome


def _run_handler(
    app: Flask, state: State, handler: Callback, order: Order, event: OrderEvent
) -> None:
    try:
        with app.app_context():
            state.call(handler, order, event)
            send_app_signal(order_received, order=order, event=event)
    except Exception as error:
        if lacks_request(app, error):
            logger.error(
                "@zonos.order_handler needs a request or a user, and runs without both "
                "whatever brings the order: set SERVER_NAME for url_for, and take the "
                "customer from order.customer_id instead of current_user"
            )
        raise


def foreign_outcome(state: State, order: Order) -> Outcome | None:
    """Return why an order is not this shop's, or ``None`` if it is.

    Test and live never mix, and another organization's order is nobody's here.
    """
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
