"""A small shop around the extension: a real Flask app with a real flask-login."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask import render_template_string
from flask import request
from flask.testing import FlaskClient
from flask_login import login_user
from flask_login import LoginManager
from flask_login import logout_user
from flask_login import UserMixin

from flask_zonos import Cart
from flask_zonos import CustomerProfile
from flask_zonos import Zonos

from .samples import cart
from .samples import item
from .samples import profile
from .upstream import PATIENCE

TOKEN = "secret_server_token"
PAGE = '<!doctype html><title>Cart</title>{{ zonos_checkout("#place-order") }}'


class User(UserMixin):  # type: ignore[misc]
    def __init__(self, id: str) -> None:
        self.id = id


@dataclass
class Shop:
    """The app, and what its loaders do; a test changes them as it needs."""

    app: Flask
    zonos: Zonos
    load_cart: Callable[[dict[str, Any]], Any] = lambda request_data: cart()
    load_customer: Callable[[Any], Any] = lambda user: profile(customer_id=user.id)
    page: str = PAGE

    def browser(self, user_id: str | None = None) -> FlaskClient:
        """A client with cookies of its own, signed in as a user or not."""
        browser = self.app.test_client()
        if user_id is not None:
            assert browser.post(f"/sign-in/{user_id}").status_code == 204
        return browser


def make_shop(api_url: str, **config: Any) -> Shop:
    """A shop whose checkout goes to ``api_url``."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="a secret of the shop's",
        ZONOS_CREDENTIAL_TOKEN=TOKEN,
        ZONOS_API_KEY="public_key",
        ZONOS_STORE_ID=1234,
        ZONOS_API_URL=api_url,
        # A busy machine may need more than a second for a profile.
        ZONOS_PROFILE_GRACE=PATIENCE,
    )
    app.config.update(config)
    shop = Shop(app, Zonos())

    @shop.zonos.cart_loader
    def current_cart(request_data: dict[str, Any]) -> Any:
        return shop.load_cart(request_data)

    @shop.zonos.customer_loader
    def customer_for(user: Any) -> Any:
        return shop.load_customer(user)

    add_sign_in(app)
    app.add_url_rule("/cart", "cart", lambda: render_template_string(shop.page))
    shop.zonos.init_app(app)
    return shop


def add_sign_in(app: Flask) -> LoginManager:
    """Flask-login, and routes to sign in and out by."""
    login_manager = LoginManager(app)
    login_manager.user_loader(User)

    @app.post("/sign-in/<user_id>")
    def sign_in(user_id: str) -> tuple[str, int]:
        login_user(User(user_id), remember="remember" in request.args)
        return "", 204

    @app.post("/sign-out")
    def sign_out() -> tuple[str, int]:
        logout_user()
        return "", 204

    return login_manager


def cart_of_request(request_data: dict[str, Any]) -> Cart:
    """A cart whose sku the browser names, to tell answers apart."""
    return cart(item(sku=request_data["sku"]))


def profile_of(user: Any) -> CustomerProfile:
    return profile(customer_id=user.id)
