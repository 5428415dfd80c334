"""No connection is to be had: the shopper is told, and nothing is held of it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import ExitStack
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import trustme

from ..support.customers_shop import signed_in
from ..support.outcomes import assert_no_checkout
from ..support.outcomes import close
from ..support.outcomes import Heard
from ..support.outcomes import open_files
from ..support.threads import assert_soon
from ..support.upstream import server_context
from ..support.upstream import Upstream
from .conftest import MakeShop


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
    assert "no response in time" in caplog.text
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
