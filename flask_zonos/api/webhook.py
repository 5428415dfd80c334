"""Webhooks as Zonos keeps them, and what it notes of their deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import enums
from .datetimes import parse_datetime
from .validators import enum_value
from .validators import key_values
from .validators import optional_text
from .validators import required_enum_value


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """One subscription: events of one type go to one address.

    Its ``secret`` is not asked for: how Zonos means it to be used is documented nowhere
    that was found, and what is not fetched cannot leak.

    :param type: Zonos's ``WebhookType``, such as ``ORDER_CREATED``.
    :param status: ``ENABLED`` or ``DISABLED``.
    :param mode: ``TEST`` or ``LIVE``; the credential decides it.
    :param query: the GraphQL query whose result Zonos posts.
    :param header_keys: the names of the headers that are sent along; Zonos never shows
        their values.
    """

    id: str
    type: str
    status: str
    mode: str
    url: str
    query: str
    header_keys: tuple[str, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class WebhookLog:
    """One delivery, from Zonos's side.

    What was sent is not asked for, since an order's names and addresses stand in it.

    :param response: the beginning of the shop's response.
    :param response_status: the HTTP status of it, or ``None`` if there was no response.
    """

    id: str
    type: str
    url: str
    response: str | None
    response_status: int | None
    created_at: datetime


def webhook_input(
    *,
    url: str | None,
    type: str | None,
    status: str | None,
    headers: Mapping[str, str] | None,
) -> dict[str, Any]:
    """The given fields of a webhook, as the schema's input types want them.

    :raises InvalidInput: if the schema would refuse it; it holds no header's value.
    """
    given = {
        "url": optional_text(url, "url"),
        "type": None if type is None else _type(type),
        "status": enum_value(status, "status", ("DISABLED", "ENABLED")),
        "headers": None if headers is None else key_values(headers, "headers"),
    }
    return {name: value for name, value in given.items() if value is not None}


def webhook_filter(type: str | None) -> dict[str, Any]:
    """The filter of the lists: webhooks of one type, or all.

    :raises InvalidInput: if the schema has no such type, naming what it may be.
    """
    return {} if type is None else {"type": _type(type)}


def parse_webhook(data: dict[str, Any]) -> Webhook:
    """Parse a webhook with the fields of ``operations.WEBHOOKS``."""
    return Webhook(
        id=data["id"],
        type=data["type"],
        status=data["status"],
        mode=data["mode"],
        url=data["url"],
        query=data["query"],
        header_keys=tuple(header["key"] for header in data["headers"] or ()),
        created_at=parse_datetime(data["createdAt"]),
        updated_at=parse_datetime(data["updatedAt"]),
    )


def parse_webhook_log(data: dict[str, Any]) -> WebhookLog:
    """Parse a log with the fields of ``operations.WEBHOOK_LOGS``."""
    return WebhookLog(
        id=data["id"],
        type=data["type"],
        url=data["url"],
        response=data["response"],
        response_status=data["responseStatus"],
        created_at=parse_datetime(data["createdAt"]),
    )


def _type(value: str) -> str:
    return required_enum_value(value, "type", enums.WEBHOOK_TYPES)
