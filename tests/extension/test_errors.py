"""An error can leave the process that raised it, as it does in a pool of workers."""

from __future__ import annotations

import pickle

import pytest

from flask_zonos import APIError
from flask_zonos import BadResponse
from flask_zonos import Busy
from flask_zonos import ConfigurationError
from flask_zonos import ConnectionFailed
from flask_zonos import GraphQLErrors
from flask_zonos import InvalidInput
from flask_zonos import RateLimited
from flask_zonos import ServerError
from flask_zonos import TimedOut
from flask_zonos import Unauthorized
from flask_zonos import ZonosError
from flask_zonos.errors import GraphQLErrorInfo

REFUSED = [GraphQLErrorInfo("INVALID", "cartCreate.items")]
ERRORS = [
    ZonosError("something"),
    ConfigurationError("ZONOS_MODE", "must be TEST or LIVE"),
    InvalidInput("items[0].amount", "must be a Decimal"),
    Busy("no place"),
    APIError("odd", operation="order", status=599, sent=False),
    ConnectionFailed("refused", operation="order", sent=False),
    TimedOut("no response in time", operation="order"),
    ServerError("HTTP 503", operation="cartCreate", status=503, retry_after=2),
    Unauthorized("no", operation="cartCreate", request_id="req_1", status=401),
    RateLimited("less", operation="cartCreate", status=429, retry_after=0.5),
    BadResponse("no GraphQL", operation="cartCreate"),
    GraphQLErrors(REFUSED, operation="cartCreate", request_id="req_1", status=200),
]


def all_kinds(kind: type[ZonosError]) -> set[type[ZonosError]]:
    return {kind}.union(*(all_kinds(more) for more in kind.__subclasses__()))


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_pickled_error_tells_the_same(error: ZonosError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), vars(again)) == (str(error), vars(error))


def test_no_kind_of_error_is_left_out() -> None:
    ours = {kind for kind in all_kinds(ZonosError) if "tests" not in kind.__module__}
    assert ours == {type(error) for error in ERRORS}
