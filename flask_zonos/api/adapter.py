"""requests' HTTPAdapter with one ``SSLContext`` and one deadline per call.

requests reads the CA bundle again for every new connection, 17 to 30 ms of CPU each,
and its timeouts bound single reads only: a response that drips would hold a thread for
as long as it drips. Sending, pooling and proxies are requests' own.
"""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection

from ..errors import ConfigurationError


class Deadline:
    """The deadline of the call that runs in this context, and how far it has come.

    :ivar at: in seconds of :func:`time.monotonic`.
    :ivar sent: over TLS, whether something of the request was written; else ``None``.
    """

    def __init__(self, at: float) -> None:
        self.at = at
        self.sent: bool | None = None

    def seconds_left(self) -> float:
        """Return the seconds that the next step may take.

        :raises TimeoutError: if there are none left.
        """
        left = self.at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the call's deadline has passed")
        return left

    @contextmanager
    def applied(self) -> Iterator[Deadline]:
        """Hold what this thread does on connections of the adapter to the deadline."""
        token = _current.set(self)
        try:
            yield self
        finally:
            _current.reset(token)


_current: ContextVar[Deadline | None] = ContextVar("zonos.deadline", default=None)


class ZonosAdapter(HTTPAdapter):
    """Send to Zonos; certificates are those of the adapter, whatever a call says.

    :param pool_size: connections that are kept open.
    :param ca_bundle: a file or directory of certificates.
    :raises ConfigurationError: if no certificates can be read.
    """

    def __init__(self, *, pool_size: int, ca_bundle: str) -> None:
        self._tls = _tls_context(ca_bundle)
        super().__init__(pool_maxsize=pool_size)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        options = _SocketOptions(HTTPConnection.default_socket_options)
        super().init_poolmanager(
            *args, ssl_context=self._tls, socket_options=options, **kwargs
        )

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        if not proxy.lower().startswith("socks"):
            kwargs["proxy_ssl_context"] = self._tls
        options = _SocketOptions(HTTPConnection.default_socket_options)
        return super().proxy_manager_for(
            proxy, ssl_context=self._tls, socket_options=options, **kwargs
        )

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave the connection to the one ``SSLContext``."""
        call = _current.get()
        if call is not None and conn.scheme == "https":
            call.sent = False


class _SocketOptions(list[Any]):
    """urllib3 reads them before it tries each address of a host.

    Many silent addresses, or a name server that was silent for long, then leave nothing
    to do after the deadline.
    """

    def __iter__(self) -> Iterator[Any]:
        call = _current.get()
        if call is not None:
            call.seconds_left()
        return super().__iter__()


def _tls_context(ca_bundle: str) -> ssl.SSLContext:
    try:
        if os.path.isdir(ca_bundle):
            context = ssl.create_default_context(capath=ca_bundle)
        else:
            context = ssl.create_default_context(cafile=ca_bundle)
    except OSError as error:
        raise ConfigurationError(
            "ZONOS_CA_BUNDLE",
            f"no certificates can be read from it ({type(error).__name__}); give a "
            "file in PEM form. Unset, it is REQUESTS_CA_BUNDLE, then CURL_CA_BUNDLE",
        ) from None
    context.sslsocket_class = _deadline_socket(context.sslsocket_class)
    return context


def _deadline_socket(base: type[ssl.SSLSocket]) -> type[ssl.SSLSocket]:
    """Return a TLS socket that does nothing after the deadline of a call.

    :param base: the context's own class, which is gevent's where gevent has patched it.
    """

    def bounded(name: str) -> Callable[..., Any]:
        method = getattr(base, name)

        def within_deadline(tls: ssl.SSLSocket, *args: Any, **kwargs: Any) -> Any:
            call = _current.get()
            if call is not None:
                if name == "sendall":
                    _start_request(tls, call)
                # urllib3 has set the connect or the read timeout before.
                timeout, left = tls.gettimeout(), call.seconds_left()
                tls.settimeout(left if timeout is None else min(timeout, left))
            return method(tls, *args, **kwargs)

        return within_deadline

    # sendall writes by send in pieces, and TLS through a TLS proxy reads by recv.
    names = ("do_handshake", "recv", "recv_into", "send", "sendall")
    return type("DeadlineSocket", (base,), {name: bounded(name) for name in names})


def _start_request(tls: ssl.SSLSocket, call: Deadline) -> None:
    if tls.pending():
        # More than one response came to the request before: it is nobody's.
        raise ConnectionAbortedError("unread data on an idle connection")
    call.sent = True
