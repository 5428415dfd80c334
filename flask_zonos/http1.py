"""HTTP/1.1 over one open socket, as far as a call needs it: a request, a whole answer.

:mod:`http.client` gives the head of every answer to :mod:`email`: a quarter of a
checkout's CPU. It also has a timeout per read only. This reads what RFC 9112 lets a
server send, refuses the rest, and gives every step only what is left of the call's
time. It raises the errors of :mod:`http.client`, with nothing of the answer in them.

The socket never blocks: the wait is one :func:`select.poll`, held to the time that is
left. A socket with a timeout would poll before each write too, and try to read before
it polls; each of these steps hands the interpreter to another thread.
"""

from __future__ import annotations

import re
import select
import socket
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import BadStatusLine
from http.client import HTTPException
from http.client import IncompleteRead
from http.client import RemoteDisconnected

from requests import exceptions
from urllib3.util import wait_for_read
from urllib3.util import wait_for_write

#: Bytes. The whole selection of a large order is some tens of kilobytes.
LARGEST_BODY = 4 * 1024 * 1024

#: Bytes of an answer's status and headers, and of a line between two chunks.
LARGEST_HEAD = 64 * 1024

#: Seconds. Common load balancers close an idle connection after 60.
LONGEST_IDLE = 50

_STATUS_LINE = re.compile(r"HTTP/1\.([01]) (\d{3})(?: (.*))?")
# The blanks around the value are left to strip(): a pattern for them takes time that
# grows with their number's square.
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\r\n\0]*)")
_LENGTH = re.compile(r"[0-9]{1,15}")
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(;[^\r\n]*)?")

_NO_BODY = (204, 304)

_NOT_YET_READABLE = (BlockingIOError, ssl.SSLWantReadError)
_NOT_YET_WRITABLE = (BlockingIOError, ssl.SSLWantWriteError)


class TooLarge(exceptions.RequestException):
    """The answer is larger than any answer that was asked for."""


class CallTimeout(tuple[float, float]):
    """The (connect, read) pair that requests knows, and when the call must be over.

    It is also what a call can give its adapter through requests.

    :param deadline: a moment of :func:`time.monotonic`.
    :ivar connection: to be used instead of one that the adapter finds or opens.
    """

    deadline: float
    connection: OpenConnection | None = None

    def __new__(cls, connect: float, read: float, deadline: float) -> CallTimeout:
        pair = super().__new__(cls, (connect, read))
        pair.deadline = deadline
        return pair

    def left(self, at_most: float) -> float:
        """Seconds that the next step may take.

        :raises TimeoutError: if there are none left.
        """
        left = min(at_most, self.deadline - time.monotonic())
        if left <= 0:
            raise TimeoutError("the call's deadline has passed")
        return left


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer.

    :ivar headers: by their names in lower case; the values of one name are joined.
    :ivar keeps_open: whether the connection can take another request.
    """

    status: int
    reason: str
    headers: dict[str, str]
    body: bytes
    keeps_open: bool


class OpenConnection:
    """An open socket, for one request at a time; it is made one that never blocks.

    :ivar seen_at: the moment when who waited for another answer saw this one come.
    """

    _timeout: CallTimeout

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._socket.setblocking(False)
        self._unsent = memoryview(b"")
        self._unread = bytearray()
        self._is_readable = self._is_overdue = self._has_answered = False
        self._is_session_told = False
        self._idle_since = time.monotonic()
        self.seen_at: float | None = None

    def send(self, request: bytes, timeout: CallTimeout) -> None:
        """Write of a request what is taken at once.

        The rest is for those who come for the answer, and to tell what fails.
        """
        self._timeout = timeout
        self._unsent = memoryview(request)
        self._is_readable = self._is_overdue = False
        self.seen_at = None
        with suppress(OSError):
            self._write()

    def wait(self, within: float, beside: OpenConnection | None = None) -> bool:
        """Whether there is something to receive, an answer or an error.

        :param within: seconds to wait for it; the call's own time may end before, which
            is an error to receive.
        :param beside: another. When its answer begins to come first, that is noted.
        """
        now = time.monotonic()
        given_up = now + within
        overdue = min(self._timeout.deadline, now + self._timeout[1])
        end = min(given_up, overdue)
        with suppress(OSError):
            self._write_all(end)
        if not self._is_readable:
            self._watch(end, beside)
        if not self._is_readable and overdue <= given_up:
            self._is_overdue = True
        return self._is_readable or self._is_overdue

    def receive(self) -> Answer:
        """The whole answer to the request.

        :raises TimeoutError: if it has not come in time.
        :raises TooLarge: if it is larger than it may be.
        :raises OSError: or ``HTTPException`` if the connection broke, or what came is
            no HTTP. After any error the connection can only be closed.
        """
        self._write_all()
        version, status, reason, headers = self._head()
        while status < 200:
            # Such as "100 Continue": the answer itself is yet to come.
            version, status, reason, headers = self._head()
        body, ends_here = self._body(status, headers)
        self._has_answered = True
        self._idle_since = time.monotonic()
        keeps_open = (
            ends_here
            and not self._unread
            and version == "1"
            and "close" not in headers.get("connection", "").lower()
        )
        return Answer(status, reason, headers, body, keeps_open)

    def tunnel(self, request: bytes, timeout: CallTimeout) -> None:
        """Have a proxy pass on what comes next.

        :raises OSError: if it will not; and as :meth:`receive` does.
        """
        self.send(request, timeout)
        self._write_all()
        _, status, _, _ = self._head()
        if not 200 <= status < 300 or self._unread:
            raise OSError(f"the proxy answered with HTTP {status}")

    def new_tls_session(self) -> ssl.SSLSession | None:
        """The TLS session, told once and unless it was taken up from another.

        With TLS 1.3 there is none before the first answer.
        """
        if self._is_session_told or not isinstance(self._socket, ssl.SSLSocket):
            return None
        self._is_session_told = True
        return None if self._socket.session_reused else self._socket.session

    def is_alive(self) -> bool:
        """Whether the other side has left the idle connection open."""
        if time.monotonic() - self._idle_since > LONGEST_IDLE:
            return False
        if not wait_for_read(self._socket, timeout=0):
            return True
        # Nothing was asked, so this is the end; or, before the first answer, a TLS
        # session's ticket, which is taken in by the attempt to read.
        if self._has_answered:
            return False
        try:
            self._socket.recv(1)
        except _NOT_YET_READABLE:
            return True
        except OSError:
            pass
        return False

    def close(self) -> None:
        self._socket.close()

    def _head(self) -> tuple[str, int, str, dict[str, str]]:
        status_line, *lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        found = _STATUS_LINE.fullmatch(status_line)
        if found is None:
            raise BadStatusLine("no HTTP/1 answer")
        version, status, reason = found.groups(default="")
        headers: dict[str, str] = {}
        for header in map(_HEADER.fullmatch, lines):
            if header is None:
                raise HTTPException("a malformed header")
            name, value = header.groups()
            name, value = name.lower(), value.strip(" \t")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return version, int(status), reason, headers

    def _body(self, status: int, headers: dict[str, str]) -> tuple[bytes, bool]:
        """The body, and whether it says itself where it ends."""
        if status in _NO_BODY:
            return b"", True
        coding = headers.get("transfer-encoding")
        if coding is not None:
            if coding.lower() != "chunked":
                raise HTTPException("a transfer coding that was not asked for")
            # With a length too, some other program may have read it otherwise.
            return self._chunks(), "content-length" not in headers
        length = headers.get("content-length")
        if length is None:
            return self._rest(), False
        if not _LENGTH.fullmatch(length):
            raise HTTPException("a malformed Content-Length")
        return self._take(int(length)), True

    def _chunks(self) -> bytes:
        body = bytearray()
        while True:
            found = _CHUNK_SIZE.fullmatch(self._until(b"\r\n"))
            if found is None:
                raise HTTPException("a malformed chunk")
            size = int(found[1], 16)
            if size == 0:
                break
            if len(body) + size > LARGEST_BODY:
                raise TooLarge("the answer is larger than any that was asked for")
            body += self._take(size)
            if self._take(2) != b"\r\n":
                raise HTTPException("a malformed chunk")
        # Trailers, which nobody asks for.
        while trailer := self._until(b"\r\n"):
            if b"\n" in trailer:
                raise HTTPException("a malformed trailer")
        return bytes(body)

    def _rest(self) -> bytes:
        while self._receive():
            if len(self._unread) > LARGEST_BODY:
                raise TooLarge("the answer is larger than any that was asked for")
        return self._take(len(self._unread))

    def _until(self, mark: bytes) -> bytes:
        """What comes before the mark, which is taken too."""
        while (end := self._unread.find(mark)) < 0:
            if len(self._unread) > LARGEST_HEAD:
                break
            began = bool(self._unread)
            if not self._receive():
                raise IncompleteRead(b"") if began else RemoteDisconnected("closed")
        if not 0 <= end <= LARGEST_HEAD:
            raise HTTPException("a head without end")
        return self._take(end + len(mark))[:end]

    def _take(self, count: int) -> bytes:
        if count > LARGEST_BODY:
            raise TooLarge("the answer is larger than any that was asked for")
        while len(self._unread) < count:
            if not self._receive():
                raise IncompleteRead(b"")
        taken = bytes(self._unread[:count])
        del self._unread[:count]
        return taken

    def _write(self) -> None:
        while self._unsent:
            try:
                sent = self._socket.send(self._unsent)
            except _NOT_YET_WRITABLE:
                sent = 0
            # gevent's TLS socket says so itself.
            if not sent:
                return
            self._unsent = self._unsent[sent:]

    def _write_all(self, end: float | None = None) -> None:
        while self._unsent:
            left = self._time_left() if end is None else max(end - time.monotonic(), 0)
            if not wait_for_write(self._socket, left):
                raise TimeoutError("the request was not taken in time")
            self._write()

    def _watch(self, end: float, beside: OpenConnection | None) -> None:
        """Wait till there is something to read, and note when there is beside."""
        while True:
            left = max(end - time.monotonic(), 0)
            if beside is None or beside._is_readable:
                self._is_readable = wait_for_read(self._socket, left)
                return
            ready = _readable((self._socket, beside._socket), left)
            if beside._socket in ready:
                beside._is_readable = True
                beside.seen_at = time.monotonic()
            self._is_readable = self._socket in ready
            if self._is_readable or not ready:
                return

    def _receive(self) -> bool:
        """Read what there is; nothing comes after the end."""
        while self._is_readable or wait_for_read(self._socket, self._time_left()):
            self._is_readable = False
            try:
                received = self._socket.recv(65536)
            except _NOT_YET_READABLE:
                continue
            self._unread += received
            return bool(received)
        raise TimeoutError("nothing has come in time")

    def _time_left(self) -> float:
        if self._is_overdue:
            raise TimeoutError("the call's time was over before")
        return self._timeout.left(self._timeout[1])


def _readable(
    sockets: Sequence[socket.socket], timeout: float
) -> Sequence[socket.socket]:
    """Those that can be read from, waited for; urllib3 waits for one at a time only."""
    if not hasattr(select, "poll"):
        return select.select(sockets, (), (), timeout)[0]
    poll = select.poll()
    for one in sockets:
        poll.register(one, select.POLLIN)
    ready = {number for number, _ in poll.poll(timeout * 1000)}
    return [one for one in sockets if one.fileno() in ready]
