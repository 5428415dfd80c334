"""requests' HTTPAdapter with one ``SSLContext`` and one deadline per call.

requests reads the CA bundle again for every new connection, 17 to 30 ms of CPU each,
and bounds single reads only: a response that drips would hold a thread for ever.
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
    """The deadline of a call; ``sent`` tells of its request over TLS, else ``None``."""

    def __init__(self, at: float) -> None:
        self._at = at
        self.sent: bool | None = None

    def seconds_left(self) -> float:
        """Return the seconds that are left, or raise ``TimeoutError``."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the call's deadline has passed")
        return left

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Hold to it whatever happens in this context on connections of the adapter."""
        token = _deadline.set(self)
        try:
            yield
        finally:
            _deadline.reset(token)


#: A variable of the worker's context: it is the call's own under gevent, too.
_deadline: ContextVar[Deadline | None] = ContextVar("zonos.deadline", default=None)


class ZonosAdapter(HTTPAdapter):
    """Send with the certificates of the adapter, whatever a request says.

    :param pool_size: connections that are kept open.
    :param ca_bundle: a file or directory of certificates.
    :raises ConfigurationError: if no certificates can be read.
    """

    def __init__(self, *, pool_size: int, ca_bundle: str) -> None:
        self._options: dict[str, Any] = {
            "ssl_context": _tls_context(ca_bundle),
            "socket_options": _SocketOptions(HTTPConnection.default_socket_options),
        }
        super().__init__(pool_maxsize=pool_size)

    def init_poolmanager(self, connections: int, maxsize: int, **more: Any) -> None:  # type: ignore[override]
        super().init_poolmanager(connections, maxsize, **more, **self._options)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        if not proxy.lower().startswith("socks"):
            kwargs["proxy_ssl_context"] = self._options["ssl_context"]
        return super().proxy_manager_for(proxy, **kwargs, **self._options)

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave the connection to the one ``SSLContext``."""
        if (deadline := _deadline.get()) and conn.scheme == "https":
            deadline.sent = False


class _SocketOptions(list[Any]):
    """Options that urllib3 reads before each address: the deadline ends the search."""

    def __iter__(self) -> Iterator[Any]:
        if deadline := _deadline.get():
            deadline.seconds_left()
        return super().__iter__()


def _tls_context(ca_bundle: str) -> ssl.SSLContext:
    is_folder = os.path.isdir(ca_bundle)
    try:
        context = ssl.create_default_context(
            cafile=None if is_folder else ca_bundle,
            capath=ca_bundle if is_folder else None,
        )
    except OSError as error:
        raise ConfigurationError(
            "ZONOS_CA_BUNDLE",
            f"no certificates can be read from it ({type(error).__name__}); give a "
            "file in PEM form. Unset, it is REQUESTS_CA_BUNDLE, then CURL_CA_BUNDLE",
        ) from None
    base = context.sslsocket_class  # gevent's, where gevent has patched it
    # sendall writes by send in pieces, and TLS through a TLS proxy reads by recv.
    names = ("do_handshake", "recv", "recv_into", "send", "sendall")
    bounded = {name: _bounded(name, getattr(base, name)) for name in names}
    context.sslsocket_class = type("DeadlineSocket", (base,), bounded)
    return context


def _bounded(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of a TLS socket that ends with the deadline of the call."""

    def bounded(tls: ssl.SSLSocket, *args: Any, **kwargs: Any) -> Any:
        if deadline := _deadline.get():
            timeout, left = tls.gettimeout(), deadline.seconds_left()
            # Setting it is a call to the system, for which threads change places.
            if timeout is None or timeout > left:
                tls.settimeout(left)
            if name == "sendall":
                if tls.pending():
                    # More than a response came to the request before: it is nobody's.
                    raise ConnectionAbortedError("unread data")
                deadline.sent = True
        return method(tls, *args, **kwargs)

    return bounded
