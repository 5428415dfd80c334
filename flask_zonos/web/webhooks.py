"""``POST /webhooks``: proof that a webhook is ours, then the order that it is about.

Nothing is read, asked or written for one that is not proven. One that is leads to a
fresh look at the order. Every response but 2xx is meant to make Zonos try again: that
it does, and how often, is not documented, hence ``flask zonos orders sync``.
"""

from __future__ import annotations

import hmac
import logging
import re
from collections import Counter
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from itertools import islice
from typing import Any
from typing import NoReturn

from flask import request
from flask import Response

from ..api.order import Order
from ..orders.receiver import dispatch_each
from ..orders.receiver import OrderEvent
from ..orders.receiver import Outcome
from ..orders.references import find_references
from ..orders.references import References
from ..orders.subscriptions import SECRET_HEADER
from ..signals import webhook_rejected
from ..state import Callback
from ..state import current_state
from ..state import send_app_signal
from ..state import signal_exception
from ..state import State
from .endpoint import allow_only
from .problems import aborted_status
from .problems import Problem
from .webhook_body import decode_body
from .webhook_body import parse_body
from .webhook_body import raw_body
from .webhook_endpoint import handler_problem
from .webhook_endpoint import shop_error
from .webhook_endpoint import webhook_endpoint

#: How old an order has to be before "Zonos has none" is taken for the last word.
SETTLED = timedelta(minutes=10)

#: Orders that one event may name.
MAX_NAMED = 10

#: Catching up by time: how exact a body's ``createdAt`` is taken to be, how far back it
#: goes without one, and how many orders and pages it looks at.
AROUND = timedelta(seconds=5)
LOOK_BACK = timedelta(hours=1)
MAX_ORDERS = 100
MAX_PAGES = 10

logger = logging.getLogger(__name__)


@webhook_endpoint
def webhooks() -> Response:
    """Take an event: 204 if it is done with, else a response to try again."""
    state = current_state()
    body = _proven_body(state)
    event = OrderEvent(_event_kind(), "webhook")
    if not _is_of_an_order(event.kind):
        _ignore("unknown-kind", event)
        return Response(status=204)
    references = find_references(body)
    if references.order_ids:
        _receive(state, event, references)
    else:
        _catch_up(state, event, references.created_at)
    return Response(status=204)


def is_proven(given: str | None, secrets: Sequence[str]) -> bool:
    """Compare a header's value with the secrets, in constant time."""
    if given is None:
        return False
    # WSGI decodes headers as Latin-1; every secret is compared, also after a match.
    value = given.encode("latin-1", "replace")
    return any([hmac.compare_digest(value, secret.encode()) for secret in secrets])


def _proven_body(state: State) -> Any:
    """The body's JSON, once header and verifier say that it comes from Zonos.

    :raises Problem: if nothing could prove it (404), if it is not proven (403), or if
        the body cannot be read.
    """
    secrets = state.settings.webhook_secret
    verifier = state.callbacks.webhook_verifier
    if not secrets and verifier is None:
        raise Problem(404, "not-found", "This shop takes no webhooks.")
    allow_only("POST")
    given = request.headers.get(SECRET_HEADER)
    if secrets and not is_proven(given, secrets):
        _refuse("no-secret" if given is None else "wrong-secret")
    with _signal_rejected_body():
        body = raw_body()
    if verifier is not None and not _is_verified(state, verifier, body):
        _refuse("not-verified")
    with _signal_rejected_body():
        # Not before the proof, for it costs more than it is long.
        encoding = request.headers.get("Content-Encoding", "")
        return parse_body(decode_body(body, encoding))


def _is_verified(state: State, verifier: Callback, body: bytes) -> bool:
    try:
        verdict = state.call(verifier, request.headers, body)
        if not isinstance(verdict, bool | None):
            # A view's response, such as ("no", 401), is true.
            kind = type(verdict).__name__
            raise TypeError(f"webhook_verifier must return True or False, not {kind}")
        return bool(verdict)
    except Exception as error:
        if aborted_status(error) is not None:
            # As a view says no.
            return False
        raise shop_error(error, "@zonos.webhook_verifier failed") from None


@contextmanager
def _signal_rejected_body() -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        send_app_signal(
            webhook_rejected, reason=problem.error_code, kind=None, order_id=None
        )
        raise


def _event_kind() -> str:
    """Return the kind of the subscription: the body does not say it."""
    kind = request.args.get("type", "")
    return kind if re.fullmatch(r"[A-Z_]{1,60}", kind) else "UNKNOWN"


def _is_of_an_order(kind: str) -> bool:
    """Return whether an event changes an order; new kinds are known by their names."""
    return kind == "UNKNOWN" or kind.startswith(("ORDER_", "SHIPMENT_"))


def _receive(state: State, event: OrderEvent, references: References) -> None:
    """Fetch and dispatch the orders that an event names."""
    missing: list[str] = []

    def fetched() -> Iterator[Order]:
        for order_id in references.order_ids[:MAX_NAMED]:
            state.release()
            order = state.client.get_order(order_id)
            if order is None:
                missing.append(order_id)
            else:
                yield order

    _dispatch(state, fetched(), event)
    for order_id in references.order_ids[MAX_NAMED:]:
        logger.warning("Webhook %s: order %s was not fetched", event.kind, order_id)
    if missing and not _is_settled(references.created_at):
        _request_retry(event, missing[0])
    for order_id in missing:
        _ignore(Outcome.NO_ORDER, event, order_id)


def _catch_up(state: State, event: OrderEvent, created_at: datetime | None) -> None:
    """Dispatch the orders of the time that an event without an id may be about."""
    now = datetime.now(UTC)
    if created_at is None:
        between = now - LOOK_BACK, now + AROUND
    else:
        between = created_at - AROUND, created_at + AROUND
    logger.warning(
        "Webhook %s names no order that can be read: looking at those created between "
        "%s and %s. If it was about another, run flask zonos orders sync.",
        event.kind,
        *(end.isoformat(timespec="seconds") for end in between),
    )
    state.release()
    orders = state.client.orders(
        between=between, max_pages=MAX_PAGES, max_seconds=state.settings.deadline
    )
    count = _dispatch(state, islice(orders, MAX_ORDERS), event)
    if count == MAX_ORDERS:
        logger.warning(
            "Webhook %s: dispatched %s orders and not those beyond", event.kind, count
        )
    if count == 0:
        # Of what says neither kind nor time nothing more can be expected.
        hopeful = created_at is not None or event.kind != "UNKNOWN"
        if hopeful and not _is_settled(created_at):
            _request_retry(event)
        _ignore(Outcome.NO_ORDER, event)


def _dispatch(state: State, orders: Iterable[Order], event: OrderEvent) -> int:
    """Dispatch each order and return their number.

    :raises Problem: after the last, if the handler failed for one, or if there is none.
    """
    outcomes: Counter[str] = Counter()
    for order, outcome in dispatch_each(state, orders, event):
        if isinstance(outcome, Exception):
            signal_exception(outcome)
            outcomes["failed"] += 1
            continue
        outcomes[outcome] += 1
        if outcome in (Outcome.OTHER_MODE, Outcome.OTHER_ORGANIZATION):
            _ignore(outcome, event, order.id)
    if outcomes["failed"]:
        raise handler_problem()
    if outcomes[Outcome.NO_HANDLER]:
        detail = "The shop takes no orders yet. Send the webhook again later."
        raise Problem(500, "not-configured", detail)
    return outcomes.total()


def _is_settled(created_at: datetime | None) -> bool:
    return created_at is not None and datetime.now(UTC) - created_at > SETTLED


def _request_retry(event: OrderEvent, order_id: str | None = None) -> NoReturn:
    """The event may be faster than the order: what is not there yet is not nothing."""
    about = order_id or "an order without an id"
    logger.warning(
        "Webhook %s: %s is not there yet, asked for it again", event.kind, about
    )
    detail = "Zonos does not show this order yet. Send the webhook again."
    raise Problem(503, "no-order-yet", detail, retry_after=5)


def _refuse(reason: str) -> NoReturn:
    """Give the reason in the log, and to the sender only the refusal."""
    logger.warning("Refused a webhook: %s", reason)
    send_app_signal(webhook_rejected, reason=reason, kind=None, order_id=None)
    raise Problem(403, "not-proven", "It is not proven that this comes from Zonos.")


def _ignore(reason: str, event: OrderEvent, order_id: str | None = None) -> None:
    """Log a proven webhook that brings no order, and would not if sent again."""
    about = f" about {order_id}" if order_id else ""
    logger.warning("Ignored webhook %s%s: %s", event.kind, about, reason)
    send_app_signal(
        webhook_rejected, reason=str(reason), kind=event.kind, order_id=order_id
    )
