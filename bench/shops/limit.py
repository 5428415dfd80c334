"""The limit: what Python's standard library can do, with all that is useful left out.

A bare WSGI application, kept-alive ``http.client`` connections, one call on the
request's thread and one on a pool's. No session, no login, no deadline, no checks, no
errors handled.
"""

from __future__ import annotations

import http.client
import json
import select
import ssl
from collections import deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .basket import ca_bundle
from .basket import CART_MUTATION
from .basket import cart_variables
from .basket import PROFILE_MUTATION
from .basket import profile_variables
from .basket import TOKEN
from .basket import upstream_url

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse
    from _typeshed.wsgi import WSGIEnvironment

_url = urlsplit(upstream_url())
_context = ssl.create_default_context(cafile=ca_bundle())
_idle: deque[http.client.HTTPSConnection] = deque()
_executor = ThreadPoolExecutor(16)
_headers = {
    "Accept": "application/json",
    "Content-Type": "application/json",
    "credentialToken": TOKEN,
}


_cart, _profile = cart_variables(), profile_variables()


def application(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    body = _cart_info() if environ["REQUEST_METHOD"] == "POST" else b""
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


def _cart_info() -> bytes:
    profile_call = _executor.submit(_call, PROFILE_MUTATION, _profile)
    cart = json.loads(_call(CART_MUTATION, _cart))["data"]["cartCreate"]
    profile = json.loads(profile_call.result())["data"]
    password = profile["checkoutCustomerProfileAuthenticate"]["oneTimePassword"]
    return (
        b'{"cartId":"%s","customerProfileAuthenticate":'
        b'{"checkoutCustomerProfileAuthenticate":{"oneTimePassword":"%s"}}}'
    ) % (cart["id"].encode(), password.encode())


def _call(mutation: str, variables: dict[str, Any]) -> bytes:
    body = json.dumps({"query": mutation, "variables": variables}).encode()
    connection = _connection()
    connection.request("POST", _url.path, body, _headers)
    answer = connection.getresponse().read()
    _idle.append(connection)
    return answer


def _connection() -> http.client.HTTPSConnection:
    while _idle:
        try:
            connection = _idle.pop()
        except IndexError:
            break
        poll = select.poll()
        poll.register(connection.sock, select.POLLIN)
        if not poll.poll(0):
            return connection
        connection.close()
    return http.client.HTTPSConnection(_url.netloc, context=_context)
