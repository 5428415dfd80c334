"""``POST /webhooks``: proof that a webhook is ours, and what happens then.

Nothing is read, asked or written for one that is not proven. One that is leads to a
fresh look at the order. Every answer but 2xx is meant to make Zonos try again: that it
does, and how often, is not documented, hence ``flask zonos orders sync``.
"""

from __future__ import annotations

import hmac
import logging
import re
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from functools import wraps
from itertools import islice
from typing import Any
from typing import NoReturn

from flask import request
from flask import Response
from werkzeug.exceptions import HTTPException

from .errors import APIError
from .errors import ConfigurationError
from .errors import ZonosError
from .guard import allow_only
from .guard import finish
from .guard import tell
from .orders import hand_over_each
from .orders import OrderEvent
from .orders import Outcome
from .orders import receive_order
from .problems import Problem
from .problems import whole_seconds
from .signals import webhook_rejected
from .state import Callback
from .state import current_state
from .state import State
from .webhook_body import find_created_at
from .webhook_body import find_order_id
from .webhook_body import parse_body
from .webhook_body import raw_body

#: The header whose value we set when we create a webhook.
SECRET_HEADER = "X-Zonos-Webhook-Secret"

#: How old an order has to be before "Zonos has none" is taken for the last word.
SETTLED = timedelta(minutes=10)

#: Catching up by time: how exact a body's ``createdAt`` is taken to be, how far back it
#: goes without one, and how many orders it looks at.
AROUND = timedelta(seconds=5)
LOOK_BACK = timedelta(hours=1)
MOST_ORDERS = 100

logger = logging.getLogger(__name__)


def from_zonos(view: Callable[[], Response]) -> Callable[[], Response]:
    """A route that Zonos posts to: what fails is told so that it tries again."""

    @wraps(view)
    def guarded() -> Response:
        try:
            response = view()
        except Problem as problem:
            response = problem.response()
        except ZonosError as error:
            response = _not_now(error).response()
        except HTTPException as error:
            # As it is, it could be a redirect, or look like a refusal of ours.
            raise RuntimeError("A callback aborted the webhook") from error
        return finish(response)

    return guarded


@from_zonos
def webhooks() -> Response:
    """Take an event: 204 if it is done with, else an answer to try again."""
    state = current_state()
    body = _proven_body(state)
    event = OrderEvent(_kind(), "webhook")
    if not _is_of_an_order(event.kind):
        _reject("unknown-kind", event)
        return Response(status=204)
    order_id = find_order_id(body)
    created_at = find_created_at(body)
    state.release()
    if order_id is None:
        _catch_up(state, event, created_at)
        return Response(status=204)
    outcome = receive_order(state, order_id, event)
    if outcome is Outcome.NO_ORDER and not _is_settled(created_at):
        _ask_again()
    if outcome is not Outcome.HANDLED:
        _reject(outcome.value, event, order_id)
    return Response(status=204)


def is_proven(given: str | None, secrets: Sequence[str]) -> bool:
    """Whether a header's value is one of the secrets, compared in constant time."""
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
    with _telling_of_bodies():
        body = raw_body()
    if verifier is not None and not _is_verified(state, verifier, body):
        _refuse("not-verified")
    with _telling_of_bodies():
        return parse_body(body)


def _is_verified(state: State, verifier: Callback, body: bytes) -> bool:
    try:
        return bool(state.call(verifier, request.headers, body))
    except HTTPException:
        # How a view says no.
        return False


@contextmanager
def _telling_of_bodies() -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        tell(webhook_rejected, reason=problem.code, kind=None, order_id=None)
        raise


def _kind() -> str:
    """Which of our subscriptions it is: the body does not say."""
    kind = request.args.get("type", "")
    return kind if re.fullmatch(r"[A-Z_]{1,60}", kind) else "UNKNOWN"


def _is_of_an_order(kind: str) -> bool:
    """Whether an event changes an order; new kinds of such are told by their names."""
    return kind == "UNKNOWN" or kind.startswith(("ORDER_", "SHIPMENT_"))


def _catch_up(state: State, event: OrderEvent, created_at: datetime | None) -> None:
    """Hand over the orders of the time that an event without an id may be about."""
    now = datetime.now(UTC)
    if created_at is None:
        between = now - LOOK_BACK, now + AROUND
    else:
        between = created_at - AROUND, created_at + AROUND
    orders = islice(state.client.orders(between=between), MOST_ORDERS)
    count, failure = 0, None
    for order, outcome in hand_over_each(state, orders, event):
        count += 1
        if isinstance(outcome, Exception):
            failure = failure or outcome
        elif outcome is not Outcome.HANDLED:
            _reject(outcome.value, event, order.id)
    if count == MOST_ORDERS:
        logger.warning(
            "A webhook without an order's id led to %s orders and not beyond: "
            "run flask zonos orders sync",
            count,
        )
    if failure is not None:
        raise failure
    if count == 0:
        if created_at is not None and not _is_settled(created_at):
            _ask_again()
        _reject(Outcome.NO_ORDER.value, event)


def _is_settled(created_at: datetime | None) -> bool:
    return created_at is not None and datetime.now(UTC) - created_at > SETTLED


def _ask_again() -> NoReturn:
    """The event may be faster than the order: what is not there yet is not nothing."""
    detail = "Zonos does not show this order yet. Send the webhook again."
    raise Problem(503, "no-order-yet", detail, retry_after=5)


def _refuse(reason: str) -> NoReturn:
    """Say in the log why, and to whoever sent it only that."""
    logger.warning("A webhook is refused (%s)", reason)
    tell(webhook_rejected, reason=reason, kind=None, order_id=None)
    raise Problem(403, "not-proven", "It is not proven that this comes from Zonos.")


def _reject(reason: str, event: OrderEvent, order_id: str | None = None) -> None:
    """Tell of a proven webhook that leads to nothing, and would not if sent again."""
    logger.info("A webhook %s leads to nothing (%s)", event.kind, reason)
    tell(webhook_rejected, reason=reason, kind=event.kind, order_id=order_id)


def _not_now(error: ZonosError) -> Problem:
    logger.error("A webhook could not be followed: %s", error)
    if isinstance(error, ConfigurationError):
        detail = "The shop is not set up. Send the webhook again later."
        return Problem(500, "not-configured", detail)
    seconds = error.retry_after if isinstance(error, APIError) else None
    detail = "The order could not be fetched. Send the webhook again."
    return Problem(503, "unavailable", detail, retry_after=whole_seconds(seconds or 5))
