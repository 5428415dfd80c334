"""The factory of shops: a real Flask app with flask-login and the extension."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from typing import TypeVar

from flask import Flask
from flask import redirect
from flask import render_template_string
from flask import request
from flask.testing import FlaskClient
from flask_login import login_user
from flask_login import LoginManager
from flask_login import logout_user
from flask_login import UserMixin
from werkzeug.wrappers import Response

from flask_zonos import Cart
from flask_zonos import CustomerProfile
from flask_zonos import Zonos

from .samples import cart
from .samples import item
from .samples import PERSONAL
from .samples import profile
from .upstream import PATIENCE

PROFILE = "checkoutCustomerProfileAuthenticate"
TOKEN = "secret_server_token"
PAGE = '<!doctype html><title>Cart</title>{{ zonos_checkout("#place-order") }}'
#: What no log, error, traceback or page may show.
PRIVATE = (TOKEN, "otp_of", *PERSONAL)


class User(UserMixin):  # type: ignore[misc]
    def __init__(self, id: str) -> None:
        self.id = id


def cart_of_request(request_data: dict[str, Any]) -> Cart:
    """A cart of a mug, or of the sku that a test sends to tell results apart."""
    return cart(item(sku=request_data.get("sku", "mug")))


def profile_of(user: Any) -> CustomerProfile:
    return profile(customer_id=user.id)


@dataclass
class Shop:
    """The app, its loaders and its page; a test changes them as it needs."""

    app: Flask
    zonos: Zonos
    load_cart: Callable[[dict[str, Any]], Any] = cart_of_request
    load_customer: Callable[[Any], Any] = profile_of
    page: str = PAGE

    @property
    def login_manager(self) -> LoginManager:
        manager: LoginManager = self.app.login_manager  # type: ignore[attr-defined]
        return manager

    def browser(self, user_id: str | None = None) -> FlaskClient:
        """A client with cookies of its own, signed in as a user or not."""
        browser = self.app.test_client()
        if user_id is not None:
            assert browser.post(f"/sign-in/{user_id}").status_code == 303
        return browser

    def click(self, user_id: str | None = None, **request: Any) -> Any:
        """The response to one click in a new browser."""
        return click(self.browser(user_id), **request)

    def close(self) -> None:
        client = self.app.extensions["zonos"]._client.reset()
        if client is not None:
            client.close()


def click(browser: FlaskClient, **request: Any) -> Any:
    """The response to a click on the button, typed so that its JSON can be read."""
    return browser.post("/zonos/cart-info", **request)


def password_in(response: Any) -> str | None:
    """The one-time password that a click was given."""
    given = response.json["customerProfileAuthenticate"]
    return given and given[PROFILE]["oneTimePassword"]  # type: ignore[no-any-return]


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem's members, once what holds for every problem was asserted."""
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Cookie" in response.vary
    found: dict[str, Any] = response.json
    assert (found["status"], found["code"]) == (status, code)
    assert found["detail"].endswith(".")
    assert found["title"]
    return found


def data_block(page: str) -> Any:
    """The settings that ``zonos_checkout()`` printed into a page."""
    found = re.search(r'id="zonos-settings">(.*?)</script>', page)
    assert found is not None
    return json.loads(found[1])


AnyShop = TypeVar("AnyShop", bound=Shop)


def make_app(api_url: str, app: Flask | None = None, **config: Any) -> Flask:
    """An app with settings and sign-in, and without the extension yet."""
    app = Flask(__name__) if app is None else app
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
    add_sign_in(app)
    return app


def make_shop(api_url: str, **config: Any) -> Shop:
    """A shop whose checkout goes to ``api_url``."""
    return open_shop(Shop(make_app(api_url, **config), Zonos()))


def open_shop(shop: AnyShop) -> AnyShop:
    """Register a shop's loaders and its page at ``/cart``, and initialize its app."""

    @shop.zonos.cart_loader
    def current_cart(request_data: dict[str, Any]) -> Any:
        return shop.load_cart(request_data)

    @shop.zonos.customer_loader
    def customer_for(user: Any) -> Any:
        return shop.load_customer(user)

    shop.app.add_url_rule("/cart", "cart", lambda: render_template_string(shop.page))
    shop.zonos.init_app(shop.app)
    return shop


def add_sign_in(app: Flask) -> LoginManager:
    """Flask-login, and routes to sign in and out by, for clients and for browsers.

    ``?remember`` asks for the remember cookie, ``?next=`` names the page that follows.
    """
    login_manager = LoginManager(app)
    login_manager.user_loader(User)

    @app.route("/sign-in/<user_id>", methods=["GET", "POST"])
    def sign_in(user_id: str) -> Response:
        login_user(User(user_id), remember="remember" in request.args)
        return redirect(request.args.get("next", "/cart"), 303)

    @app.route("/sign-out", methods=["GET", "POST"])
    def sign_out() -> Response:
        logout_user()
        return redirect("/cart", 303)

    return login_manager
