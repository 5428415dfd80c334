"""A requests adapter for one address: kept-alive connections, and a total deadline.

requests' own adapter has a timeout per read, so an answer that drips holds a thread for
as long as it drips; and it reads the CA bundle anew for every connection. Here every
step gets only what is left of the call's time (:mod:`flask_zonos.open_connection`), and
there is one ``SSLContext`` (:mod:`flask_zonos.connect`). No redirect is followed, no
cookie kept, and nothing logged.
"""

from __future__ import annotations

import ssl
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from requests import exceptions
from requests import PreparedRequest
from requests import Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from .connect import Connector
from .http1 import TooLarge
from .open_connection import CallTimeout
from .open_connection import OpenConnection

_BLANK = {**vars(Response()), "status_code": 102, "reason": "Processing"}


class NotConnected(exceptions.ConnectionError):
    """No connection was made, so the request certainly was not sent."""


class AnswerToCome(Response):
    """What was sent, with its answer, which is read when its content is asked for.

    Before that its status is 102, "Processing": who watches requests, such as a tracer,
    expects a number.

    :ivar open_connection: where the answer comes.
    """

    def __init__(
        self, request: PreparedRequest, connection: OpenConnection, adapter: HTTPAdapter
    ) -> None:
        # What is the same in all is shared and only read; hooks may write headers.
        vars(self).update(_BLANK)
        self.headers = CaseInsensitiveDict()
        self.url = request.url or ""
        self.request = request
        self.open_connection = connection
        self._adapter = adapter

    @property
    def content(self) -> bytes:
        """The whole body.

        :raises requests.RequestException: if the answer cannot be had.
        """
        if not isinstance(self._content, bytes):
            self._receive()
        assert isinstance(self._content, bytes)
        return self._content

    def close(self) -> None:
        """Do without the answer, if it has not been read."""
        if not isinstance(self._content, bytes):
            self.open_connection.close()

    def wait(self, within: float, beside: AnswerToCome | None = None) -> bool:
        """Whether there is an answer to read, or that there will be none.

        :param within: seconds to wait for it.
        :param beside: another. When it is there first, that is noted.
        """
        if isinstance(self._content, bytes):
            # A hook has read it, and another call may have the connection by now.
            return True
        self._adapter.close_dead()
        other = None if beside is None else beside.open_connection
        return self.open_connection.wait(within, other)

    def _receive(self) -> None:
        connection = self.open_connection
        self._adapter.close_dead()
        try:
            answer = connection.receive()
        except TimeoutError as error:
            connection.close()
            raise exceptions.ReadTimeout("no whole answer in time") from error
        except TooLarge:
            # An OSError too, as all of requests' errors are.
            connection.close()
            raise
        except (OSError, HTTPException, ValueError) as error:
            connection.close()
            raise exceptions.ConnectionError(type(error).__name__) from error
        except BaseException:
            connection.close()
            raise
        self.status_code = answer.status
        self.reason = answer.reason
        self.headers = CaseInsensitiveDict(answer.headers)
        self._content = answer.body
        if answer.keeps_open and answer.status == 200:
            self._adapter.keep_answered(connection)
        else:
            # After an odd answer, such as a 204 with a body, more of it may come.
            connection.close()


class HTTPAdapter(BaseAdapter):
    """Sends to the one host of ``url`` over at most ``pool_size`` idle connections.

    :param ca_bundle: a file or directory of certificates; only for ``https``.
    :param proxy: an ``http://`` proxy to tunnel through; only for ``https``.
    """

    def __init__(
        self, url: str, *, pool_size: int, ca_bundle: str | None, proxy: str | None
    ) -> None:
        super().__init__()
        self._netloc = urlsplit(url).netloc
        self._connector = Connector(url, ca_bundle=ca_bundle, proxy=proxy)
        self._idle: deque[OpenConnection] = deque(maxlen=pool_size)
        self._dead: deque[OpenConnection] = deque()
        self._closed = False

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        """The answer to come; certificates and proxies are those of the adapter.

        requests asks for its content itself, unless ``stream`` is set.
        """
        if not isinstance(timeout, CallTimeout):
            raise TypeError("this adapter wants a CallTimeout")
        connection, timeout.connection = timeout.connection, None
        connection = connection or self.take_open() or self._connect(timeout)
        connection.send(_as_bytes(request, self._netloc), timeout)
        return AnswerToCome(request, connection, self)

    def open(self, timeout: CallTimeout) -> None:
        """Open one more connection and keep it for a request to come.

        :raises requests.RequestException: if there is none to be had.
        """
        connection = self._connect(timeout)
        self.keep(connection)

    def close(self) -> None:
        """Close the idle connections; those in use are closed when they are done."""
        self._closed = True
        _close_all(self._idle)
        self.close_dead()

    def take_open(self) -> OpenConnection | None:
        """The connection used last, unless the other side has closed it since."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if connection.is_alive():
                return connection
            self._dead.append(connection)

    def close_dead(self) -> None:
        """Close what has been idle for too long, or was found closed at its other end.

        It takes 0.4 ms, so it is done while an answer is on its way.
        """
        with suppress(IndexError):
            # The first was used the longest ago.
            while self._idle[0].is_stale():
                self._dead.append(self._idle.popleft())
        _close_all(self._dead)

    def keep_answered(self, connection: OpenConnection) -> None:
        """Keep a connection, and its TLS session for others."""
        self._connector.keep_session(connection)
        self.keep(connection)

    def keep(self, connection: OpenConnection) -> None:
        """Keep a connection for a request to come."""
        if len(self._idle) == self._idle.maxlen:
            connection.close()
        else:
            self._idle.append(connection)
        if self._closed:
            _close_all(self._idle)

    def _connect(self, timeout: CallTimeout) -> OpenConnection:
        try:
            return self._connector.open(timeout)
        except TimeoutError as error:
            raise exceptions.ConnectTimeout("no connection in time") from error
        except ssl.SSLError as error:
            raise exceptions.SSLError(error.reason or "TLS failed") from error
        except (OSError, HTTPException, UnicodeError) as error:
            raise NotConnected(type(error).__name__) from error


def _close_all(connections: deque[OpenConnection]) -> None:
    while True:
        try:
            connection = connections.pop()
        except IndexError:
            return
        connection.close()


def _as_bytes(request: PreparedRequest, host: str) -> bytes:
    """Head and body in one piece; requests has refused what may not stand in a head."""
    body = request.body or b""
    if isinstance(body, str):
        body = body.encode()
    lines = [
        f"{request.method} {request.path_url} HTTP/1.1",
        f"Host: {host}",
        "Accept-Encoding: identity",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in request.headers.lower_items()),
        "\r\n",
    ]
    return "\r\n".join(lines).encode("latin-1") + body
