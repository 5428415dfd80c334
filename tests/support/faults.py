"""The one table of upstream's faults, each as a row: what becomes of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from dataclasses import replace
from typing import Any

from flask_zonos import APIError
from flask_zonos import BadResponse
from flask_zonos import ConnectionFailed
from flask_zonos import GraphQLErrors
from flask_zonos import RateLimited
from flask_zonos import ServerError
from flask_zonos import TimedOut
from flask_zonos import Unauthorized

from .fault_handlers import AUTHENTICATE
from .fault_handlers import CART
from .fault_handlers import drips
from .fault_handlers import drips_after
from .fault_handlers import endless
from .fault_handlers import errors
from .fault_handlers import hangs
from .fault_handlers import resets
from .fault_handlers import says
from .fault_handlers import sends
from .fault_handlers import TOLD
from .fault_handlers import truncates
from .upstream import Handler


@dataclass(frozen=True)
class Fault:
    """A response of upstream's, and what becomes of it.

    :ivar error: of the client's call; ``None`` if it succeeds, without a password.
    :ivar reason: of a shopper who buys without a profile.
    :ivar log: a part of the message, with Zonos's request id if ``told``.
    :ivar times: how often the request is sent.
    :ivar code: of the problem, if the cart has the fault; ``None`` if the cart counts.
    :ivar lasts: whether the response has no end, so that a deadline has to end it.
    """

    handler: Handler
    error: type[APIError] | None
    reason: str
    log: str
    told: bool = True
    times: int = 1
    code: str | None = "unavailable"
    lasts: bool = False


def broken(handler: Handler, log: str = "the connection broke") -> Fault:
    return Fault(handler, ConnectionFailed, "unavailable", log, told=False)


def lasting(handler: Handler) -> Fault:
    log, code = "in time", "timeout"
    return Fault(handler, TimedOut, code, log, told=False, code=code, lasts=True)


def status(status: int, reason: str, body: Any = b"<h1>Oh</h1>", **more: Any) -> Fault:
    log = f"Zonos answered with HTTP {status}"
    return Fault(says(body, status, **more), ServerError, reason, log)


def refused(body: Any, status: int = 200) -> Fault:
    log = "ZONOS_CREDENTIAL_TOKEN"
    return Fault(says(body, status), Unauthorized, "rejected", log)


def limited(times: int = 2, **headers: Any) -> Fault:
    handler = says(TOLD.encode(), 429, **headers)
    log, code = "Zonos asks to send less", "rate-limited"
    return Fault(handler, RateLimited, "unavailable", log, times=times, code=code)


def graphql(handler: Handler, log: str = "no class", reason: str = "rejected") -> Fault:
    return Fault(handler, GraphQLErrors, reason, f"Zonos refused it: {log}")


def no_graphql(handler: Handler, told: bool = True) -> Fault:
    log = "the response is no GraphQL response"
    return Fault(handler, BadResponse, "unavailable", log, told)


def shape(data: Any, log: str = "") -> Fault:
    """Data that has neither a cart nor a profile."""
    log = f"a response of another shape{log}"
    return Fault(says({"data": data}), BadResponse, "unavailable", log)


def without_password(password: str | None) -> Fault:
    handler = says({"data": {**BESIDE, AUTHENTICATE: {"oneTimePassword": password}}})
    return Fault(handler, None, "no-password", "no password came", code=None)


BESIDE = {
    CART: {"id": "cart_1", "expiresAt": None},
    AUTHENTICATE: {"oneTimePassword": "otp"},
}
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
ODD_MEMBER = {"message": 7, "path": 7, "extensions": 7}
ODD_EXTENSIONS = {"path": [{}], "extensions": {"errorType": TOLD, "requestId": [1]}}
FORGED = f"req_1\r\nERROR {TOLD}"
FORGED_IDS = {
    "message": FORGED,
    "path": [FORGED],
    "extensions": {"errorType": FORGED, "requestId": FORGED},
}
NO_GRAPHQL: list[Any] = [7, [7], {}, {"errors": []}, {"data": None}, {"data": 7}]
TABLE = {
    "reset": broken(resets),
    "truncated head": no_graphql(sends(OK + b"Content-Le"), told=False),
    "truncated body": broken(truncates, "the connection broke (IncompleteRead)"),
    "truncated chunks": broken(sends(CHUNKED + b"20\r\n{")),
    "no HTTP": broken(sends(b"SSH-2.0\r\n\r\n")),
    "headers without end": broken(sends(OK + b"X-A: b\r\n" * 20_000 + b"\r\n")),
    "no gzip": broken(says(b"no gzip", 200, **{"Content-Encoding": "gzip"})),
    "hung": lasting(hangs),
    "dripping body": lasting(drips),
    "dripping head": lasting(drips_after(OK + b"X-Long: ")),
    "500": status(500, "unavailable"),
    "502 as JSON": status(502, "unavailable", {"message": TOLD}),
    "404 with data": status(404, "rejected", {"data": {}}),
    "302 to /elsewhere": status(302, "rejected", b"", Location="/elsewhere"),
    "308 to /graphql": status(308, "rejected", b"", Location="/graphql"),
    "302 to nowhere": status(302, "rejected", b"", Location="http://["),
    "401": refused({"message": TOLD}, 401),
    "403": refused(b"<h1>Forbidden</h1>", 403),
    "a wrong key, as Zonos tells it": refused(
        {"data": None, "errors": [{"message": "HTTP Status 401 - full auth"}]}
    ),
    "unauthenticated": refused(
        {"errors": [{"extensions": {"errorType": "UNAUTHENTICATED"}}]}
    ),
    "429": limited(),
    "429, in an hour": limited(1, **{"Retry-After": "3600"}),
    "errors of 200": graphql(errors("BAD_REQUEST"), "BAD_REQUEST at cartCreate"),
    "errors of 400": graphql(errors("BAD_REQUEST", status=400), "BAD_REQUEST"),
    "unavailable": graphql(errors("UNAVAILABLE"), "UNAVAILABLE", "unavailable"),
    "internal": graphql(errors("INTERNAL", status=500), "INTERNAL", "unavailable"),
    "errors without a class": graphql(errors(None)),
    "errors that are a text": graphql(says({"errors": TOLD})),
    "errors of odd members": graphql(says({"errors": [None, ODD_MEMBER]})),
    "errors of odd extensions": graphql(says({"errors": [ODD_EXTENSIONS]})),
    "errors of odd ids": graphql(says({"errors": [FORGED_IDS]})),
    "data beside errors": replace(
        graphql(errors("INTERNAL", data=BESIDE), "INTERNAL", "unavailable"), code=None
    ),
    "no password": without_password(None),
    "an empty password": without_password(""),
    "HTML of 200": no_graphql(says(b"<!doctype html><h1>Oh</h1>")),
    "nothing": no_graphql(says(b"")),
    "no UTF-8": no_graphql(says(b'{"data": "\xff\xfe\xfd"}')),
    "nested without end": no_graphql(says(b"[" * 100_000)),
    "a number without end": no_graphql(says(b'{"data": ' + b"9" * 5000 + b"}")),
    **{f"JSON: {json.dumps(body)}": no_graphql(says(body)) for body in NO_GRAPHQL},
    "lists": shape({CART: [], AUTHENTICATE: []}),
    "empty objects": shape({CART: {}, AUTHENTICATE: {}}, " (KeyError)"),
    "numbers": shape({CART: {"id": 7}, AUTHENTICATE: {"oneTimePassword": 7}}),
    "data that lacks it": shape({"__typename": "Mutation"}, " (KeyError)"),
    "oversized": Fault(endless, BadResponse, "unavailable", "too large", told=False),
}
