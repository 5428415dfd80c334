"""Subscriptions to events, what is queued for them, and the log of what was sent."""

from __future__ import annotations

import re
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

from graphql import execute_sync

from ..constants import ACTOR
from ..control.options import Options
from ..encoding import dumps
from ..encoding import loads
from ..state import State
from .pagination import page
from .problems import BadRequest
from .problems import NotFound
from .resolvers import Info
from .resolvers import Object
from .resolvers import Resolvers
from .resolvers import timestamps

_QUERY = """query ($id: String!) {
  order(orderId: $id) {
    %s status createdAt accountOrderNumber currencyCode organization
    amountSubtotals { discounts duties fees items shipping taxes variance }
    root { exchangeRates { rate sourceCurrencyCode targetCurrencyCode type } }
    items { id amount currencyCode name productId quantity sku }
  }
}
"""
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]{0,4000}")
_OURS = {"host", "content-length", "content-type", "connection", "transfer-encoding"}


def event_query(type: str, options: Options) -> str:
    """The query whose result is posted for an event; every event is an order's."""
    more = ["id"] if options.webhook_order_id else []
    if options.webhook_references:
        more.append("references { key value }")
    if type.startswith("SHIPMENT_"):
        more.append("trackingNumbers")
    return _QUERY % " ".join(more)


def emit(state: State, type: str, order_id: str) -> None:
    """Queue an event of an order for everyone who has subscribed to it.

    It joins the open transaction: what has happened and its event are stored together.
    """
    if type not in state.options.webhook_silent_types:
        queue_event(state, type, order_id)


def queue_event(state: State, type: str, order_id: str) -> int:
    """Queue an event, also of a silent type; for how many who have subscribed."""
    rows = state.store.all(
        "SELECT * FROM webhook WHERE type = ? AND status = 'ENABLED' ORDER BY seq", type
    )
    if not rows:
        return 0
    document, _ = state.documents.get(event_query(type, state.options), has_key=True)
    result = execute_sync(
        state.schema,
        document,
        context_value=state,
        variable_values={"id": order_id},
    )
    request = dumps({"data": result.data})
    for row in rows:
        webhook = loads(row["body"])
        headers = loads(row["headers"])
        queue(state, row["id"], type, webhook["url"], headers, request)
    return len(rows)


def queue(
    state: State, webhook_id: str, type: str, url: str, headers: object, request: str
) -> None:
    """Queue one delivery, as the rules that stand now want it."""
    rules = state.outbox.take()
    kinds = {rule.kind for rule in rules}
    waiting = "held" if "hold" in kinds else "pending"
    delay = sum(rule.seconds for rule in rules if rule.kind == "delay")
    copies = 1 + sum(rule.kind == "repeat" for rule in rules)
    for _ in range(copies):
        state.store.insert(
            "delivery",
            id=state.new_id("delivery", "delivery"),
            webhook_id=webhook_id,
            type=type,
            url=url,
            headers=headers,
            request=request,
            created_at=state.clock.text(),
            due=time.time() + delay,
            state="dropped" if "drop" in kinds else waiting,
        )
    state.outbox.bell.set()


def _webhook(_: Any, info: Info, id: str) -> Object | None:
    webhook: Object | None = info.context.store.body("webhook", id)
    return webhook


def _webhooks(
    _: Any, info: Info, filter: Object | None = None, **window: Any
) -> Object:
    wanted = {name: value for name, value in (filter or {}).items() if value}
    rows = [
        row
        for row in info.context.store.all("SELECT seq, body FROM webhook ORDER BY seq")
        if all(loads(row["body"])[name] == value for name, value in wanted.items())
    ]
    options = info.context.options
    return page(rows, lambda row: loads(row["body"]), options, **window)


def _create(_: Any, info: Info, input: Object) -> Object:
    state = info.context
    headers = _checked_headers(input.get("headers"))
    with state.store.transaction():
        webhook = {
            "id": state.new_id("webhook", "webhook"),
            **timestamps(state.clock.text()),
            "headers": _keys(headers),
            "mode": state.options.mode,
            "organizationId": state.options.organization_id,
            "secret": secrets.token_urlsafe(24),
            "status": input["status"],
            "type": input["type"],
            "url": _checked_url(input["url"]),
        }
        state.store.insert(
            "webhook",
            id=webhook["id"],
            type=webhook["type"],
            status=webhook["status"],
            body=webhook,
            headers=headers,
        )
    return {**webhook, "isNew": True}


def _update(_: Any, info: Info, input: Object) -> Object:
    state = info.context
    with state.store.transaction():
        webhook: Object | None = state.store.body("webhook", input["id"])
        if webhook is None:
            raise NotFound("webhook", input["id"])
        for name in ("status", "type"):
            webhook[name] = input.get(name) or webhook[name]
        if input.get("url") is not None:
            webhook["url"] = _checked_url(input["url"])
        if input.get("headers") is not None:
            headers = _checked_headers(input["headers"])
            webhook["headers"] = _keys(headers)
            state.store.change(
                "UPDATE webhook SET headers = ? WHERE id = ?",
                dumps(headers),
                webhook["id"],
            )
        webhook["updatedAt"] = state.clock.text()
        webhook["updatedBy"] = ACTOR
        state.store.change(
            "UPDATE webhook SET body = ?, type = ?, status = ? WHERE id = ?",
            dumps(webhook),
            webhook["type"],
            webhook["status"],
            webhook["id"],
        )
    return webhook


def _delete(_: Any, info: Info, id: str) -> str:
    if info.context.store.change("DELETE FROM webhook WHERE id = ?", id) != 1:
        raise NotFound("webhook", id)
    return "SUCCESS"


def _log(_: Any, info: Info, id: str) -> Object | None:
    log: Object | None = info.context.store.body("webhook_log", id)
    return log


def _logs(_: Any, info: Info, filter: Object | None = None, **window: Any) -> Object:
    type = (filter or {}).get("type")
    store, options = info.context.store, info.context.options
    rows = store.all(
        "SELECT seq, id FROM webhook_log WHERE ? IS NULL OR type = ? ORDER BY seq DESC",
        type,
        type,
    )
    return page(
        rows, lambda row: store.body("webhook_log", row["id"]), options, **window
    )


def _query_of(webhook: Object, info: Info) -> str:
    return event_query(webhook["type"], info.context.options)


def _secret_of(webhook: Object, info: Info) -> str:
    shown = info.context.options.webhook_secret_is_shown or webhook.get("isNew")
    return str(webhook["secret"]) if shown else ""


def _webhook_of(log: Object, info: Info) -> Object | None:
    webhook: Object | None = info.context.store.body("webhook", log["webhookId"])
    return webhook


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        sound = None
    if not sound or len(url) > 2000 or not url.isascii() or re.search(r"\s", url):
        raise BadRequest("'url' must be an absolute http or https address")
    return url


def _checked_headers(headers: list[Object] | None) -> list[Object]:
    for header in headers or ():
        if not _HEADER_NAME.fullmatch(header["key"]) or header["key"].lower() in _OURS:
            raise BadRequest("A webhook's header has a key that cannot be sent")
        if not _HEADER_VALUE.fullmatch(header["value"]):
            raise BadRequest("A webhook's header has a value that cannot be sent")
    return headers or []


def _keys(headers: list[Object]) -> list[Object]:
    return [{"key": header["key"]} for header in headers]


RESOLVERS: Resolvers = {
    ("Query", "webhook"): _webhook,
    ("Query", "webhooks"): _webhooks,
    ("Query", "webhookLog"): _log,
    ("Query", "webhookLogs"): _logs,
    ("Mutation", "webhookCreate"): _create,
    ("Mutation", "webhookUpdate"): _update,
    ("Mutation", "webhookDelete"): _delete,
    ("Webhook", "query"): _query_of,
    ("Webhook", "secret"): _secret_of,
    ("WebhookLog", "webhook"): _webhook_of,
}
