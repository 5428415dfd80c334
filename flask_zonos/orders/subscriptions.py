"""The webhooks that a shop subscribes to, and their addresses."""

from __future__ import annotations

from urllib.parse import parse_qsl
from urllib.parse import urlencode
from urllib.parse import urlsplit

#: All events that change an order, but the one of its payout.
ORDER_TYPES = (
    "ORDER_CREATED",
    "ORDER_UPDATED",
    "ORDER_STATUS_CHANGED",
    "ORDER_SHIPPING",
    "ORDER_CANCELED",
    "ORDER_COMBINED",
)

#: The header whose value we set when we create a webhook.
SECRET_HEADER = "X-Zonos-Webhook-Secret"


def without_type(url: str) -> str:
    """A webhook's address as it is given to ``create``, which appends ``?type=``."""
    parts = urlsplit(url)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name != "type"
    ]
    return parts._replace(query=urlencode(query)).geturl()


def with_type(url: str, type: str) -> str:
    parts = urlsplit(url)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), ("type", type)])
    return parts._replace(query=query).geturl()
