"""One process's connection to Zonos: an open gql session, and the threads that use it.

gql's ``Client.execute`` would connect anew for every call, and two of them at once
fail; a session that is kept open may be shared between threads.
"""

from __future__ import annotations

import logging
import random
import time
import weakref
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any
from typing import TypeVar

from gql import Client
from gql import GraphQLRequest
from gql.client import SyncClientSession
from gql.transport.exceptions import TransportError

from .calls import Call
from .calls import Calls
from .errors import APIError
from .errors import BadResponse
from .errors import ConnectionFailed
from .errors import GraphQLErrors
from .errors import RateLimited
from .errors import ServerError
from .http1 import CallTimeout
from .operations import Operation
from .transport import environment_ca_bundle
from .transport import environment_proxy
from .transport import ZonosTransport

logger = logging.getLogger(__name__)

#: Seconds. A longer ``Retry-After`` is not waited for: a shopper is waiting too.
LONGEST_RETRY_AFTER = 1.0

Answer = TypeVar("Answer")
Variables = TypeVar("Variables", bound=Mapping[str, object])


class Connection:
    """Runs operations in threads, at most ``pool_size`` at once."""

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
        here: bool,
    ) -> Call[Answer]:
        """The call, begun or made; see :meth:`ZonosClient.begin`."""
        timeout = CallTimeout(*self._timeout, deadline)

        def has_open_connection() -> bool:
            timeout.connection = self._transport.take_open()
            return timeout.connection is not None

        def work(call: Call[Answer]) -> Answer | APIError:
            return self._perform(call, operation, variables, timeout)

        try:
            return self._calls.begin(
                operation.name,
                work,
                wait=deadline - time.monotonic() if wait else 0,
                # On an open connection no step can outlast the deadline. To open one
                # can: nothing interrupts the look-up of the host's name.
                here=has_open_connection if here else None,
            )
        finally:
            if timeout.connection is not None:
                self._transport.give_back(timeout.connection)

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

    def _perform(
        self,
        call: Call[Answer],
        operation: Operation[Variables, Answer],
        variables: Variables,
        timeout: CallTimeout,
    ) -> Answer | APIError:
        """The answer or the error, not raised: its frames would hold the variables."""
        outcome = _attempt(call, self._session, operation, variables, timeout)
        if isinstance(outcome, APIError):
            pause = _pause_before_repeat(outcome, repeatable=operation.repeatable)
            if pause is not None and time.monotonic() + pause < timeout.deadline:
                time.sleep(pause)
                # A late profile would be written for nobody.
                if call.is_wanted:
                    outcome = _attempt(
                        call, self._session, operation, variables, timeout
                    )
        return outcome


def _attempt(
    call: Call[Answer],
    session: SyncClientSession,
    operation: Operation[Variables, Answer],
    variables: Variables,
    timeout: CallTimeout,
) -> Answer | APIError:
    name = operation.name
    told: dict[str, Any] = {}
    try:
        # A request of its own each time: values put on a shared document have been
        # seen in another shopper's call.
        result = session.execute(
            GraphQLRequest(
                operation.document,
                variable_values=dict(variables),
                operation_name=name,
            ),
            get_execution_result=True,
            timeout=timeout,
        )
        told = result.extensions or {}
        call.request_id = told.get("request_id")
        failure = told.pop("failure", None)
        if failure is not None:
            if not operation.partial:
                return _bare(failure)
            logger.warning("An answer counts though errors came with it: %s", failure)
        return operation.parse((result.data or {})[name])
    except APIError as error:
        return _bare(error)
    except TransportError as error:
        return BadResponse(f"gql failed ({type(error).__name__})", operation=name)
    except Exception as error:
        # A profile must not cost the sale, however odd its answer is.
        problem = f"an answer of another shape ({type(error).__name__})"
        return BadResponse(problem, operation=name, **told)


def _bare(error: APIError) -> APIError:
    """The error without its frames: with locals they would show the variables."""
    error.__context__ = error.__cause__ = None
    return error.with_traceback(None)


def _pause_before_repeat(error: APIError, *, repeatable: bool) -> float | None:
    """Seconds to wait before the one repeat, or ``None`` where there is to be none.

    What certainly was not carried out may be repeated whatever it is: no connection was
    made, or Zonos refused with 429. Where it may have been, only what is repeatable.
    Zonos's page on errors names 429, 500, 503 and 504 as worth it.
    """
    asked = error.retry_after or 0
    if asked > LONGEST_RETRY_AFTER:
        return None
    if isinstance(error, RateLimited):
        return asked + random.uniform(0.05, 0.15)
    if isinstance(error, ConnectionFailed) and not error.sent:
        return random.uniform(0.02, 0.08)
    worth_it = (
        isinstance(error, ConnectionFailed)
        or (isinstance(error, ServerError) and error.status in (500, 503, 504))
        or (isinstance(error, GraphQLErrors) and error.error_types == {"UNAVAILABLE"})
    )
    return asked + random.uniform(0.05, 0.15) if worth_it and repeatable else None
