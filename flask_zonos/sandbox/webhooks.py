"""Subscriptions to events, and what is queued for them."""

from __future__ import annotations

from .resolving import Resolvers
from .state import State


def emit(state: State, type: str, order_id: str) -> None:
    """Queue an event of an order for everyone who has subscribed to it."""


RESOLVERS: Resolvers = {}
