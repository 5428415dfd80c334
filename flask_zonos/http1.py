"""HTTP/1.1 as far as a call needs it: a whole answer, taken out of what comes.

:mod:`http.client` gives the head of every answer to :mod:`email`: a quarter of a
checkout's CPU. This reads what RFC 9112 lets a server send and refuses the rest. It
raises the errors of :mod:`http.client`, with nothing of the answer in them.
"""

from __future__ import annotations

import re
from abc import ABC
from abc import abstractmethod
from dataclasses import dataclass
from http.client import BadStatusLine
from http.client import HTTPException
from http.client import IncompleteRead
from http.client import RemoteDisconnected

from requests import exceptions

#: Bytes. The whole selection of a large order is some tens of kilobytes.
LARGEST_BODY = 4 * 1024 * 1024

#: Bytes of an answer's status and headers, and of a line between two chunks.
LARGEST_HEAD = 64 * 1024

_STATUS_LINE = re.compile(r"HTTP/1\.([01]) (\d{3})(?: (.*))?")
# The blanks around the value are left to strip(): a pattern for them takes time that
# grows with their number's square.
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\r\n\0]*)")
_LENGTH = re.compile(r"[0-9]{1,15}")
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(;[^\r\n]*)?")

_NO_BODY = (204, 304)


class TooLarge(exceptions.RequestException):
    """The answer is larger than any answer that was asked for."""


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


class AnswerReader(ABC):
    """Reads answers, one at a time, from what :meth:`_receive` brings."""

    def __init__(self) -> None:
        self._unread = bytearray()

    @abstractmethod
    def _receive(self) -> bytes:
        """What has come, waited for if there is nothing; nothing after the end."""

    def _answer(self) -> Answer:
        """One whole answer.

        :raises TooLarge: if it is larger than it may be.
        :raises HTTPException: if what came is no HTTP.
        """
        version, status, reason, headers = self._head()
        while status < 200:
            # Such as "100 Continue": the answer itself is yet to come.
            version, status, reason, headers = self._head()
        body, ends_here = self._body(status, headers)
        keeps_open = (
            ends_here
            and not self._unread
            and version == "1"
            and "close" not in headers.get("connection", "").lower()
        )
        return Answer(status, reason, headers, body, keeps_open)

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
        while self._more():
            if len(self._unread) > LARGEST_BODY:
                raise TooLarge("the answer is larger than any that was asked for")
        return self._take(len(self._unread))

    def _until(self, mark: bytes) -> bytes:
        """What comes before the mark, which is taken too."""
        while (end := self._unread.find(mark)) < 0:
            if len(self._unread) > LARGEST_HEAD:
                break
            began = bool(self._unread)
            if not self._more():
                raise IncompleteRead(b"") if began else RemoteDisconnected("closed")
        if not 0 <= end <= LARGEST_HEAD:
            raise HTTPException("a head without end")
        return self._take(end + len(mark))[:end]

    def _take(self, count: int) -> bytes:
        if count > LARGEST_BODY:
            raise TooLarge("the answer is larger than any that was asked for")
        while len(self._unread) < count:
            if not self._more():
                raise IncompleteRead(b"")
        taken = bytes(self._unread[:count])
        del self._unread[:count]
        return taken

    def _more(self) -> bool:
        received = self._receive()
        self._unread += received
        return bool(received)
