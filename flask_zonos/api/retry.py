"""At most one retry: of what was not carried out, or may be carried out twice."""

from __future__ import annotations

import random

from ..errors import APIError
from ..errors import ConnectionFailed
from ..errors import GraphQLErrors
from ..errors import RateLimited
from ..errors import ServerError

#: Seconds. A longer ``Retry-After`` is not waited for: a shopper is waiting too.
LONGEST_RETRY_AFTER = 1.0


def retry_delay(error: APIError, *, repeatable: bool) -> float | None:
    """Return the seconds to wait before a retry, or ``None`` if there is to be none.

    What certainly was not carried out may be retried whatever it is: no connection was
    made, or Zonos refused with 429. Where it may have been, only what is repeatable.
    Zonos's page on errors names 429, 500, 503 and 504 as worth it.
    """
    asked = error.retry_after or 0
    if asked > LONGEST_RETRY_AFTER:
        return None
    if isinstance(error, RateLimited):
        return asked + random.uniform(0.05, 0.15)
    if isinstance(error, ConnectionFailed) and not error.sent:
        return random.uniform(0.02, 0.08)
    worth_it = (
        isinstance(error, ConnectionFailed)
        or (isinstance(error, ServerError) and error.status in (500, 503, 504))
        or (isinstance(error, GraphQLErrors) and error.error_types == {"UNAVAILABLE"})
    )
    return asked + random.uniform(0.05, 0.15) if worth_it and repeatable else None
