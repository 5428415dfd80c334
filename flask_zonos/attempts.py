"""What one call does: an attempt, and at most one repeat of it."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Mapping
from typing import Any
from typing import Generic
from typing import TypeVar

import requests
from gql import GraphQLRequest
from gql.client import SyncClientSession
from gql.transport.exceptions import TransportError

from .adapter import AnswerToCome
from .errors import APIError
from .errors import BadResponse
from .errors import ConnectionFailed
from .errors import GraphQLErrors
from .errors import RateLimited
from .errors import ServerError
from .open_connection import CallTimeout
from .operations import Operation
from .transport import ZonosTransport

logger = logging.getLogger(__name__)

#: Seconds. A longer ``Retry-After`` is not waited for: a shopper is waiting too.
LONGEST_RETRY_AFTER = 1.0

Answer = TypeVar("Answer")
Variables = TypeVar("Variables", bound=Mapping[str, object])


class Attempts(Generic[Answer]):
    """The attempts of one operation; for one thread at a time.

    :ivar operation: the operation's name.
    :ivar request_id: Zonos's own id of the request, where its answer told one.
    :ivar seen_at: the moment when who waited for another answer saw this one come.
    """

    request_id: str | None = None
    seen_at: float | None = None
    _response: requests.Response | None = None
    _failure: Exception | None = None

    def __init__(
        self,
        operation: Operation[Variables, Answer],
        variables: Variables,
        *,
        deadline: float,
        timeout: tuple[float, float],
        session: SyncClientSession,
        transport: ZonosTransport,
    ) -> None:
        self.operation = operation.name
        self._operation: Operation[Any, Answer] = operation
        # A request of its own each time: values put on a shared document have been
        # seen in another shopper's call.
        self._request = GraphQLRequest(
            operation.document,
            variable_values=dict(variables),
            operation_name=operation.name,
        )
        self._deadline = deadline
        self._timeout = CallTimeout(*timeout, deadline)
        self._session = session
        self._transport = transport

    def send(self) -> bool:
        """Whether a connection was open, so that the first request is under way.

        Nobody is waited for: no name is looked up, and what the socket does not take at
        once is written later.
        """
        self._timeout.connection = self._transport.take_open()
        if self._timeout.connection is None:
            return False
        try:
            self._response = self._transport.send(
                self._request, self._timeout, stream=True
            )
        except Exception as error:
            self._failure = error
        finally:
            if self._timeout.connection is not None:
                # It was not needed: a test has mocked requests meanwhile.
                self._transport.give_back(self._timeout.connection)
                self._timeout.connection = None
        return True

    def wait(self, within: float, beside: Attempts[Any] | None = None) -> bool:
        """Whether there is something to tell of what was sent.

        :param within: seconds to wait for it.
        :param beside: another. When its answer is there first, that is noted.
        """
        if not isinstance(self._response, AnswerToCome):
            return True
        other = None if beside is None else beside._response
        is_there = self._response.wait(
            within, other if isinstance(other, AnswerToCome) else None
        )
        self.seen_at = self._response.open_connection.seen_at
        return is_there

    def attempt(self, within: float | None = None) -> Answer | APIError:
        """The answer to what was sent, or to a new request where nothing was.

        An error is an outcome and not raised, for its frames would hold the variables.

        :param within: seconds to wait for it; else till the deadline.
        """
        name = self.operation
        self._timeout.deadline = self._deadline
        if within is not None:
            self._timeout.deadline = min(self._deadline, time.monotonic() + within)
        if self._response is None:
            # What was seen of an attempt before does not count for this one.
            self.seen_at = None
        told: dict[str, Any] = {}
        try:
            if self._failure is not None:
                raise self._failure
            result = self._session.execute(
                self._request,
                get_execution_result=True,
                timeout=self._timeout,
                response=self._response,
            )
            told = result.extensions or {}
            self.request_id = told.get("request_id")
            failure = told.pop("failure", None)
            if failure is not None:
                if not self._operation.partial:
                    return _bare(failure)
                logger.warning(
                    "An answer counts though errors came with it: %s", failure
                )
            return self._operation.parse((result.data or {})[name])
        except APIError as error:
            return _bare(error)
        except TransportError as error:
            return BadResponse(f"gql failed ({type(error).__name__})", operation=name)
        except Exception as error:
            # A profile must not cost the sale, however odd its answer is.
            problem = f"an answer of another shape ({type(error).__name__})"
            return BadResponse(problem, operation=name, **told)
        finally:
            self.drop()

    def drop(self) -> None:
        """Do without the answer to what was sent."""
        if self._response is not None:
            self._response.close()
        self._failure = self._response = None

    def pause_before_repeat(self, outcome: Answer | APIError) -> float | None:
        """Seconds to wait before a repeat, or ``None`` if there is to be none.

        What certainly was not carried out may be repeated whatever it is: no connection
        was made, or Zonos refused with 429. Where it may have been, only what is
        repeatable. Zonos's page on errors names 429, 500, 503 and 504 as worth it.
        """
        if not isinstance(outcome, APIError):
            return None
        pause = _pause(outcome, repeatable=self._operation.repeatable)
        if pause is None or time.monotonic() + pause >= self._deadline:
            return None
        return pause


def _bare(error: APIError) -> APIError:
    """The error without its frames: with locals they would show the variables."""
    error.__context__ = error.__cause__ = None
    return error.with_traceback(None)


def _pause(error: APIError, *, repeatable: bool) -> float | None:
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
