"""Each fault of upstream's as a row: what is answered, told and logged of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any

from .fault_handlers import AUTHENTICATE
from .fault_handlers import CART
from .fault_handlers import closes
from .fault_handlers import drips
from .fault_handlers import endless
from .fault_handlers import errors
from .fault_handlers import hangs
from .fault_handlers import late
from .fault_handlers import resets
from .fault_handlers import says
from .fault_handlers import sends
from .fault_handlers import TOLD
from .fault_handlers import truncates
from .upstream import Handler

BESIDE = {
    CART: {"id": "cart_1", "expiresAt": None},
    AUTHENTICATE: {"oneTimePassword": "otp"},
}


#: For faults that last as long as they may; the others have all the time there is.
HURRIED = {"ZONOS_TIMEOUT": (2, 1), "ZONOS_DEADLINE": 2}


@dataclass(frozen=True)
class Row:
    """A fault, and what becomes of it.

    :ivar status: of the answer where the cart's call has it; 200 is a cart that counts.
    :ivar reason: why there is no profile where that call has it.
    :ivar log: what the log says; with Zonos's request id if ``told``.
    :ivar config: the shop's settings.
    """

    fault: Handler
    status: int
    code: str | None
    reason: str
    log: str
    told: bool = True
    times: int = 1
    config: Mapping[str, object] = field(default_factory=dict)


def broken(fault: Handler, log: str) -> Row:
    return Row(fault, 502, "unavailable", "unavailable", log, told=False)


def slow(fault: Handler) -> Row:
    log = "response in time"
    return Row(fault, 504, "timeout", "timeout", log, told=False, config=HURRIED)


def server(status: int, reason: str = "unavailable", body: Any = b"<h1>Oh</h1>") -> Row:
    log = f"Zonos answered with HTTP {status}"
    return Row(says(body, status), 502, "unavailable", reason, log)


def elsewhere(status: int, where: str) -> Row:
    """The same server would answer there, if anybody went."""
    log = f"Zonos answered with HTTP {status}"
    fault = says(b"", status, Location=where)
    return Row(fault, 502, "unavailable", "rejected", log)


def refused(status: int, body: Any) -> Row:
    fault = says(body, status)
    return Row(fault, 502, "unavailable", "rejected", "ZONOS_CREDENTIAL_TOKEN")


def no_graphql(fault: Handler, told: bool = True) -> Row:
    return Row(fault, 502, "unavailable", "unavailable", "no GraphQL response", told)


def graphql(fault: Handler, reason: str, log: str, told: bool = True) -> Row:
    return Row(fault, 502, "unavailable", reason, f"Zonos refused it: {log}", told)


def without_password(password: str | None) -> Row:
    data = {**BESIDE, AUTHENTICATE: {"oneTimePassword": password}}
    log = "no password came"
    return Row(says({"data": data}), 200, None, "no-password", log)


def limited(times: int = 2, **headers: Any) -> Row:
    fault = says(TOLD.encode(), 429, **headers)
    log = "Zonos asks to send less"
    return Row(fault, 503, "rate-limited", "unavailable", log, times=times)


WITHOUT_KEY = {"data": None, "errors": [{"message": "HTTP Status 401 - full auth"}]}
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
NEGATIVE = b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}"
MANY_HEADERS = b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 20_000 + b"\r\n"
LONG_HEADER = b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 70_000 + b"\r\n\r\n"
TABLE = {
    "reset": broken(resets, "the connection broke"),
    "closes early": broken(closes, "the connection broke"),
    "truncated body": broken(truncates, "the connection broke (IncompleteRead)"),
    "no HTTP": broken(sends(b"SSH-2.0\r\n\r\n"), "the connection broke"),
    "chunks of no length": broken(sends(CHUNKED), "the connection broke"),
    "a negative length": no_graphql(sends(NEGATIVE), told=False),
    "headers without end": broken(sends(MANY_HEADERS), "the connection broke"),
    "a header without end": broken(sends(LONG_HEADER), "the connection broke"),
    "slow": slow(late),
    "hung": slow(hangs),
    "dripping": slow(drips),
    "500": server(500),
    "502 as JSON": server(502, body={"message": TOLD}),
    "503": server(503),
    "504": server(504, body=b""),
    "400": server(400, "rejected"),
    "404": server(404, "rejected"),
    "409": server(409, "rejected", {"data": None}),
    "422": server(422, "rejected"),
    **{
        f"{status} to {where}": elsewhere(status, where)
        for status in (301, 302, 303, 307, 308)
        for where in ("/graphql", "/elsewhere")
    },
    "304": server(304, "rejected", b""),
    "401": refused(401, {"message": TOLD}),
    "403": refused(403, b"<h1>Forbidden</h1>"),
    "a wrong key, as Zonos tells it": Row(
        says(WITHOUT_KEY), 502, "unavailable", "rejected", "ZONOS_CREDENTIAL_TOKEN"
    ),
    "429": limited(),
    "429, in a second": limited(2, **{"Retry-After": "1"}),
    "429, in an hour": limited(1, **{"Retry-After": "3600"}),
    "429, at a date": limited(2, **{"Retry-After": "Tue, 24 Nov 2026 00:00:00 GMT"}),
    "errors of 200": graphql(errors("BAD_REQUEST"), "rejected", "BAD_REQUEST"),
    "errors of 400": graphql(
        errors("BAD_REQUEST", status=400), "rejected", "BAD_REQUEST"
    ),
    "unavailable": graphql(errors("UNAVAILABLE"), "unavailable", "UNAVAILABLE"),
    "internal": graphql(errors("INTERNAL", status=500), "unavailable", "INTERNAL"),
    "errors without a class": graphql(errors(None), "rejected", "no class"),
    "errors that are a text": graphql(says({"errors": TOLD}), "rejected", "no class"),
    "errors that are an object": graphql(
        says({"errors": {"message": TOLD}}), "rejected", "no class"
    ),
    "errors that are numbers": graphql(says({"errors": [1]}), "rejected", "no class"),
    "data beside errors": Row(
        errors("INTERNAL", data=BESIDE), 200, None, "unavailable", "INTERNAL"
    ),
    "no password": without_password(None),
    "an empty password": without_password(""),
    "HTML of 200": no_graphql(says(b"<!doctype html><h1>Oh</h1>")),
    "nothing": no_graphql(says(b"")),
    "204": no_graphql(sends(b"HTTP/1.1 204 No Content\r\n\r\n"), told=False),
    "null data": no_graphql(says({"data": None})),
    "no errors": no_graphql(says({"errors": []})),
    "null": no_graphql(says(None)),
    "a number": no_graphql(says(7)),
    "a list": no_graphql(says(["data"])),
    "a text": no_graphql(says("data")),
    "no UTF-8": no_graphql(says(b'{"data": "\xff\xfe\xfd"}')),
    "nested without end": no_graphql(says(b"[" * 100_000)),
    "a number without end": no_graphql(says(b'{"data": ' + b"9" * 5000 + b"}")),
    "data of another shape": Row(
        says({"data": {CART: [], AUTHENTICATE: []}}),
        502,
        "unavailable",
        "unavailable",
        "a response of another shape",
    ),
    "data that lacks it": Row(
        says({"data": {"__typename": "Mutation"}}),
        502,
        "unavailable",
        "unavailable",
        "a response of another shape (KeyError)",
    ),
    "oversized": Row(
        endless, 502, "unavailable", "unavailable", "too large", told=False
    ),
}
