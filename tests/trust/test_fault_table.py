"""Each fault of upstream's: what the shopper gets, the log says, which signal tells.

Then the same shop serves the next shopper, and holds no more than before.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from contextlib import ExitStack
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

import pytest
import trustme
from flask import Flask
from werkzeug.test import TestResponse

from flask_zonos.signals import cart_created
from flask_zonos.signals import checkout_failed
from flask_zonos.signals import profile_skipped

from ..extension.threads import assert_soon
from ..extension.upstream import Handler
from ..extension.upstream import server_context
from ..extension.upstream import Upstream
from .conftest import MakeShop
from .faults import AUTHENTICATE
from .faults import CART
from .faults import closes
from .faults import drips
from .faults import endless
from .faults import errors
from .faults import hangs
from .faults import late
from .faults import REQUEST_ID
from .faults import resets
from .faults import says
from .faults import sends
from .faults import TOLD
from .faults import truncates
from .shop import body_of
from .shop import signed_in

#: What the shopper reads, by the answer's code.
TOLD_THE_SHOPPER = {
    "unavailable": "The checkout could not be opened. Please try again in a moment.",
    "timeout": "The checkout took too long to open. Please try again in a moment.",
    "rate-limited": "The checkout is very busy. Please try again in a moment.",
}
BESIDE = {
    CART: {"id": "cart_1", "expiresAt": None},
    AUTHENTICATE: {"oneTimePassword": "otp"},
}
#: Where requests go, and how; nowhere else, whatever an answer says.
ONE_PLACE = {("POST", "/graphql")}
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
    log = "answer in time"
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
    return Row(fault, 502, "unavailable", "unavailable", "no GraphQL answer", told)


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
    "a negative length": broken(sends(NEGATIVE), "the connection broke"),
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
        "an answer of another shape",
    ),
    "data that lacks it": Row(
        says({"data": {"__typename": "Mutation"}}),
        502,
        "unavailable",
        "unavailable",
        "an answer of another shape (KeyError)",
    ),
    "oversized": Row(
        endless, 502, "unavailable", "unavailable", "too large", told=False
    ),
}


class Heard:
    """What the signals of one app told."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.signals: list[tuple[str, Any]] = []
        cart_created.connect(self._created, app)
        checkout_failed.connect(self._failed, app)
        profile_skipped.connect(self._skipped, app)

    def _created(self, sender: Flask, **told: Any) -> None:
        self.signals.append(("cart_created", told["recognition"].level))

    def _failed(self, sender: Flask, **told: Any) -> None:
        self.signals.append(("checkout_failed", told["code"]))

    def _skipped(self, sender: Flask, **told: Any) -> None:
        self.signals.append(("profile_skipped", told["reason"]))


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def close(app: Flask) -> None:
    with app.app_context():
        app.extensions["zonos"].client.close()


def assert_works_and_holds_nothing(app: Flask, upstream: Upstream, files: int) -> None:
    upstream._handlers.clear()
    browser = signed_in(app)
    # In as little time as a slow fault has, a busy machine may need a second click.
    assert_soon(lambda: "otp_of_kirsten-1" in browser.post("/zonos/cart-info").text)
    close(app)
    assert_soon(lambda: not upstream._open)
    assert_soon(lambda: open_files() <= files)


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_a_fault_of_the_cart(
    make_shop: MakeShop, upstream: Upstream, caplog: pytest.LogCaptureFixture, row: Row
) -> None:
    files = open_files()
    app = make_shop(**row.config)
    heard = Heard(app)
    upstream.on(CART, row.fault)
    answer = signed_in(app).post("/zonos/cart-info")
    body = body_of(answer)
    assert answer.status_code == row.status
    assert answer.headers["Cache-Control"] == "no-store"
    assert TOLD not in answer.text
    if row.status == 200:
        assert body["cartId"] == "cart_1"
        assert heard.signals == [("cart_created", "profile")]
    else:
        assert answer.mimetype == "application/problem+json"
        assert body["code"] == row.code
        assert body["detail"] == TOLD_THE_SHOPPER[body["code"]]
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert body.get("requestId") == (REQUEST_ID if row.told else None)
        assert heard.signals == [("checkout_failed", row.code)]
        assert row.log in caplog.text
        assert not row.told or REQUEST_ID in caplog.text
    assert TOLD not in caplog.text
    assert upstream.operations().count(CART) == row.times
    assert {(each.method, each.path) for each in upstream.received} == ONE_PLACE
    assert_works_and_holds_nothing(app, upstream, files)


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_a_fault_of_the_profile(
    make_shop: MakeShop, upstream: Upstream, caplog: pytest.LogCaptureFixture, row: Row
) -> None:
    files = open_files()
    app = make_shop(**row.config)
    heard = Heard(app)
    upstream.on(AUTHENTICATE, row.fault)
    answer = signed_in(app).post("/zonos/cart-info")
    body = body_of(answer)
    assert answer.status_code == 200
    assert body["recognition"] == {"level": "prefill", "reason": row.reason}
    assert body["customerProfileAuthenticate"] is None
    assert body["shippingData"]["customerAddress1"] == "Vestergade 1"
    assert heard.signals == [
        ("profile_skipped", row.reason),
        ("cart_created", "prefill"),
    ]
    assert "The shopper checks out without a profile: " in caplog.text
    assert row.log in caplog.text
    assert not row.told or REQUEST_ID in caplog.text
    assert TOLD not in caplog.text + answer.text
    assert upstream.operations().count(AUTHENTICATE) == row.times
    assert {(each.method, each.path) for each in upstream.received} == ONE_PLACE
    assert_works_and_holds_nothing(app, upstream, files)


def assert_no_checkout(
    app: Flask, heard: Heard, answer: TestResponse, status: int, code: str
) -> None:
    """The shopper is told, the signal too, and nobody saw a cart or a profile."""
    assert (answer.status_code, body_of(answer)["code"]) == (status, code)
    assert body_of(answer)["detail"] == TOLD_THE_SHOPPER[code]
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert heard.signals == [("checkout_failed", code)]


def refusing() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"http://127.0.0.1:{port}/graphql"


@pytest.mark.parametrize(
    ("address", "log"),
    [
        (refusing, "no connection (ConnectionRefusedError)"),
        (lambda: "https://zonos.invalid/graphql", "no connection (gaierror)"),
        (lambda: f"https://{'a' * 70}.invalid/graphql", "no connection (Unicode"),
    ],
    ids=["refuses", "unknown to DNS", "no name at all"],
)
def test_without_a_connection(
    make_shop: MakeShop,
    caplog: pytest.LogCaptureFixture,
    address: Callable[[], str],
    log: str,
) -> None:
    files = open_files()
    app = make_shop(ZONOS_API_URL=address())
    heard = Heard(app)
    answer = signed_in(app).post("/zonos/cart-info")
    assert_no_checkout(app, heard, answer, 502, "unavailable")
    assert log in caplog.text
    close(app)
    assert_soon(lambda: open_files() <= files)


def test_a_name_server_that_says_nothing_is_waited_for_until_the_deadline(
    make_shop: MakeShop,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Nothing here can ask a name server of its own, so the resolver is a stand-in.
    answered = threading.Event()
    asked: list[str] = []
    resolve = socket.getaddrinfo

    def wait(host: str, *more: Any, **named: Any) -> Any:
        if host == "silent.invalid":
            asked.append(host)
            assert answered.wait(30)
        return resolve(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", wait)
    files = open_files()
    app = make_shop(ZONOS_API_URL="https://silent.invalid/graphql", ZONOS_DEADLINE=1)
    heard = Heard(app)
    answer = signed_in(app).post("/zonos/cart-info")
    assert not answered.is_set()
    assert_soon(lambda: asked == ["silent.invalid"] * 2)
    assert_no_checkout(app, heard, answer, 504, "timeout")
    assert "no answer in time" in caplog.text
    answered.set()
    close(app)
    assert_soon(lambda: open_files() <= files)


@contextmanager
def taking_no_connection() -> Iterator[str]:
    """The address of a backlog that is full: the kernel answers no further SYN."""
    with socket.socket() as server, ExitStack() as held:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(3):
            one = held.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}/graphql"


def test_a_host_that_takes_no_connection_is_waited_for_until_the_timeout(
    make_shop: MakeShop, caplog: pytest.LogCaptureFixture
) -> None:
    files = open_files()
    with taking_no_connection() as url:
        app = make_shop(ZONOS_API_URL=url, ZONOS_TIMEOUT=(0.3, 1))
        heard = Heard(app)
        answer = signed_in(app).post("/zonos/cart-info")
        assert_no_checkout(app, heard, answer, 504, "timeout")
        assert "no connection in time" in caplog.text
        close(app)
    assert_soon(lambda: open_files() <= files)


@contextmanager
def not_to_be_trusted(name: str, folder: Path) -> Iterator[tuple[Upstream, Path]]:
    """An upstream with a certificate for a name, and a bundle that has another's.

    For any name but its own address, the bundle is its own: then the name is wrong.
    """
    authority = trustme.CA()
    bundle = folder / "authority.pem"
    trusted = authority if name != "127.0.0.1" else trustme.CA()
    trusted.cert_pem.write_to_path(str(bundle))
    upstream = Upstream(server_context(authority, name))
    try:
        yield upstream, bundle
    finally:
        upstream.stop()


@pytest.mark.parametrize("name", ["127.0.0.1", "elsewhere.example"])
def test_tls_that_cannot_be_trusted(
    make_shop: MakeShop, caplog: pytest.LogCaptureFixture, tmp_path: Path, name: str
) -> None:
    with not_to_be_trusted(name, tmp_path) as (upstream, bundle):
        files = open_files()
        app = make_shop(ZONOS_API_URL=upstream.url, ZONOS_CA_BUNDLE=str(bundle))
        heard = Heard(app)
        answer = signed_in(app).post("/zonos/cart-info")
        assert_no_checkout(app, heard, answer, 502, "unavailable")
        assert "TLS failed" in caplog.text
        assert upstream.received == []
        close(app)
        assert_soon(lambda: not upstream._open)
        assert_soon(lambda: open_files() <= files)


@contextmanager
def speaking_no_tls() -> Iterator[str]:
    """The ``https`` address of a server that takes what comes for plain HTTP."""
    ended = threading.Event()

    def serve(listener: socket.socket) -> None:
        while not ended.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        try:
            yield f"https://127.0.0.1:{listener.getsockname()[1]}/graphql"
        finally:
            ended.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_a_server_that_speaks_no_tls(
    make_shop: MakeShop, caplog: pytest.LogCaptureFixture
) -> None:
    with speaking_no_tls() as url:
        files = open_files()
        app = make_shop(ZONOS_API_URL=url)
        heard = Heard(app)
        answer = app.test_client().post("/zonos/cart-info")
        assert_no_checkout(app, heard, answer, 502, "unavailable")
        assert "TLS failed" in caplog.text
        close(app)
        assert_soon(lambda: open_files() <= files)


@pytest.mark.parametrize(
    ("asked", "given"), [("7", "7"), ("3600", "60"), ("0", "1"), ("soon", "1")]
)
def test_retry_after_is_whole_seconds_of_1_to_60(
    shop: Flask, upstream: Upstream, asked: str, given: str
) -> None:
    upstream.on(CART, says(b"", 429, **{"Retry-After": asked}))
    answer = shop.test_client().post("/zonos/cart-info")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == given
