"""One process's connection to Zonos: an open gql session, and the threads that use it.

gql's ``Client.execute`` would connect anew for every call, and two of them at once
fail; a session that is kept open may be shared between threads.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any
from typing import TypeVar

from gql import Client

from .attempts import Attempts
from .calls import Call
from .calls import Calls
from .open_connection import CallTimeout
from .operations import Operation
from .transport import environment_ca_bundle
from .transport import environment_proxy
from .transport import ZonosTransport

Answer = TypeVar("Answer")
Variables = TypeVar("Variables", bound=Mapping[str, object])


class Connection:
    """Runs operations, at most ``pool_size`` at once."""

    def __init__(
        self,
        api_url: str,
        credential_token: str,
        *,
        timeout: tuple[float, float],
        pool_size: int,
        ca_bundle: str | None,
    ) -> None:
        self._timeout = timeout
        self._transport = ZonosTransport(
            api_url,
            {
                "Accept": "application/json",
                "Content-Type": "application/json",
                "User-Agent": f"flask-zonos/{version('flask-zonos')}",
                "credentialToken": credential_token,
            },
            pool_size=pool_size,
            ca_bundle=ca_bundle or environment_ca_bundle(),
            proxy=environment_proxy(api_url),
        )
        client = Client(transport=self._transport)
        self._session = client.connect_sync()  # type: ignore[no-untyped-call]
        self._calls = Calls(pool_size)
        # An app that a test has dropped takes its open connections with it.
        weakref.finalize(self, self._transport.close)

    def begin(
        self,
        operation: Operation[Variables, Answer],
        variables: Variables,
        *,
        deadline: float,
        wait: bool,
    ) -> Call[Answer]:
        """The call, under way; see :meth:`ZonosClient.begin`."""
        attempts = Attempts(
            operation,
            variables,
            deadline=deadline,
            timeout=self._timeout,
            session=self._session,
            transport=self._transport,
        )
        left = deadline - time.monotonic()
        return self._calls.begin(attempts, wait=left if wait else None)

    def warm_up(self, operation: Operation[Any, Any]) -> None:
        """Get ready for one call of an operation; see :meth:`ZonosClient.warm_up`."""
        connect_timeout, read_timeout = self._timeout
        deadline = time.monotonic() + connect_timeout
        timeout = CallTimeout(connect_timeout, read_timeout, deadline)
        self._transport.warm_up(operation.document, timeout)

    def close(self) -> None:
        """Take no more calls and close idle connections; those in use end first."""
        self._calls.close()
        self._transport.close()
