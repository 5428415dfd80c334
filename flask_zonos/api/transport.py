"""gql's documents and results over one requests session.

A transport of our own, since gql's (4.0 and 4.4) prints the document on every call,
writes whole responses into errors and debug logs, follows redirects with the
credential, and lets odd responses out as ``AssertionError`` or ``TypeError``. Errors of
this one hold nothing of a request or a response.
"""

from __future__ import annotations

import json
import logging
import re
import weakref
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import closing
from contextlib import contextmanager
from contextlib import ExitStack
from datetime import datetime
from datetime import UTC
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from traceback import clear_frames
from typing import Any
from typing import TypeVar

import requests
from gql import Client
from gql import gql
from gql import GraphQLRequest
from gql.transport import Transport
from graphql import DocumentNode
from graphql import ExecutionResult
from graphql import print_ast
from requests import exceptions
from urllib3.exceptions import NewConnectionError
from urllib3.exceptions import ReadTimeoutError

from ..errors import APIError
from ..errors import BadResponse
from ..errors import ConnectionFailed
from ..errors import GraphQLErrorInfo
from ..errors import GraphQLErrors
from ..errors import RateLimited
from ..errors import ServerError
from ..errors import TimedOut
from ..errors import Unauthorized
from ..operations import Operation
from .adapter import Deadline
from .adapter import ZonosAdapter
from .executor import Call
from .retry import with_retry

#: Bytes, decoded. The whole selection of a large order is some tens of kilobytes.
LARGEST_BODY = 4 * 1024 * 1024

#: Seconds. Nobody here waits longer for anything.
MONTH = 30 * 24 * 3600.0

#: Bytes that are waited for at once. Plain http has no bound but between two pieces.
_PIECE, _PLAIN_PIECE = 65536, 64

_encode = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
_decode = json.JSONDecoder(parse_float=Decimal).decode

TYPE_NAME = gql("query warmUp { __typename }").document

Variables = TypeVar("Variables", bound=Mapping[str, object])
Result = TypeVar("Result")

logger = logging.getLogger(__name__)


class ZonosTransport(Transport):
    """Post gql requests to Zonos; safe to share between threads.

    :param headers: sent with every request, the credential among them.
    :param timeout: (connect, read) in seconds.
    :param ca_bundle: a file or directory of certificates.
    :param proxy: for ``https`` addresses.
    """

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        timeout: tuple[float, float],
        pool_size: int,
        ca_bundle: str,
        proxy: str | None,
    ) -> None:
        self._timeout = timeout
        self._proxies = {"https": proxy} if proxy else {}
        adapter = ZonosAdapter(pool_size=pool_size, ca_bundle=ca_bundle)
        self._session = session = requests.Session()
        # Environment and .netrc are not asked at each call, nor may they divert it.
        session.trust_env = False
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # Of a redirect that it does not follow requests would read the whole body.
        session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        self._template = requests.Request("POST", url, headers=dict(headers)).prepare()
        self._printed: dict[int, tuple[DocumentNode, str]] = {}

    def execute(
        self, request: GraphQLRequest, *args: Any, end: float, **kwargs: Any
    ) -> ExecutionResult:
        """Return the data, and in ``extensions`` its ``status`` and ``request_id``.

        Where errors came beside the data, they are there as ``failure``.

        :param end: the deadline, in seconds of :func:`time.monotonic`.
        :raises APIError: for everything else that can happen.
        """
        name, body = _name(request), self._body(request)
        with _held_to(end, name) as deadline:

            def read(response: requests.Response, **options: Any) -> None:
                try:
                    # Kept there, for a tracer may read it too.
                    response._content = _read(response, deadline, name)
                except BaseException:
                    response.close()
                    raise

            # Within Session.send, so that a tracer's span lasts till the body's end.
            with closing(self._post(body, deadline, read)) as response:
                received = response.content
        return _result(response, received, name)

    def warm_up(self, request: GraphQLRequest, count: int, end: float) -> None:
        """Open so many connections ahead of the first call, by a request on each.

        :raises APIError: if one could not be made.
        """
        name, body = _name(request), self._body(request)
        with _held_to(end, name) as deadline, ExitStack() as stack:
            # A connection is given back when its response is read.
            responses = [self._post(body, deadline) for _ in range(count)]
            for response in responses:
                stack.enter_context(closing(response))
            for response in responses:
                _read(response, deadline, name)

    def connect(self) -> None:
        """Nothing: connections are made as calls need them."""

    def close(self) -> None:
        """Close the idle connections; those in use are closed when they are done."""
        self._session.close()

    def _body(self, request: GraphQLRequest) -> bytes:
        # The documents are constants, so each is printed once.
        found = self._printed.get(id(request.document))
        if found is None:
            found = request.document, print_ast(request.document)
            self._printed[id(request.document)] = found
        body = {
            "query": found[1],
            "operationName": request.operation_name,
            "variables": request.variable_values,
        }
        return _encode(body).encode()

    def _post(
        self, body: bytes, deadline: Deadline, *hooks: Callable[..., None]
    ) -> requests.Response:
        request = self._template.copy()
        request.hooks = {"response": list(hooks)}
        request.prepare_body(body, None)
        left = deadline.seconds_left()
        connect, read = self._timeout
        return self._session.send(
            request,
            timeout=(min(connect, left), min(read, left)),
            allow_redirects=False,
            stream=True,
            verify=True,
            cert=None,
            proxies=self._proxies,
        )


class ApiSession:
    """Run operations over one gql session, which is kept open.

    gql's ``Client.execute`` would connect anew for every call, and two of them at once
    fail; a session may be shared between threads.
    """

    def __init__(self, transport: ZonosTransport) -> None:
        self._transport = transport
        client = Client(transport=transport)
        self._session = client.connect_sync()  # type: ignore[no-untyped-call]
        # An app that a test has dropped takes its open connections with it.
        weakref.finalize(self, transport.close)

    def warm_up(self, count: int, *, end: float) -> None:
        """Open so many connections, as :meth:`ZonosTransport.warm_up` does."""
        request = GraphQLRequest(TYPE_NAME, operation_name="warmUp")
        self._transport.warm_up(request, count, end)

    def close(self) -> None:
        """Close the idle connections; those in use are closed when they are done."""
        self._transport.close()

    def run(
        self,
        operation: Operation[Variables, Result],
        variables: Variables,
        call: Call[Result],
        *,
        end: float,
    ) -> Result:
        """Return the result of an operation, retried at most once.

        :param end: the deadline, in seconds of :func:`time.monotonic`.
        :raises APIError: if there is none.
        """
        request = new_request(operation, variables)

        def attempt() -> Result:
            call.status = call.request_id = None
            try:
                return self._attempt(operation, request, call, end)
            except APIError as error:
                call.status, call.request_id = error.status, error.request_id
                raise

        return with_retry(attempt, call, repeatable=operation.repeatable, end=end)

    def _attempt(
        self,
        operation: Operation[Variables, Result],
        request: GraphQLRequest,
        call: Call[Result],
        end: float,
    ) -> Result:
        told: dict[str, Any] = {"operation": operation.name}
        try:
            result = self._session.execute(request, get_execution_result=True, end=end)
            found = result.extensions or {}
            call.status, call.request_id = found["status"], found["request_id"]
            told |= {"status": call.status, "request_id": call.request_id}
            failure = found.get("failure")
            if failure is not None:
                if not (
                    isinstance(failure, GraphQLErrors) and operation.accepts(failure)
                ):
                    raise failure
                logger.warning("Kept a result that came beside errors: %s", failure)
            return operation.parse((result.data or {})[operation.name])
        except APIError:
            raise
        except Exception as error:
            # A profile must not cost the sale, however odd its response is.
            problem = f"a response of another shape ({type(error).__name__})"
            raise BadResponse(problem, **told) from None


def new_request(
    operation: Operation[Variables, Result], variables: Variables
) -> GraphQLRequest:
    """Return a request of its own for each call.

    Values put on a shared document have been seen in another shopper's call.
    """
    return GraphQLRequest(
        operation.document,
        variable_values=dict(variables),
        operation_name=operation.name,
    )


@contextmanager
def _held_to(end: float, name: str) -> Iterator[Deadline]:
    """Hold a request to its deadline, and raise our errors for whatever breaks it."""
    deadline = Deadline(end)
    try:
        with deadline.applied():
            yield deadline
    except APIError:
        raise
    except Exception as error:
        raise _failure(error, name, deadline.sent) from None


def _read(response: requests.Response, deadline: Deadline, name: str) -> bytes:
    body = bytearray()
    plain = (response.url or "").startswith("http:")
    for piece in response.iter_content(_PLAIN_PIECE if plain else _PIECE):
        body += piece
        if len(body) > LARGEST_BODY:
            raise BadResponse("the response is too large", operation=name)
        deadline.seconds_left()
    return bytes(body)


def _failure(error: Exception, name: str, sent: bool | None) -> APIError:
    """Return our error for one of requests', by its kind: its text may hold anything.

    :param sent: whether something was sent, where that is known.
    """
    chain: list[BaseException] = [error]
    while cause := chain[-1].__cause__ or chain[-1].__context__:
        chain.append(cause)
    for each in chain:
        # They hold their errors in turn, and so pool and request, till a collection.
        clear_frames(each.__traceback__)
    if sent is None:
        # A proxy that will not tunnel, or no connection at all.
        unsent = (exceptions.ConnectTimeout, exceptions.ProxyError, NewConnectionError)
        sent = not any(isinstance(each, unsent) for each in chain)
    told: dict[str, Any] = {"operation": name, "sent": sent}
    if any(isinstance(each, (TimeoutError, ReadTimeoutError)) for each in chain) or (
        isinstance(error, exceptions.Timeout)
    ):
        return TimedOut(
            "no whole response in time" if sent else "no connection in time", **told
        )
    if isinstance(error, exceptions.SSLError):
        problem = "TLS failed; behind a company's proxy set ZONOS_CA_BUNDLE"
        return ConnectionFailed(problem, **told)
    kind = type(chain[-1]).__name__
    problem = "the connection broke" if sent else "no connection"
    return ConnectionFailed(f"{problem} ({kind})", **told)


def _name(request: GraphQLRequest) -> str:
    return request.operation_name or "anonymous operation"


def _result(response: requests.Response, body: bytes, name: str) -> ExecutionResult:
    status = response.status_code
    answer = _json(body)
    request_id = _request_id(response.headers, answer)
    told: dict[str, Any] = {"request_id": request_id, "status": status}
    failed: dict[str, Any] = {"operation": name, **told}
    if status in (401, 403):
        raise _unauthorized(failed)
    if status == 429:
        retry_after = _seconds(response.headers.get("retry-after"))
        raise RateLimited("Zonos asks to send less", retry_after=retry_after, **failed)
    errors = answer.get("errors") if isinstance(answer, dict) else None
    data = answer.get("data") if isinstance(answer, dict) else None
    if errors:
        failure = _graphql_errors(errors, failed)
        if not isinstance(data, dict) or data.get(name) is None:
            raise failure
        # Something came all the same: who asked decides what it is worth.
        return ExecutionResult(data=data, extensions={"failure": failure, **told})
    if status >= 300:
        raise ServerError(
            f"Zonos answered with HTTP {status}",
            retry_after=_seconds(response.headers.get("retry-after")),
            **failed,
        )
    if not isinstance(data, dict):
        raise BadResponse("the response is no GraphQL response", **failed)
    return ExecutionResult(data=data, extensions=told)


def _json(body: bytes) -> Any:
    try:
        return _decode(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _graphql_errors(errors: Any, failed: dict[str, Any]) -> APIError:
    found = errors if isinstance(errors, list) else [errors]
    infos = [_info(error) for error in found]
    types = {info.error_type for info in infos}
    # Zonos's own fixture of a wrong key has no extensions, only such a message.
    unnamed = any(
        isinstance(error, dict)
        and str(error.get("message", "")).startswith("HTTP Status 401")
        for error in found
    )
    if unnamed or "UNAUTHENTICATED" in types:
        return _unauthorized(failed)
    return GraphQLErrors(infos, **failed)


def _unauthorized(failed: dict[str, Any]) -> Unauthorized:
    problem = "Zonos does not accept the credential; check ZONOS_CREDENTIAL_TOKEN"
    return Unauthorized(problem, **failed)


def _info(error: Any) -> GraphQLErrorInfo:
    error = error if isinstance(error, dict) else {}
    extensions = error.get("extensions")
    kind = extensions.get("errorType") if isinstance(extensions, dict) else None
    path = error.get("path")
    return GraphQLErrorInfo(
        error_type=_word(kind),
        path=".".join(_word(step) or "?" for step in path[:8])
        if isinstance(path, list)
        else "",
    )


def _request_id(headers: Mapping[str, str], answer: Any) -> str | None:
    """Zonos's id of the request: in an error's extensions, maybe in a header."""
    errors = answer.get("errors") if isinstance(answer, dict) else None
    for error in errors if isinstance(errors, list) else ():
        extensions = error.get("extensions") if isinstance(error, dict) else None
        if isinstance(extensions, dict) and _word(extensions.get("requestId")):
            return _word(extensions["requestId"])
    return _word(headers.get("x-request-id"))


def _word(value: Any) -> str | None:
    """An identifier of upstream's that is safe in a log: no blanks, no line breaks."""
    if isinstance(value, (str, int)) and re.fullmatch(r"[\w-]{1,80}", str(value)):
        return str(value)
    return None


def _seconds(retry_after: str | None) -> float | None:
    """``Retry-After`` in seconds from now, be it a number of them or a date."""
    if retry_after is None:
        return None
    if re.fullmatch(r"[0-9]+", retry_after):
        return min(float(retry_after), MONTH)
    try:
        moment = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        # So reads "-0000"; HTTP knows no other zone than GMT.
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - datetime.now(UTC)).total_seconds(), 0), MONTH)
