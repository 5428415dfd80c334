"""A requests adapter for one address: kept-alive connections, and a total deadline.

requests' own adapter has a timeout per read, so an answer that drips holds a thread for
as long as it drips; and it reads the CA bundle anew for every connection, 17 to 30 ms
of CPU. This one stands straight on :mod:`http.client`, holds one ``SSLContext``, and
gives every read and write only what is left of the call's time. It follows no
redirect, keeps no cookie, and logs nothing.
"""

from __future__ import annotations

import http.client
import io
import os
import socket
import ssl
import time
from collections import deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from requests import exceptions
from requests import PreparedRequest
from requests import Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_auth_from_url
from urllib3.util import make_headers
from urllib3.util import wait_for_read

from .errors import ConfigurationError

#: Bytes. The whole selection of a large order is some tens of kilobytes.
LARGEST_BODY = 4 * 1024 * 1024

#: Seconds. Common load balancers close an idle connection after 60.
LONGEST_IDLE = 50


class NotConnected(exceptions.ConnectionError):
    """No connection was made, so the request certainly was not sent."""


class TooLarge(exceptions.RequestException):
    """The answer is larger than any answer that was asked for."""


class CallTimeout(tuple[float, float]):
    """The (connect, read) pair that requests knows, and when the call must be over.

    :param deadline: a moment of :func:`time.monotonic`.
    """

    deadline: float

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


class HTTPAdapter(BaseAdapter):
    """Sends to the one host of ``url`` over at most ``pool_size`` idle connections.

    :param ca_bundle: a file or directory of certificates; only for ``https``.
    :param proxy: an ``http://`` proxy to tunnel through; only for ``https``.
    """

    def __init__(
        self, url: str, *, pool_size: int, ca_bundle: str | None, proxy: str | None
    ) -> None:
        super().__init__()
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._context = _tls_context(ca_bundle) if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._context else 80)
        self._proxy = proxy if self._context else None
        self._idle: deque[_Connection] = deque(maxlen=pool_size)
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
        """The whole answer; certificates and proxies are those of the adapter."""
        if not isinstance(timeout, CallTimeout):
            raise TypeError("this adapter wants a CallTimeout")
        connection = self._idle_connection() or self._connect(timeout)
        try:
            answer, body = connection.exchange(request, timeout)
        except TimeoutError as error:
            connection.close()
            raise exceptions.ReadTimeout("no whole answer in time") from error
        except TooLarge:
            # An OSError too, as all of requests' errors are.
            connection.close()
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            connection.close()
            raise exceptions.ConnectionError(type(error).__name__) from error
        except BaseException:
            connection.close()
            raise
        if answer.will_close or answer.status != 200:
            # After an odd answer, such as a 204 with a body, more of it may come.
            connection.close()
        else:
            self._keep(connection)
        return _response(request, answer, body)

    def open(self, timeout: CallTimeout) -> None:
        """Open one more connection and keep it for a request to come.

        :raises requests.RequestException: if there is none to be had.
        """
        connection = self._connect(timeout)
        self._keep(connection)

    def close(self) -> None:
        """Close the idle connections; those in use are closed when they are done."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _idle_connection(self) -> _Connection | None:
        """The connection used last, unless the other side has closed it since."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if connection.is_alive():
                return connection
            connection.close()

    def _keep(self, connection: _Connection) -> None:
        connection.idle_since = time.monotonic()
        if self._closed or len(self._idle) == self._idle.maxlen:
            connection.close()
        else:
            self._idle.append(connection)

    def _connect(self, timeout: CallTimeout) -> _Connection:
        try:
            connect_timeout = timeout.left(timeout[0])
            raw = self._new_connection(connect_timeout)
            raw.connect()
        except TimeoutError as error:
            raise exceptions.ConnectTimeout("no connection in time") from error
        except ssl.SSLError as error:
            raise exceptions.SSLError(error.reason or "TLS failed") from error
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            raise NotConnected(type(error).__name__) from error
        return _Connection(raw.sock)

    def _new_connection(self, timeout: float) -> http.client.HTTPConnection:
        if self._context is None:
            return http.client.HTTPConnection(self._host, self._port, timeout=timeout)
        if self._proxy is None:
            return http.client.HTTPSConnection(
                self._host, self._port, timeout=timeout, context=self._context
            )
        proxy = urlsplit(self._proxy)
        connection = http.client.HTTPSConnection(
            proxy.hostname or "",
            proxy.port or 80,
            timeout=timeout,
            context=self._context,
        )
        name, password = get_auth_from_url(self._proxy)
        headers = make_headers(proxy_basic_auth=f"{name}:{password}") if name else {}
        connection.set_tunnel(self._host, self._port, headers)
        return connection


def _tls_context(ca_bundle: str | None) -> ssl.SSLContext:
    try:
        if ca_bundle is not None and os.path.isdir(ca_bundle):
            return ssl.create_default_context(capath=ca_bundle)
        return ssl.create_default_context(cafile=ca_bundle)
    except OSError as error:
        raise ConfigurationError(
            "ZONOS_CA_BUNDLE",
            f"no certificates can be read from it ({type(error).__name__}); give a "
            "file in PEM form. Unset, it is REQUESTS_CA_BUNDLE, then CURL_CA_BUNDLE",
        ) from None


class _Connection:
    """One open connection, each of whose steps knows the deadline of its call."""

    _timeout: CallTimeout

    def __init__(self, raw: socket.socket) -> None:
        self._raw = raw
        self.idle_since = 0.0

    def exchange(
        self, request: PreparedRequest, timeout: CallTimeout
    ) -> tuple[http.client.HTTPResponse, bytes]:
        self._timeout = timeout
        self._raw.settimeout(timeout.left(timeout[1]))
        self._raw.sendall(_as_bytes(request))
        answer = http.client.HTTPResponse(self, method=request.method)  # type: ignore[arg-type]
        try:
            answer.begin()
            body = answer.read(LARGEST_BODY + 1)
            if len(body) > LARGEST_BODY:
                raise TooLarge("the answer is larger than any that was asked for")
            # The body may end at its length before the answer has noticed.
            answer.read()
            if answer.length:
                # Where nothing came at all, http.client takes that for a whole body.
                raise http.client.IncompleteRead(body, answer.length)
        finally:
            answer.close()
        return answer, body

    def makefile(self, mode: str) -> io.BufferedReader:
        """What http.client reads an answer from."""
        return io.BufferedReader(_Reader(self))

    def recv_into(self, buffer: Any) -> int:
        self._raw.settimeout(self._timeout.left(self._timeout[1]))
        return self._raw.recv_into(buffer)

    def is_alive(self) -> bool:
        if time.monotonic() - self.idle_since > LONGEST_IDLE:
            return False
        if not wait_for_read(self._raw, timeout=0):
            return True
        # Nothing was asked, so this is the end; or a TLS session's ticket, which comes
        # after the handshake and is taken in by the attempt to read.
        self._raw.settimeout(0)
        try:
            self._raw.recv(1)
        except ssl.SSLWantReadError:
            return True
        except OSError:
            pass
        return False

    def close(self) -> None:
        self._raw.close()


class _Reader(io.RawIOBase):
    def __init__(self, source: _Connection) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._source.recv_into(buffer)


def _as_bytes(request: PreparedRequest) -> bytes:
    """Head and body in one piece; requests has refused what may not stand in a head.

    http.client would check each header again and send head and body one by one.
    """
    body = request.body or b""
    headers = {
        "Host": urlsplit(str(request.url)).netloc,
        "Accept-Encoding": "identity",
        **request.headers,
    }
    lines = [f"{request.method} {request.path_url} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    return head + (body.encode() if isinstance(body, str) else body)


def _response(
    request: PreparedRequest, answer: http.client.HTTPResponse, body: bytes
) -> Response:
    response = Response()
    response.status_code = answer.status
    response.reason = answer.reason
    response.headers = CaseInsensitiveDict(answer.getheaders())
    response.url = request.url or ""
    response.request = request
    response._content = body
    response._content_consumed = True  # type: ignore[attr-defined]
    return response
