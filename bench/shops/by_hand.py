"""The fair rival: what a careful shop writes by hand on the same libraries.

One gql session, requests' adapter with one ``SSLContext``, one executor, two futures,
and flask-login. It checks nothing, bounds no slow body, retries nothing and knows no
fork; a profile that fails costs no sale.
"""

from __future__ import annotations

import ssl
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from flask import jsonify
from flask import Response
from flask_login import login_required
from gql import Client
from gql import gql
from gql import GraphQLRequest
from gql.client import SyncClientSession
from gql.transport.requests import RequestsHTTPTransport
from graphql import DocumentNode
from requests.adapters import HTTPAdapter

from .account import create_account_app
from .basket import ca_bundle
from .basket import CART_MUTATION
from .basket import cart_variables
from .basket import PROFILE_MUTATION
from .basket import profile_variables
from .basket import TOKEN
from .basket import upstream_url

_CART = gql(CART_MUTATION).document
_PROFILE = gql(PROFILE_MUTATION).document

_executor = ThreadPoolExecutor(32)


class _Adapter(HTTPAdapter):
    """Reads the certificates once, and not for each connection."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = ssl.create_default_context(cafile=ca_bundle())
        super().init_poolmanager(*args, ssl_context=context, **kwargs)

    def cert_verify(self, *args: Any) -> None:
        pass

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        host, pool = super().build_connection_pool_key_attributes(*args, **kwargs)
        # REQUESTS_CA_BUNDLE would be read for each connection.
        pool.pop("ca_certs", None)
        return host, pool


def create_app() -> Flask:
    """The app that is served."""
    app = create_account_app()
    transport = RequestsHTTPTransport(
        upstream_url(), headers={"credentialToken": TOKEN}, timeout=10
    )
    session = Client(transport=transport).connect_sync()  # type: ignore[no-untyped-call]
    assert isinstance(session, SyncClientSession) and transport.session is not None
    transport.session.mount("https://", _Adapter(pool_maxsize=32))

    def call(document: DocumentNode, variables: dict[str, Any]) -> dict[str, Any]:
        return session.execute(GraphQLRequest(document, variable_values=variables))

    @app.post("/zonos/cart-info")
    @login_required  # type: ignore[untyped-decorator]
    def cart_info() -> Response:
        cart = _executor.submit(call, _CART, cart_variables())
        profile = _executor.submit(call, _PROFILE, profile_variables())
        try:
            password = profile.result(timeout=10)
        except Exception:
            app.logger.exception("No profile")
            password = None
        response = jsonify(
            cartId=cart.result(timeout=10)["cartCreate"]["id"],
            customerProfileAuthenticate=password,
        )
        response.cache_control.no_store = True
        return response

    return app
