"""One tree of exceptions.

::

    ZonosError
    ├── ConfigurationError        a setting is missing or invalid
    ├── InvalidInput              the shop gave something that cannot be sent
    ├── Busy                      every call that may run at once is running
    └── APIError                  a call to Zonos did not succeed
        ├── ConnectionFailed      no response: refused, reset, DNS, TLS
        ├── TimedOut              no whole response in time
        ├── ServerError           an HTTP status of 300 and more
        │   ├── Unauthorized      401 or 403: the credential is missing or wrong
        │   └── RateLimited       429
        ├── BadResponse           a response that is not GraphQL's
        └── GraphQLErrors         a response that carries GraphQL errors

No message here holds a credential, a password, a shopper's data or upstream's text:
messages end up in logs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class ZonosError(Exception):
    """The root of everything that this extension raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        # An exception is made anew from its text alone, and ours want more: one that
        # comes out of a worker's process would break the pool.
        return _restored, (type(self), self.args, vars(self))


def _restored(
    kind: type[ZonosError], arguments: tuple[Any, ...], state: dict[str, Any]
) -> ZonosError:
    error = kind.__new__(kind, *arguments)
    vars(error).update(state)
    return error


class ConfigurationError(ZonosError):
    """A setting that is missing, or has a value that cannot work.

    :ivar setting: the setting's name, such as ``ZONOS_CREDENTIAL_TOKEN``.
    """

    def __init__(self, setting: str, problem: str) -> None:
        super().__init__(f"{setting}: {problem}")
        self.setting = setting


class InvalidInput(ZonosError, ValueError):
    """A value from the shop that Zonos's schema or a rule of ours refuses.

    :ivar field: the path to the value, such as ``items[2].amount``.
    :ivar problem: what is wrong and what was expected; never the value itself.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem

    def within(self, outer: str) -> InvalidInput:
        """The same of a value that is part of another, such as of ``items[2]``.

        Build the path only on error: most carts are right.
        """
        path = f"{outer}.{self.field}" if self.field else outer
        return InvalidInput(path, self.problem)


class Busy(ZonosError):
    """There was no slot among ``ZONOS_POOL_SIZE`` or no thread, so it was not begun.

    Calls that do not wait for a slot take at most half of all.
    """


class APIError(ZonosError):
    """A call to Zonos that did not succeed.

    :ivar operation: the operation's name in the schema, such as ``cartCreate``.
    :ivar request_id: Zonos's own id of the request (``req_...``), where one came.
    :ivar status: the HTTP status, where a response came.
    :ivar sent: whether the request may have reached Zonos. Only a request that
        certainly did not may be retried without thinking.
    :ivar outcome: the outcome that the signal ``zonos_called`` gives such an error.
    """

    outcome = "failed"
    retry_after: float | None = None

    def __init__(
        self,
        problem: str,
        *,
        operation: str,
        request_id: str | None = None,
        status: int | None = None,
        sent: bool = True,
    ) -> None:
        ending = f" (request {request_id})" if request_id else ""
        super().__init__(f"{operation}: {problem}{ending}")
        self.operation = operation
        self.request_id = request_id
        self.status = status
        self.sent = sent


class ConnectionFailed(APIError):
    """No response came: the connection was refused or broke, DNS or TLS failed."""

    outcome = "connection-failed"


class TimedOut(APIError):
    """No whole response came in time."""

    outcome = "timeout"


class ServerError(APIError):
    """Zonos responded with an HTTP status of 300 or more and no GraphQL error.

    :ivar retry_after: seconds that the response asks to wait, where it does.
    """

    outcome = "server-error"

    def __init__(
        self,
        problem: str,
        *,
        operation: str,
        request_id: str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(
            problem, operation=operation, request_id=request_id, status=status
        )
        self.retry_after = retry_after


class Unauthorized(ServerError):
    """Zonos does not accept the credential (401, 403)."""

    outcome = "unauthorized"


class RateLimited(ServerError):
    """Zonos asks to send less (429)."""

    outcome = "rate-limited"


class BadResponse(APIError):
    """A response that is not GraphQL's: not JSON, too large, of another shape."""

    outcome = "bad-response"


@dataclass(frozen=True)
class GraphQLErrorInfo:
    """One GraphQL error as it may be logged: its class and path, not its message.

    :ivar error_type: ``extensions.errorType``, such as ``NOT_FOUND``; Zonos may leave
        it out.
    :ivar path: the field that failed, such as ``cartCreate.items``.
    """

    error_type: str | None
    path: str


class GraphQLErrors(APIError):
    """A response that carries GraphQL errors.

    :ivar errors: one :class:`GraphQLErrorInfo` each.
    """

    outcome = "graphql-errors"

    def __init__(
        self,
        errors: Sequence[GraphQLErrorInfo],
        *,
        operation: str,
        request_id: str | None = None,
        status: int | None = None,
    ) -> None:
        reasons = ", ".join(
            f"{error.error_type or 'no class'} at {error.path or 'no path'}"
            for error in errors[:5]
        )
        super().__init__(
            f"Zonos refused it: {reasons}",
            operation=operation,
            request_id=request_id,
            status=status,
        )
        self.errors = tuple(errors)

    @property
    def error_types(self) -> frozenset[str]:
        """The classes named in the errors, such as ``{"UNAVAILABLE"}``."""
        return frozenset(e.error_type for e in self.errors if e.error_type)
