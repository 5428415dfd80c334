"""Open connections to the one host of an address, each whole within a call's time.

:mod:`http.client` would give every address of the host the full timeout, and a proxy
one for each of its lines: an answer that drips would hold a thread for as long as it
drips.
"""

from __future__ import annotations

import os
import socket
import ssl
import time
from urllib.parse import urlsplit

from requests.utils import get_auth_from_url
from urllib3.util import make_headers

from .errors import ConfigurationError
from .open_connection import CallTimeout
from .open_connection import OpenConnection

#: Seconds. After them the server's certificate is looked at anew.
LONGEST_SESSION = 3600


class Connector:
    """Opens connections to the host of ``url``.

    :param ca_bundle: a file or directory of certificates; only for ``https``.
    :param proxy: an ``http://`` proxy to tunnel through; only for ``https``.
    :raises ConfigurationError: if no certificates can be read.
    """

    def __init__(self, url: str, *, ca_bundle: str | None, proxy: str | None) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        # Read once: for each connection it would cost 17 to 30 ms of CPU.
        self._context = _tls_context(ca_bundle) if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._context else 80)
        self._session: ssl.SSLSession | None = None
        self._session_ends = 0.0
        self._proxy = urlsplit(proxy) if proxy and self._context else None

    def open(self, timeout: CallTimeout) -> OpenConnection:
        """A connection that is ready for a request.

        :raises TimeoutError: if there is none within the connect timeout, which counts
            for all steps together but the look-up of the host's name.
        :raises OSError: or ``HTTPException`` or ``UnicodeError`` if there is none.
        """
        connect, _ = timeout
        end = min(timeout.deadline, time.monotonic() + connect)
        timeout = CallTimeout(connect, connect, end)
        if self._proxy is None:
            connected = _connected(self._host, self._port, timeout)
        else:
            name, port = self._proxy.hostname or "", self._proxy.port or 80
            connected = _connected(name, port, timeout)
        try:
            if self._proxy is not None:
                OpenConnection(connected).tunnel(self._tunnel_request(), timeout)
            if self._context is not None:
                # Python holds the whole handshake to it.
                connected.settimeout(timeout.left(connect))
                is_young = time.monotonic() < self._session_ends
                connected = self._context.wrap_socket(
                    connected,
                    server_hostname=self._host,
                    session=self._session if is_young else None,
                )
        except BaseException:
            # If it was the session that the server does not bear, the next goes well.
            self._session = None
            connected.close()
            raise
        return OpenConnection(connected)

    def keep_session(self, connection: OpenConnection) -> None:
        """Let connections to come take up the TLS session of one that was answered on.

        As browsers do: with TLS 1.2 it spares a round trip, with 1.3 the check of the
        certificates. A server that knows the session no more goes on without it.
        """
        session = connection.new_tls_session()
        if session is not None:
            self._session = session
            self._session_ends = time.monotonic() + LONGEST_SESSION

    def _tunnel_request(self) -> bytes:
        assert self._proxy is not None
        host = f"[{self._host}]" if ":" in self._host else self._host
        target = f"{host.encode('idna').decode()}:{self._port}"
        lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
        name, password = get_auth_from_url(self._proxy.geturl())
        if name:
            headers = make_headers(proxy_basic_auth=f"{name}:{password}")
            lines += [f"{header}: {value}" for header, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _connected(host: str, port: int, timeout: CallTimeout) -> socket.socket:
    """A socket to the first address of a host that takes one.

    Each address but the last gets half of the time that is left, so that one that is
    silent leaves some for the next.
    """
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    failure: OSError = TimeoutError("no address in time")
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        share = timeout.left(timeout[0]) / min(len(addresses) - tried, 2)
        try:
            connecting = socket.socket(family, kind, protocol)
        except OSError as error:
            # A family that this machine does not speak.
            failure = error
            continue
        try:
            connecting.settimeout(share)
            connecting.connect(address)
            # A request must not wait for the answer to its first half.
            connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connecting
        except OSError as error:
            connecting.close()
            failure = error
        except BaseException:
            connecting.close()
            raise
    raise failure


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
