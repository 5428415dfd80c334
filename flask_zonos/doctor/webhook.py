"""Whether Zonos knows where to send orders, and with which proof."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Flask

from ..errors import ZonosError
from ..state import State
from ..webhook import Webhook
from ..webhooks import SECRET_HEADER
from .finding import error
from .finding import Finding
from .finding import ok
from .finding import warning

_TOPIC = "webhook"


def check(app: Flask, state: State) -> Iterator[Finding]:
    """What Zonos says of the webhooks that lead here; nothing without a secret."""
    if not state.settings.webhook_secret:
        return
    path = _path(app, state)
    try:
        found = [w for w in state.client.webhooks() if urlsplit(w.url).path == path]
    except ZonosError as trouble:
        yield warning(
            _TOPIC, f"Zonos did not list its webhooks: {trouble}.", "Try again."
        )
        return
    created = [webhook for webhook in found if webhook.type == "ORDER_CREATED"]
    if not created:
        yield error(
            _TOPIC,
            f"Zonos has no ORDER_CREATED webhook to {path}: orders do not come home.",
            f"flask zonos webhooks create https://your.shop{path}",
        )
        return
    troubles = [finding for w in created for finding in _troubles(w, state)]
    yield from troubles
    if not troubles:
        yield ok(_TOPIC, f"ORDER_CREATED goes to {created[0].url}.")


def _path(app: Flask, state: State) -> str:
    with app.test_request_context():
        # Beside the other routes, wherever the shop has mounted them.
        beside = urlsplit(app.url_for(state.url_endpoint("cart_info"))).path
    return f"{beside.removesuffix('cart-info')}webhooks"


def _troubles(webhook: Webhook, state: State) -> Iterator[Finding]:
    address = webhook.url.partition("?")[0]
    if webhook.status != "ENABLED":
        yield error(
            _TOPIC,
            f"The webhook {webhook.id} is {webhook.status.lower()}.",
            f"flask zonos webhooks create {address} enables it.",
        )
    if SECRET_HEADER.lower() not in map(str.lower, webhook.header_keys):
        yield error(
            _TOPIC,
            f"The webhook {webhook.id} does not send {SECRET_HEADER}, so the shop "
            "refuses what it brings.",
            f"flask zonos webhooks create {address} adds the header.",
        )
    if webhook.mode != state.settings.mode:
        yield error(
            _TOPIC,
            f"The webhook {webhook.id} is of mode {webhook.mode}, not of ZONOS_MODE.",
            "Take the credential of the same mode, or change ZONOS_MODE.",
        )
    if urlsplit(webhook.url).scheme != "https" and state.settings.mode == "LIVE":
        yield error(
            _TOPIC,
            f"The webhook {webhook.id} goes to a plain http address.",
            f"flask zonos webhooks delete {webhook.id}, then create it with https.",
        )
