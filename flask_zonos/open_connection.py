"""One open socket to Zonos: a request written, its answer waited for and read.

:mod:`http.client` has a timeout per read only; here every step gets only what is left
of the call's time.

The socket never blocks: the wait is one :func:`select.poll`, held to the time that is
left. A socket with a timeout would poll before each write too, and try to read before
it polls; each of these steps hands the interpreter to another thread.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress

from urllib3.util import wait_for_read
from urllib3.util import wait_for_write

from .http1 import Answer
from .http1 import AnswerReader

#: Seconds. Common load balancers close an idle connection after 60.
LONGEST_IDLE = 50

_NOT_YET_READABLE = (BlockingIOError, ssl.SSLWantReadError)
_NOT_YET_WRITABLE = (BlockingIOError, ssl.SSLWantWriteError)


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


class OpenConnection(AnswerReader):
    """An open socket, for one request at a time; it is made one that never blocks.

    :ivar seen_at: the moment when who waited for another answer saw this one come.
    """

    _timeout: CallTimeout

    def __init__(self, connected: socket.socket) -> None:
        super().__init__()
        self._socket = connected
        self._socket.setblocking(False)
        self._unsent = memoryview(b"")
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
        answer = self._answer()
        self._has_answered = True
        self._idle_since = time.monotonic()
        return answer

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

    def is_stale(self) -> bool:
        """Whether it has been idle for so long that the other side may close it."""
        return time.monotonic() - self._idle_since > LONGEST_IDLE

    def is_alive(self) -> bool:
        """Whether the other side has left the idle connection open."""
        if self.is_stale():
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

    def _receive(self) -> bytes:
        while self._is_readable or wait_for_read(self._socket, self._time_left()):
            self._is_readable = False
            try:
                return self._socket.recv(65536)
            except _NOT_YET_READABLE:
                continue
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
