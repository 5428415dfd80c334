"""gql's documents and results over one requests session.

A transport of our own, since gql's (4.0 and 4.4) prints the document on every call,
writes whole answers into errors and debug logs, follows redirects with the credential,
and lets odd answers out as ``AssertionError`` or ``TypeError``. This one tells every
outcome as an :class:`~flask_zonos.errors.APIError` whose text holds nothing of the
request or the answer.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from datetime import datetime
from datetime import UTC
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from gql import GraphQLRequest
from gql.transport import Transport
from graphql import DocumentNode
from graphql import ExecutionResult
from graphql import print_ast
from requests import exceptions
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from requests.utils import get_environ_proxies
from requests.utils import select_proxy

from .adapter import HTTPAdapter
from .adapter import NotConnected
from .checks import has_real_port
from .errors import APIError
from .errors import BadResponse
from .errors import ConfigurationError
from .errors import ConnectionFailed
from .errors import GraphQLErrorInfo
from .errors import GraphQLErrors
from .errors import RateLimited
from .errors import ServerError
from .errors import TimedOut
from .errors import Unauthorized
from .http1 import TooLarge
from .open_connection import CallTimeout
from .open_connection import OpenConnection

#: Seconds. Nobody here waits longer for anything.
MONTH = 30 * 24 * 3600.0

_encode = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
_decode = json.JSONDecoder(parse_float=Decimal).decode


class ZonosTransport(Transport):
    """Posts gql requests to Zonos; safe to share between threads.

    :param headers: sent with every request, the credential among them.
    :param ca_bundle: a file of certificates.
    :param proxy: an ``http://`` proxy for ``https`` addresses.
    """

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        pool_size: int,
        ca_bundle: str,
        proxy: str | None,
    ) -> None:
        self._session = requests.Session()
        # Environment and .netrc are not asked at each call, nor may they divert it.
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.adapters.clear()
        parts = urlsplit(url)
        self._adapter = HTTPAdapter(
            url, pool_size=pool_size, ca_bundle=ca_bundle, proxy=proxy
        )
        self._session.mount(f"{parts.scheme}://{parts.netloc}/", self._adapter)
        self._template = requests.Request("POST", url, headers=dict(headers)).prepare()
        # Each request has a length of its own, which the adapter writes.
        del self._template.headers["Content-Length"]
        self._printed: dict[int, tuple[DocumentNode, str]] = {}

    def send(
        self, request: GraphQLRequest, timeout: CallTimeout, *, stream: bool
    ) -> requests.Response:
        """The answer to a request.

        :param stream: return it at once; it is then waited for when its content is
            asked for.
        :raises APIError: if the request could not be sent.
        """
        prepared = requests.PreparedRequest()
        # What is shared is only read; a tracer writes its headers into each request.
        vars(prepared).update(vars(self._template))
        prepared.headers = self._template.headers.copy()
        prepared.body = _encode(
            {
                "query": self._text(request.document),
                "operationName": request.operation_name,
                "variables": request.variable_values,
            }
        ).encode()
        try:
            return self._session.send(
                prepared,
                timeout=timeout,
                allow_redirects=False,
                stream=stream,
                verify=True,
                cert=None,
                proxies={},
            )
        except exceptions.RequestException as error:
            raise _failure(error, _name(request)) from None

    def execute(
        self,
        request: GraphQLRequest,
        *args: Any,
        timeout: CallTimeout,
        response: requests.Response | None = None,
        **kwargs: Any,
    ) -> ExecutionResult:
        """The answer's data, and in ``extensions`` its ``status`` and ``request_id``.

        Where errors came beside the data, they are there as ``failure``.

        :param response: the answer to come, where the request is sent already.
        :raises APIError: for everything else that can happen.
        """
        if response is None:
            response = self.send(request, timeout, stream=False)
        try:
            body = response.content
        except exceptions.RequestException as error:
            raise _failure(error, _name(request)) from None
        return _result(response, body, _name(request))

    def connect(self) -> None:
        """Nothing: connections are made as calls need them."""

    def warm_up(self, document: DocumentNode, timeout: CallTimeout) -> None:
        """Open a connection and print a document, ahead of the first call.

        :raises APIError: if no connection was made.
        """
        self._text(document)
        try:
            self._adapter.open(timeout)
        except exceptions.RequestException as error:
            raise _failure(error, "warm-up") from None

    def take_open(self) -> OpenConnection | None:
        """A connection that is open and idle, for a call to give in its timeout."""
        return self._adapter.take_open()

    def give_back(self, connection: OpenConnection) -> None:
        """Keep a connection that was taken and not used."""
        self._adapter.keep(connection)

    def close(self) -> None:
        """Close the idle connections."""
        self._session.close()

    def _text(self, document: DocumentNode) -> str:
        """The document's text, printed once: the documents are constants."""
        printed = self._printed.get(id(document))
        if printed is None:
            printed = self._printed[id(document)] = document, print_ast(document)
        return printed[1]


def environment_ca_bundle() -> str:
    """The file of certificates that requests would use for this environment."""
    return (
        os.environ.get("REQUESTS_CA_BUNDLE")
        or os.environ.get("CURL_CA_BUNDLE")
        or DEFAULT_CA_BUNDLE_PATH
    )


def environment_proxy(url: str) -> str | None:
    """The proxy that the environment names for an ``https`` address.

    A plain ``http`` address gets none: the proxy would read the credential.

    :raises ConfigurationError: for a proxy of another kind than ``http://``.
    """
    if urlsplit(url).scheme != "https":
        return None
    named = select_proxy(url, get_environ_proxies(url))
    if named is None:
        return None
    # As requests reads it: a host and a port alone are an http:// proxy.
    proxy = named if "://" in named else f"http://{named}"
    if urlsplit(proxy).scheme != "http" or not has_real_port(proxy):
        raise ConfigurationError(
            "HTTPS_PROXY",
            "only http://host:port is supported, or list Zonos's host in NO_PROXY",
        )
    return proxy


def _failure(error: exceptions.RequestException, name: str) -> APIError:
    """Our error for one of requests', told by its kind: its text may hold anything."""
    if isinstance(error, exceptions.ConnectTimeout):
        return TimedOut("no connection in time", operation=name, sent=False)
    if isinstance(error, exceptions.Timeout):
        return TimedOut("no whole answer in time", operation=name)
    if isinstance(error, TooLarge):
        return BadResponse("the answer is too large", operation=name)
    if isinstance(error, exceptions.SSLError):
        return ConnectionFailed(
            "TLS failed; behind a company's proxy set ZONOS_CA_BUNDLE",
            operation=name,
            sent=False,
        )
    kind = type(error.__cause__ or error).__name__
    if isinstance(error, NotConnected):
        return ConnectionFailed(f"no connection ({kind})", operation=name, sent=False)
    return ConnectionFailed(f"the connection broke ({kind})", operation=name)


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
        raise BadResponse("the answer is no GraphQL answer", **failed)
    return ExecutionResult(data=data, extensions=told)


def _json(body: bytes) -> Any:
    try:
        return _decode(body.decode())
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
