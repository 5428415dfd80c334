"""The reader of answers, against :mod:`http.client` and against a hostile server."""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from http.client import HTTPResponse

import pytest
from hypothesis import assume
from hypothesis import given
from hypothesis import strategies as st

from flask_zonos.http1 import Answer
from flask_zonos.http1 import TooLarge
from flask_zonos.open_connection import CallTimeout
from flask_zonos.open_connection import OpenConnection

PATIENCE = 10.0

TOKENS = st.text("abcXYZ-_09", min_size=1, max_size=12)
VALUES = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0xFF), max_size=30
).filter(lambda value: value == value.strip() and "\x85" not in value)


class Torn(socket.socket):
    """A socket on a network that tears what comes into pieces of these sizes."""

    def __init__(self, whole: socket.socket, *sizes: int) -> None:
        super().__init__(fileno=os.dup(whole.fileno()))
        self.sizes = itertools.cycle(sizes)

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        return super().recv(next(self.sizes), flags)


@contextmanager
def receiving(sent: bytes) -> Iterator[socket.socket]:
    """A socket whose other side sends these bytes and goes."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(sent)
        theirs.shutdown(socket.SHUT_WR)
        yield ours


def exchange(connected: socket.socket) -> Answer:
    timeout = CallTimeout(PATIENCE, PATIENCE, time.monotonic() + PATIENCE)
    connection = OpenConnection(connected)
    connection.send(b"POST / HTTP/1.1\r\n\r\n", timeout)
    return connection.receive()


def read(sent: bytes) -> Answer:
    with receiving(sent) as connected:
        return exchange(connected)


def read_by_http_client(sent: bytes) -> tuple[HTTPResponse, bytes]:
    with receiving(sent) as connected:
        answer = HTTPResponse(connected, method="POST")
        answer.begin()
        return answer, answer.read()


@dataclass(frozen=True)
class Sent:
    """An answer as a server may send it."""

    head: bytes
    body: bytes
    ends_itself: bool

    @property
    def whole(self) -> bytes:
        return self.head + self.body


@st.composite
def chunked(draw: st.DrawFn) -> bytes:
    sent = b""
    for chunk in draw(st.lists(st.binary(min_size=1, max_size=40), max_size=4)):
        extension = draw(st.sampled_from([b"", b";a=b", b" ;a"]))
        sent += b"%x%s\r\n%s\r\n" % (len(chunk), extension, chunk)
    trailer = draw(st.sampled_from([b"", b"X-Trailer: a\r\n"]))
    return sent + b"0\r\n" + trailer + b"\r\n"


@st.composite
def answers(draw: st.DrawFn) -> Sent:
    status = draw(st.sampled_from([200, 201, 204, 304, 400, 401, 429, 500, 503]))
    reason = draw(st.sampled_from(["", " ", " OK", " Too Many Requests", " Se\xf1or"]))
    lines = [f"HTTP/1.{draw(st.sampled_from('01'))} {status}{reason}"]
    for name in draw(st.lists(TOKENS, max_size=4, unique_by=str.lower)):
        lines.append(f"X-{name}:{draw(st.sampled_from(['', ' ', '  ']))}{draw(VALUES)}")
    coding = draw(st.sampled_from(["length", "chunked", "end"]))
    body = draw(st.binary(max_size=200))
    if status in (204, 304):
        coding, body = "none", b""
    elif coding == "length":
        lines.append(f"Content-Length: {len(body)}")
    elif coding == "chunked":
        lines.append("Transfer-Encoding: chunked")
        body = draw(chunked())
    if draw(st.booleans()):
        lines.append(draw(st.sampled_from(["Connection: close", "connection: Close"])))
    interim = draw(st.sampled_from(["", "HTTP/1.1 100 Continue\r\n\r\n"]))
    head = interim + "\r\n".join([*lines, "", ""])
    return Sent(head.encode("latin-1"), body, coding != "end")


@given(answers())
def test_an_answer_reads_as_it_does_in_http_client(sent: Sent) -> None:
    answer = read(sent.whole)
    expected, body = read_by_http_client(sent.whole)

    assert (answer.status, answer.reason) == (expected.status, expected.reason)
    assert answer.body == body
    for name in expected.headers:
        assert answer.headers[name.lower()] == expected.headers[name]
    assert len(answer.headers) == len(expected.headers)
    assert answer.keeps_open == (not expected.will_close)


@given(answers(), st.data())
def test_an_answer_that_breaks_off_is_never_taken_for_a_whole_one(
    sent: Sent, data: st.DataObject
) -> None:
    whole = sent.whole if sent.ends_itself else sent.head
    kept = data.draw(st.integers(0, len(whole) - 1))

    with pytest.raises(HTTPException):
        read(whole[:kept])


@given(answers(), st.data())
def test_what_is_no_http_is_refused_or_read_as_http_client_reads_it(
    sent: Sent, data: st.DataObject
) -> None:
    damaged = bytearray(sent.whole)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place : place + 1] = data.draw(
            st.sampled_from(
                [b"", b"\r", b"\n", b"\0", b":", b" ", b"9", b"\r\n", b"\xff"]
            )
        )
    try:
        answer = read(bytes(damaged))
    except (HTTPException, TooLarge):
        return
    expected, body = read_by_http_client(bytes(damaged))
    # http.client waits for the answer itself after a 100 only, not after each 1xx.
    assume(not 100 < expected.status < 200)
    assert (answer.status, answer.body) == (expected.status, body)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_with_an_error_that_is_expected(
    sent: bytes,
) -> None:
    with pytest.raises(HTTPException):
        read(sent)


@given(answers(), st.lists(st.integers(1, 60), min_size=1, max_size=4))
def test_it_does_not_matter_in_which_pieces_an_answer_comes(
    sent: Sent, sizes: list[int]
) -> None:
    with receiving(sent.whole) as connected, Torn(connected, *sizes) as torn:
        answer = exchange(torn)

    assert answer == read(sent.whole)


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        OK + b"Content-Length: 2\r\n\r\nabHTTP/1.1 200 OK",
        OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        OK + b"Content-Length: 0\r\nConnection: x, close\r\n\r\n",
        OK + b"\r\nab",
        b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["more than was asked", "two lengths", "close", "no length", "HTTP/1.0"],
)
def test_a_connection_whose_next_answer_is_in_doubt_is_not_used_again(
    sent: bytes,
) -> None:
    assert not read(sent).keeps_open
    assert read(OK + b"Content-Length: 0\r\n\r\n").keeps_open


@pytest.mark.parametrize(
    "sent",
    [
        OK + b"Content-Length: 1001\r\n\r\n" + b"a" * 1001,
        OK + b"Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + b"a" * 1001,
        OK
        + b"Transfer-Encoding: chunked\r\n\r\n"
        + b"1f4\r\n%s\r\n" % (b"a" * 500) * 3,
        OK + b"\r\n" + b"a" * 1001,
    ],
    ids=["length", "chunk", "chunks", "no length"],
)
def test_a_body_larger_than_any_asked_for_is_refused(
    sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_zonos.http1.LARGEST_BODY", 1000)

    with pytest.raises(TooLarge):
        read(sent)


@pytest.mark.parametrize(
    "sent",
    [
        OK + b"X-A: b\r\n" * 40 + b"\r\n",
        OK + b"X-A: " + b"b" * 300,
        OK + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"a" * 300 + b"\r\n",
    ],
    ids=["headers", "a header", "a chunk's extension"],
)
def test_a_head_larger_than_any_that_makes_sense_is_refused(
    sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_zonos.http1.LARGEST_HEAD", 200)

    with pytest.raises(HTTPException):
        read(sent)


def test_a_short_head_may_come_with_a_body_longer_than_any_head(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("flask_zonos.http1.LARGEST_HEAD", 200)
    sent = OK + b"Content-Length: 300\r\n\r\n" + b"a" * 300

    with receiving(sent) as connected, Torn(connected, 1, len(sent)) as torn:
        assert exchange(torn).body == b"a" * 300


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: \xb2\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n",
        b"HTTP/1.1 200 OK\r\nX-A : b\r\n",
        b"HTTP/1.1 200 OK\r\n folded\r\n",
        b"HTTP/2 200\r\n",
        b"HTTP/1.1 2000 OK\r\n",
        b"ICY 200 OK\r\n",
    ],
)
def test_a_head_that_can_be_read_in_two_ways_is_refused(head: bytes) -> None:
    with pytest.raises(HTTPException):
        read(head + b"\r\n1\r\na\r\n0\r\n\r\n")


LONG_BLANKS = """
from tests.extension.test_http1 import read
for value in (b" " * 30_000 + b"\\0", b"a" + b" " * 60_000 + b"b"):
    try:
        answer = read(b"HTTP/1.1 204 No\\r\\nX-A:" + value + b"\\r\\n\\r\\n")
        print(len(answer.headers["x-a"]))
    except Exception as error:
        print(error)
"""


def test_long_blanks_in_a_header_do_not_hold_the_whole_process() -> None:
    # In a process of its own, since nothing in this one could interrupt it.
    done = subprocess.run(
        [sys.executable, "-c", LONG_BLANKS],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.stdout.splitlines() == ["a malformed header", "60002"], done.stderr
