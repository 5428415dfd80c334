"""What most would write from gql's documentation: all of it made anew per request."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from flask_login import login_required
from gql import Client
from gql import gql
from gql.transport.requests import RequestsHTTPTransport

from .account import create_account_app
from .basket import ca_bundle
from .basket import CART_MUTATION
from .basket import cart_variables
from .basket import PROFILE_MUTATION
from .basket import profile_variables
from .basket import TOKEN
from .basket import upstream_url


def _call(text: str, variables: dict[str, Any]) -> dict[str, Any]:
    transport = RequestsHTTPTransport(
        upstream_url(), headers={"credentialToken": TOKEN}, verify=ca_bundle()
    )
    request = gql(text)
    request.variable_values = variables
    return Client(transport=transport).execute(request)


def create_app() -> Flask:
    """The app that gunicorn serves."""
    app = create_account_app()

    @app.post("/zonos/cart-info")
    @login_required  # type: ignore[untyped-decorator]
    def cart_info() -> dict[str, Any]:
        with ThreadPoolExecutor(2) as executor:
            cart = executor.submit(_call, CART_MUTATION, cart_variables())
            profile = executor.submit(_call, PROFILE_MUTATION, profile_variables())
            return {
                "cartId": cart.result()["cartCreate"]["id"],
                "customerProfileAuthenticate": profile.result(),
            }

    return app
