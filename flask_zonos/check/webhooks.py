"""The shop's webhooks at Zonos: address, secret header, mode."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Sequence
from urllib.parse import parse_qs
from urllib.parse import urlsplit

from ..api.webhook import Webhook
from ..config import is_loopback
from ..errors import ZonosError
from ..orders.subscriptions import ORDER_TYPES
from ..orders.subscriptions import SECRET_HEADER
from ..orders.subscriptions import without_type
from ..state import State
from .finding import error
from .finding import Finding
from .finding import note
from .finding import ok
from .finding import warning
from .origins import origin_of

_TOPIC = "webhook"
#: Without this one no order arrives by webhook; the others tell of changes.
_VITAL = "ORDER_CREATED"


def check(state: State, origin: str | None) -> Iterator[Finding]:
    """Check the webhooks that lead here; nothing if the route is off.

    :param origin: where the shop is. If that is not known, of the hosts that have this
        path the one is taken whose webhooks are in the best order.
    """
    if not state.settings.webhook_secret and not state.callbacks.webhook_verifier:
        return
    path = state.url_path("webhooks")
    try:
        found = list(state.client.webhooks())
    except ZonosError as trouble:
        yield warning(
            _TOPIC, f"Zonos did not list its webhooks: {trouble}.", "Try again."
        )
        return
    hosts: dict[str, list[Webhook]] = defaultdict(list)
    elsewhere: list[Webhook] = []
    for webhook in found:
        if urlsplit(webhook.url).path == path:
            hosts[origin_of(webhook.url)].append(webhook)
        else:
            elsewhere.append(webhook)
    looks = {host: list(_of_host(hosts[host], state)) for host in hosts}
    ours = origin or min(looks, key=lambda host: _weight(looks[host]), default=None)
    yield from _of_other_paths(elsewhere, ours, path)
    if ours not in looks:
        yield _missing(f"{origin or 'https://your.shop'}{path}", list(looks))
        return
    yield from looks[ours]
    others = [host for host in looks if host != ours]
    if others and origin is None:
        yield note(
            _TOPIC,
            f"{ours} is taken for this shop; {' and '.join(others)} has webhooks too.",
            f"If it is not, say where the shop is: --url {others[0]}",
        )


def _of_other_paths(
    webhooks: list[Webhook], ours: str | None, path: str
) -> Iterator[Finding]:
    """Webhooks that go to the shop's host, or might, but not to its route."""
    for webhook in webhooks:
        if not webhook.url.startswith(("http:", "https:")):
            continue
        if ours not in (None, origin_of(webhook.url)):
            continue
        level = note if ours is None else warning
        yield level(
            _TOPIC,
            f"The webhook {webhook.id} ({webhook.type}) goes to "
            f"{without_type(webhook.url)}, but this shop takes webhooks at {path}.",
            f"flask zonos webhooks delete {webhook.id}, unless a proxy leads it here "
            "or something else listens there.",
        )


def _weight(findings: Sequence[Finding]) -> tuple[int, int]:
    levels = [finding.level for finding in findings]
    return levels.count("error"), levels.count("warning")


def _missing(address: str, others: list[str]) -> Finding:
    elsewhere = f" There are some to {' and '.join(others)}." if others else ""
    return error(
        _TOPIC,
        f"Zonos has no {_VITAL} webhook to {address}: orders do not arrive.{elsewhere}",
        f"flask zonos webhooks create {address}",
    )


def _of_host(webhooks: list[Webhook], state: State) -> Iterator[Finding]:
    """Findings about the webhooks that lead to one host."""
    by_type: dict[str, list[Webhook]] = defaultdict(list)
    for webhook in webhooks:
        by_type[webhook.type].append(webhook)
    address = without_type(webhooks[0].url)
    if _VITAL not in by_type:
        yield _missing(address, [])
    whole = []
    for type, same in by_type.items():
        troubles = {webhook.id: list(_troubles(webhook, state)) for webhook in same}
        best = min(
            same,
            key=lambda webhook: (len(troubles[webhook.id]), _kind_of(webhook) != type),
        )
        yield from troubles[best.id]
        if not troubles[best.id]:
            whole.append(type)
            yield from _missing_type(best)
        yield from (_double(webhook) for webhook in same if webhook is not best)
    if _VITAL in whole:
        yield ok(_TOPIC, f"{', '.join(whole)} to {address}.")
    absent = [type for type in ORDER_TYPES if type not in by_type and type != _VITAL]
    if absent:
        yield note(
            _TOPIC,
            f"No webhook tells of {', '.join(absent)}: the shop does not hear when an "
            "order changes in this way.",
            f"If it should: flask zonos webhooks create {address}",
        )


def _troubles(webhook: Webhook, state: State) -> Iterator[Finding]:
    trouble = error if webhook.type == _VITAL else warning
    named = f"The webhook {webhook.id} ({webhook.type})"
    create = (
        f"flask zonos webhooks create {without_type(webhook.url)} --type {webhook.type}"
    )
    if webhook.status != "ENABLED":
        yield trouble(
            _TOPIC, f"{named} is {webhook.status.lower()}.", f"{create} enables it."
        )
    headers = map(str.lower, webhook.header_keys)
    if state.settings.webhook_secret and SECRET_HEADER.lower() not in headers:
        yield trouble(
            _TOPIC,
            f"{named} does not send {SECRET_HEADER}, so the shop refuses what it "
            "brings.",
            f"{create} adds the header.",
        )
    if webhook.mode != state.settings.mode:
        yield trouble(
            _TOPIC,
            f"{named} is of mode {webhook.mode}, not of ZONOS_MODE.",
            "Take the credential of the same mode, or change ZONOS_MODE.",
        )
    live = state.settings.mode == "LIVE"
    if webhook.url.startswith("http:") and (live or not is_loopback(webhook.url)):
        yield trouble(
            _TOPIC,
            f"{named} goes to a plain http address: anybody on the way reads the "
            "secret that proves it.",
            f"flask zonos webhooks delete {webhook.id}, then create it with https.",
        )


def _kind_of(webhook: Webhook) -> str:
    """The kind that the order handler sees."""
    return parse_qs(urlsplit(webhook.url).query).get("type", ["UNKNOWN"])[0]


def _missing_type(webhook: Webhook) -> Iterator[Finding]:
    kind = _kind_of(webhook)
    if kind != webhook.type:
        yield note(
            _TOPIC,
            f"The address of the webhook {webhook.id} does not end in "
            f"?type={webhook.type}, so the order handler sees the kind {kind}.",
            f"flask zonos webhooks create {without_type(webhook.url)} --type "
            f"{webhook.type} appends it.",
        )


def _double(webhook: Webhook) -> Finding:
    return note(
        _TOPIC,
        f"The webhook {webhook.id} is a second one for {webhook.type}.",
        f"flask zonos webhooks delete {webhook.id}",
    )
