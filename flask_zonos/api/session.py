"""Operations as futures: gql's session over our transport, kept open for a process.

gql's ``Client.execute`` would connect anew for every call, and two of them at once
fail; a session may be shared between threads.
"""

from __future__ import annotations

import logging
import time
import weakref
from collections.abc import Mapping
from functools import partial
from importlib.metadata import version
from typing import Any
from typing import TypeVar

from gql import Client
from gql import gql
from gql import GraphQLRequest

from ..errors import APIError
from ..errors import BadResponse
from ..errors import GraphQLErrors
from ..errors import RateLimited
from ..errors import Unauthorized
from .adapter import ZonosAdapter
from .environment import environment_ca_bundle
from .environment import environment_proxy
from .executor import Call
from .executor import CallExecutor
from .executor import Report
from .operations import Operation
from .retry import retry_delay
from .transport import ZonosTransport

Variables = TypeVar("Variables", bound=Mapping[str, object])
Result = TypeVar("Result")

logger = logging.getLogger(__name__)

#: What Zonos refuses before it keeps anything; credential and rate are errors of their
#: own.
_REFUSALS = frozenset({"BAD_REQUEST", "PERMISSION_DENIED"})
_REFUSING_STATUSES = (400, 422)


class ApiSession:
    """Run operations in threads, at most ``pool_size`` at once.

    :param report: told of each call once it is waited for no more, with its outcome.
    :raises ConfigurationError: if the certificates or the proxy cannot be used.
    """

    def __init__(
        self,
        api_url: str,
        credential_token: str,
        *,
        timeout: tuple[float, float],
        pool_size: int,
        ca_bundle: str | None,
        report: Report,
    ) -> None:
        headers = {
            "Accept": "application/json",
            # A cache that a shop puts before requests may keep no password.
            "Cache-Control": "no-store",
            "Content-Type": "application/json",
            "User-Agent": f"flask-zonos/{version('flask-zonos')}",
            "credentialToken": credential_token,
        }
        bundle = ca_bundle or environment_ca_bundle()
        self._pool_size = pool_size
        self._transport = ZonosTransport(
            api_url,
            headers,
            timeout=timeout,
            adapter=ZonosAdapter(pool_size=pool_size, ca_bundle=bundle),
            proxy=environment_proxy(api_url),
        )
        client = Client(transport=self._transport)
        self._session = client.connect_sync()  # type: ignore[no-untyped-call]
        self._executor = CallExecutor(pool_size, report)
        # An app that a test has dropped takes its open connections with it.
        weakref.finalize(self, self._transport.close)

    def submit(
        self,
        operation: Operation[Variables, Result],
        variables: Variables,
        *,
        deadline: float,
        wait: bool,
    ) -> Call[Result]:
        """Return the future of an operation; see :meth:`ZonosClient.submit`."""
        # A request of its own for each call: values put on a shared document have been
        # seen in another shopper's.
        request = GraphQLRequest(
            operation.document,
            variable_values=dict(variables),
            operation_name=operation.name,
        )
        work = partial(self._run, operation, request, deadline)
        left = deadline - time.monotonic()
        return self._executor.submit(operation.name, work, wait=left if wait else None)

    def warm_up(self, deadline: float) -> None:
        """Open two connections; see :meth:`ZonosClient.warm_up`."""
        query = gql("query warmUp { __typename }")
        request = GraphQLRequest(query.document, operation_name="warmUp")
        self._transport.warm_up(request, min(2, self._pool_size), deadline)

    def close(self) -> None:
        """Take no more calls and close idle connections; those in use end first."""
        self._executor.close()
        self._transport.close()

    def _run(
        self,
        operation: Operation[Any, Result],
        request: GraphQLRequest,
        deadline: float,
        call: Call[Result],
    ) -> Result:
        """Return the result of an attempt, or of a second one."""
        try:
            return self._attempt(operation, request, deadline, call)
        except APIError as error:
            delay = retry_delay(error, repeatable=operation.repeatable)
            if delay is None or time.monotonic() + delay >= deadline:
                raise
            time.sleep(delay)
            # Before the question: who abandons it asks in the other order.
            unseen, call.may_have_arrived = not call.may_have_arrived, True
            # A late profile would be written for nobody.
            if call.is_abandoned:
                call.may_have_arrived = not unseen
                raise
        call.retries += 1
        return self._attempt(operation, request, deadline, call)

    def _attempt(
        self,
        operation: Operation[Any, Result],
        request: GraphQLRequest,
        deadline: float,
        call: Call[Result],
    ) -> Result:
        call.status = call.request_id = None
        something_came = False
        try:
            found = self._session.execute(
                request, get_execution_result=True, deadline=deadline
            )
            details = found.extensions or {}
            call.status, call.request_id = details["status"], details["request_id"]
            failure = details.get("failure")
            something_came = True
            if failure is not None:
                if not (
                    isinstance(failure, GraphQLErrors) and operation.accepts(failure)
                ):
                    raise failure
                logger.warning("Kept a result that came beside errors: %s", failure)
            return operation.parse((found.data or {})[operation.name])
        except APIError as error:
            call.status, call.request_id = error.status, error.request_id
            call.may_have_arrived = something_came or not _kept_nothing(error)
            raise
        except Exception as error:
            # A profile must not cost the sale, however odd its response is.
            raise BadResponse(
                f"a response of another shape ({type(error).__name__})",
                operation=operation.name,
                status=call.status,
                request_id=call.request_id,
            ) from None


def _kept_nothing(error: APIError) -> bool:
    """Say whether Zonos certainly kept nothing of a call that brought no data."""
    if not error.sent or isinstance(error, (Unauthorized, RateLimited)):
        return True
    if isinstance(error, GraphQLErrors) and error.error_types:
        # They say more than the status does. One without a class may be any.
        return all(each.error_type in _REFUSALS for each in error.errors)
    return error.status in _REFUSING_STATUSES
