"""On open connections both requests go out at once, and no thread is woken for them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from flask_zonos import APIError
from flask_zonos import TimedOut
from flask_zonos import ZonosClient
from flask_zonos.open_connection import CallTimeout
from flask_zonos.open_connection import OpenConnection
from flask_zonos.operations import AUTHENTICATE
from flask_zonos.operations import CART_CREATE

from .conftest import MakeClient
from .pairs import pair
from .samples import cart
from .threads import assert_soon
from .threads import call_threads
from .upstream import answer_after
from .upstream import answer_well
from .upstream import Handler
from .upstream import held_until
from .upstream import PATIENCE
from .upstream import Received
from .upstream import reply_with
from .upstream import telling
from .upstream import together
from .upstream import Upstream
from .upstream import Wire

PROFILE = AUTHENTICATE.name


@pytest.fixture
def has_open_connections() -> bool:
    return True


def refusing_once(upstream: Upstream, next: Handler) -> Handler:
    """Refuses a profile for now; the next one is for another handler."""

    def handler(received: Received, wire: Wire) -> None:
        upstream.on(PROFILE, next)
        wire.reply("", status=429)

    return handler


@pytest.fixture
def no_new_call_thread() -> Iterator[None]:
    before = call_threads()
    yield
    assert call_threads() <= before


@pytest.mark.usefixtures("no_new_call_thread")
def test_both_requests_are_under_way_before_either_answer_is_read(
    upstream: Upstream, client: ZonosClient
) -> None:
    upstream.on("*", together(2))

    assert pair(client).recognition.level == "profile"
    assert upstream.connections == 2


@pytest.mark.usefixtures("no_new_call_thread")
def test_the_next_pair_uses_the_same_connections(
    upstream: Upstream, client: ZonosClient
) -> None:
    upstream.on("*", together(2))
    for _ in range(3):
        pair(client)

    assert upstream.connections == 2


@pytest.mark.usefixtures("no_new_call_thread")
def test_a_profile_that_came_with_its_cart_is_taken_without_any_grace(
    upstream: Upstream, client: ZonosClient
) -> None:
    answered = threading.Event()
    upstream.on(PROFILE, telling(answered))
    upstream.on(CART_CREATE.name, held_until(answered))

    assert pair(client, grace=0).recognition.level == "profile"


def test_a_profile_that_came_before_its_cart_is_told_with_its_own_time(
    upstream: Upstream, client: ZonosClient
) -> None:
    connections = list(client._connection.get()._transport._adapter._idle)

    def answer_once_the_profile_was_seen(received: Received, wire: Wire) -> None:
        assert_soon(lambda: any(each.seen_at for each in connections))
        # The cart was begun a little later.
        time.sleep(0.1)
        answer_well(received, wire)

    upstream.on(CART_CREATE.name, answer_once_the_profile_was_seen)

    timings = pair(client).timings

    assert timings["profile"] < timings["cart"] <= timings["total"]


def test_a_late_profile_is_left_to_a_thread_and_its_connection_kept(
    upstream: Upstream, client: ZonosClient
) -> None:
    released = threading.Event()
    upstream.on(PROFILE, held_until(released))

    assert pair(client, grace=0.01).recognition.reason == "timeout"

    upstream.on("*", answer_well)
    released.set()
    wait_for_idle_connections(client, 2)
    assert pair(client).recognition.level == "profile"
    assert upstream.connections == 2


def wait_for_idle_connections(client: ZonosClient, count: int) -> None:
    idle = client._connection.get()._transport._adapter._idle
    assert_soon(lambda: len(idle) >= count)


def test_a_late_profile_keeps_its_place_until_it_has_ended(
    upstream: Upstream, make_client: MakeClient
) -> None:
    released = threading.Event()
    upstream.on(PROFILE, held_until(released))
    client = make_client(pool_size=2)

    assert pair(client, grace=0.01).recognition.reason == "timeout"
    assert pair(client, grace=0.01).recognition.reason == "busy"
    released.set()


def test_a_profile_that_is_there_in_two_pieces_is_taken_without_any_grace(
    make_client: MakeClient,
    secure: Upstream,
    ca_bundle: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A busy machine may need longer for the second piece.
    monkeypatch.setattr("flask_zonos.calls.TIME_TO_READ", PATIENCE)
    answered = threading.Event()

    def in_two_pieces(received: Received, wire: Wire) -> None:
        body = b'{"data": {"%s": {"oneTimePassword": "otp_1"}}}' % PROFILE.encode()
        # Over TLS each is a record of its own, and so is what one attempt reads.
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body))
        wire.send(body)
        answered.set()

    secure.on(PROFILE, in_two_pieces)
    secure.on(CART_CREATE.name, held_until(answered))
    client = make_client(api_url=secure.url, ca_bundle=ca_bundle)
    client.warm_up()

    assert pair(client, grace=0).recognition.level == "profile"


def test_a_profile_that_was_asked_for_twice_is_told_with_all_its_time(
    upstream: Upstream, client: ZonosClient
) -> None:
    upstream.on(PROFILE, refusing_once(upstream, answer_after(0.2)))
    upstream.on(CART_CREATE.name, answer_after(0.2))

    timings = pair(client).timings

    assert timings["profile"] > timings["cart"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_cart_that_fails_leaves_nothing_of_its_profile(
    upstream: Upstream, make_client: MakeClient, status: int
) -> None:
    gone = threading.Event()

    def wait(received: Received, wire: Wire) -> None:
        if wire.until_gone():
            gone.set()

    upstream.on(PROFILE, wait)
    upstream.on(CART_CREATE.name, reply_with("", status=status))
    client = make_client(pool_size=2)

    with pytest.raises(APIError):
        pair(client)

    # Its connection is closed, and its place is there for the next.
    assert gone.wait(PATIENCE)
    upstream.on("*", answer_well)
    assert pair(client).recognition.level == "profile"


def test_a_stop_between_the_two_calls_leaves_nothing_of_the_profile(
    upstream: Upstream, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stop(BaseException):
        """As a server's own time limit for a request."""

    client = make_client(pool_size=2)
    begin = client.begin

    def stop_at_the_cart(operation: Any, *arguments: Any, **more: Any) -> Any:
        if operation is CART_CREATE:
            raise Stop
        return begin(operation, *arguments, **more)

    monkeypatch.setattr(client, "begin", stop_at_the_cart)
    with pytest.raises(Stop):
        pair(client)
    monkeypatch.undo()

    assert pair(client).recognition.level == "profile"


def test_a_profile_that_was_refused_for_now_is_asked_for_once_more(
    upstream: Upstream, client: ZonosClient
) -> None:
    upstream.on(PROFILE, refusing_once(upstream, answer_well))

    assert pair(client).recognition.level == "profile"
    assert upstream.operations().count(PROFILE) == 2


def test_a_read_timeout_holds_for_an_answer_that_is_waited_for_elsewhere(
    upstream: Upstream, make_client: MakeClient
) -> None:
    released = threading.Event()
    upstream.on(PROFILE, held_until(released))

    checkout = pair(make_client(timeout=(2, 1)), deadline=PATIENCE)

    assert not released.is_set()
    released.set()
    assert checkout.recognition.reason == "timeout"


def test_connections_that_the_server_closed_are_closed_here_too(
    upstream: Upstream, client: ZonosClient
) -> None:
    pair(client)
    upstream.drop_connections()

    assert pair(client).recognition.level == "profile"
    assert not client._connection.get()._transport._adapter._dead


@pytest.fixture
def both_ends() -> Iterator[tuple[OpenConnection, socket.socket]]:
    ours, theirs = socket.socketpair()
    connection = OpenConnection(ours)
    yield connection, theirs
    connection.close()
    theirs.close()


#: Bytes. More than a socket takes at once.
MANY = 8_000_000


def call_timeout(read: float = PATIENCE) -> CallTimeout:
    return CallTimeout(PATIENCE, read, time.monotonic() + PATIENCE)


def test_a_request_that_is_not_taken_at_once_holds_nobody(
    both_ends: tuple[OpenConnection, socket.socket],
) -> None:
    connection, theirs = both_ends
    connection.send(b"x" * MANY, call_timeout())

    # Nobody reads yet.
    assert not connection.wait(0.01)
    thread = threading.Thread(target=read_and_answer, args=(theirs,))
    thread.start()
    answer = connection.receive()
    thread.join(PATIENCE)
    assert answer.body == str(MANY).encode()


def read_and_answer(theirs: socket.socket) -> None:
    count = 0
    while count < MANY:
        count += len(theirs.recv(1 << 20))
    body = str(count).encode()
    theirs.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


class TakingNothing(socket.socket):
    """As gevent's TLS socket, which tells a full buffer by 0 and not by an error."""

    def send(self, *arguments: Any) -> int:
        try:
            return super().send(*arguments)
        except BlockingIOError:
            return 0


def test_a_socket_that_takes_nothing_is_waited_for() -> None:
    ours, theirs = socket.socketpair()
    with theirs, TakingNothing(fileno=ours.detach()) as taking_nothing:
        connection = OpenConnection(taking_nothing)
        connection.send(b"x" * MANY, call_timeout())

        assert not connection.wait(0.01)


def test_a_request_that_nobody_takes_is_an_error_after_the_read_timeout(
    both_ends: tuple[OpenConnection, socket.socket],
) -> None:
    connection, _ = both_ends
    connection.send(b"x" * MANY, call_timeout(read=0.05))

    assert connection.wait(PATIENCE)
    with pytest.raises(TimeoutError):
        connection.receive()


def test_a_connection_that_broke_before_the_request_has_an_error_to_tell(
    both_ends: tuple[OpenConnection, socket.socket],
) -> None:
    connection, theirs = both_ends
    theirs.close()
    connection.send(b"x" * MANY, call_timeout())

    assert connection.wait(PATIENCE)
    with pytest.raises(OSError):
        connection.receive()


def test_the_deadline_holds_for_a_call_that_was_sent(
    upstream: Upstream, client: ZonosClient
) -> None:
    released = threading.Event()
    upstream.on("*", held_until(released))
    client.deadline = 0.1

    with pytest.raises(TimedOut):
        client.create_cart(cart())

    assert not released.is_set()
    released.set()
