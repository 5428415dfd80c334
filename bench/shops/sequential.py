"""Two ``requests.post``, one after the other."""

from __future__ import annotations

from typing import Any

import requests
from flask import Flask
from flask_login import login_required

from .account import create_account_app
from .basket import ca_bundle
from .basket import CART_MUTATION
from .basket import cart_variables
from .basket import PROFILE_MUTATION
from .basket import profile_variables
from .basket import TOKEN
from .basket import upstream_url


def _call(text: str, variables: dict[str, Any]) -> dict[str, Any]:
    response = requests.post(
        upstream_url(),
        json={"query": text, "variables": variables},
        headers={"credentialToken": TOKEN},
        verify=ca_bundle(),
        timeout=10,
    )
    response.raise_for_status()
    data: dict[str, Any] = response.json()["data"]
    return data


def create_app() -> Flask:
    """The app that gunicorn serves."""
    app = create_account_app()

    @app.post("/zonos/cart-info")
    @login_required  # type: ignore[untyped-decorator]
    def cart_info() -> dict[str, Any]:
        cart = _call(CART_MUTATION, cart_variables())
        profile = _call(PROFILE_MUTATION, profile_variables())
        return {
            "cartId": cart["cartCreate"]["id"],
            "customerProfileAuthenticate": profile,
        }

    return app
