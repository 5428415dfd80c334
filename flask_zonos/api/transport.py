"""gql's documents and results over one requests session.

A transport of our own, since gql's (4.0 and 4.4) prints the document on every call,
writes whole responses into errors and debug logs, follows redirects with the
credential, and lets odd responses out as ``AssertionError`` or ``TypeError``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import closing
from contextlib import contextmanager
from contextlib import ExitStack
from http.cookiejar import DefaultCookiePolicy
from traceback import clear_frames
from typing import Any

import requests
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
from ..errors import TimedOut
from .adapter import Deadline
from .adapter import ZonosAdapter
from .responses import read_response

#: Bytes, decoded. The whole selection of a large order is some tens of kilobytes.
LARGEST_BODY = 4 * 1024 * 1024

#: Bytes that are waited for at once. Plain http has no bound but between two pieces.
PIECE, PLAIN_PIECE = 65536, 64

_encode = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode


class ZonosTransport(Transport):
    """Post gql requests to Zonos; safe to share between threads.

    :param headers: sent with every request, the credential among them.
    :param timeout: (connect, read) in seconds.
    :param proxy: for ``https`` addresses.
    """

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        timeout: tuple[float, float],
        adapter: ZonosAdapter,
        proxy: str | None,
    ) -> None:
        self._timeout = timeout
        self._proxies = {"https": proxy} if proxy else {}
        self._session = session = requests.Session()
        # Environment and .netrc are not asked at each call, nor may they divert it.
        session.trust_env = False
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # Of a redirect that it does not follow requests would read the whole body.
        session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]
        for scheme in ("https://", "http://"):
            session.mount(scheme, adapter)
        self._template = requests.Request("POST", url, headers=dict(headers)).prepare()
        self._printed: dict[int, tuple[DocumentNode, str]] = {}

    def execute(
        self, request: GraphQLRequest, *args: Any, deadline: float, **kwargs: Any
    ) -> ExecutionResult:
        """Return what :func:`read_response` makes of the response.

        :param deadline: in seconds of :func:`time.monotonic`.
        :raises APIError: for everything that can happen.
        """
        name, body = request.operation_name or "a request", self._body(request)
        with _held_to(deadline, name) as held:

            def read(response: requests.Response, **options: Any) -> None:
                try:
                    # Kept there, for a tracer may read it too.
                    response._content = _read(response, held, name)
                except BaseException:
                    response.close()
                    raise

            # Within Session.send, so that a tracer's span lasts to the body's end.
            with closing(self._post(body, held, read)) as response:
                received = response.content
        return read_response(response.status_code, response.headers, received, name)

    def warm_up(self, request: GraphQLRequest, count: int, deadline: float) -> None:
        """Open so many connections ahead of the first call, by a request on each.

        :raises APIError: if one could not be made.
        """
        name, body = request.operation_name or "a request", self._body(request)
        with _held_to(deadline, name) as held, ExitStack() as stack:
            # A connection is given back when its response is read.
            for response in [
                stack.enter_context(closing(self._post(body, held)))
                for _ in range(count)
            ]:
                _read(response, held, name)

    def connect(self) -> None:
        """Nothing: connections are made as calls need them."""

    def close(self) -> None:
        """Close the idle connections; those in use are closed when they are done."""
        self._session.close()

    def _body(self, request: GraphQLRequest) -> bytes:
        document = request.document
        # The documents are constants, so each is printed once.
        if id(document) not in self._printed:
            self._printed[id(document)] = document, print_ast(document)
        body = {
            "query": self._printed[id(document)][1],
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
        left, (connect, read) = deadline.seconds_left(), self._timeout
        return self._session.send(
            request,
            timeout=(min(connect, left), min(read, left)),
            allow_redirects=False,
            stream=True,
            proxies=self._proxies,
        )


@contextmanager
def _held_to(at: float, name: str) -> Iterator[Deadline]:
    """Hold a request to its deadline, and raise our errors for whatever breaks it."""
    deadline = Deadline(at)
    try:
        with deadline.applied():
            yield deadline
    except APIError:
        raise
    except Exception as error:
        raise _failure(error, name, deadline.sent) from None


def _read(response: requests.Response, deadline: Deadline, name: str) -> bytes:
    body = bytearray()
    is_plain = (response.url or "").startswith("http:")
    for piece in response.iter_content(PLAIN_PIECE if is_plain else PIECE):
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
        # They hold their errors in turn, and so pool and request, until a collection.
        clear_frames(each.__traceback__)

    def is_any(*kinds: type[BaseException]) -> bool:
        return any(isinstance(each, kinds) for each in chain)

    if sent is None:
        # No connection at all, or a proxy that will not tunnel.
        sent = not is_any(
            exceptions.ConnectTimeout, exceptions.ProxyError, NewConnectionError
        )
    details: dict[str, Any] = {"operation": name, "sent": sent}
    if is_any(TimeoutError, ReadTimeoutError, exceptions.Timeout):
        what = "whole response" if sent else "connection"
        return TimedOut(f"no {what} in time", **details)
    if isinstance(error, exceptions.SSLError):
        problem = "TLS failed; behind a company's proxy set ZONOS_CA_BUNDLE"
        return ConnectionFailed(problem, **details)
    problem = "the connection broke" if sent else "no connection"
    return ConnectionFailed(f"{problem} ({type(chain[-1]).__name__})", **details)
