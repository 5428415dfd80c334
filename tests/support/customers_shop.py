"""A small shop for these tests: two customers, whose data is easy to find in a text."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from flask import Flask
from flask import redirect
from flask import render_template_string
from flask import request
from flask import session
from flask import url_for
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from flask_login import login_user
from flask_login import LoginManager
from flask_login import logout_user
from flask_login import UserMixin
from werkzeug.test import TestResponse

from flask_zonos import Cart
from flask_zonos import CartItem
from flask_zonos import CustomerProfile
from flask_zonos import Location
from flask_zonos import Zonos

TOKEN = "secret-credential-51f2"

#: What must be in no log, and in no traceback.
PERSONAL = (
    "Kirsten Holm",
    "kirsten@example.com",
    "Vestergade 1",
    "K1456Z",
    "+4520304050",
    "kirsten-1",
    "Anders Lund",
    "anders@example.com",
    "Algade 7",
    "A4000Z",
    "+4560708090",
    "anders-2",
    "Roskilde",
)

PAGE = """<!doctype html><html lang="en"><title>Cart</title>
<p id="who">{{ current_user.customer_id or "nobody" }}</p>
<form action="/own-checkout" method="get">
<button id="place-order">Place order</button></form>
{{ zonos_checkout("#place-order") }}
"""


class User(UserMixin):  # type: ignore[misc]
    """A customer; the login's id is an alternative one."""

    def __init__(self, customer_id: str, name: str, line1: str, more: str) -> None:
        self.customer_id = customer_id
        self.name = name
        self.email = f"{name.split()[0].lower()}@example.com"
        self.line1 = line1
        self.postal_code, self.phone = more.split()
        self.login_id = f"login-{customer_id}"

    def get_id(self) -> str:
        return self.login_id


def people() -> dict[str, User]:
    """The shop's customers, by login id."""
    users = (
        User("kirsten-1", "Kirsten Holm", "Vestergade 1", "K1456Z +4520304050"),
        User("anders-2", "Anders Lund", "Algade 7", "A4000Z +4560708090"),
    )
    return {user.get_id(): user for user in users}


def create_shop(api_url: str, **config: Any) -> Flask:
    """The shop; ``/login/<customer id>`` signs in, ``/cart`` has the button."""
    app = Flask(__name__)
    app.config.from_mapping(
        SECRET_KEY="a-key-for-tests",
        ZONOS_CREDENTIAL_TOKEN=TOKEN,
        ZONOS_API_KEY="credential_test_public",
        ZONOS_STORE_ID=1,
        ZONOS_API_URL=api_url,
    )
    app.config.from_mapping(config)
    users = people()
    login_manager = LoginManager(app)
    login_manager.user_loader(users.get)
    login_manager.session_protection = config.get("SESSION_PROTECTION", "basic")
    zonos = Zonos()

    @zonos.cart_loader
    def current_cart(request_data: dict[str, Any]) -> Cart:
        sku = session.get("sku", "CUP")
        item = CartItem(
            sku=sku, amount=Decimal("24.90"), currency_code="EUR", quantity=2
        )
        return Cart(items=[item])

    @zonos.customer_loader
    def customer_for(user: User) -> CustomerProfile:
        location = Location(
            name=user.name,
            line1=user.line1,
            locality="Roskilde",
            administrative_area="",
            postal_code=user.postal_code,
            country_code="DK",
            phone=user.phone,
        )
        return CustomerProfile(
            customer_id=user.customer_id,
            email=user.email,
            name=user.name,
            first_name=user.name,
            last_name="Holm",
            phone=user.phone,
            locations=[location],
        )

    zonos.init_app(app)

    @app.get("/login/<customer_id>")
    def login(customer_id: str) -> ResponseReturnValue:
        # Tells carts apart, and is not found where the customer's id is looked for.
        session["sku"] = customer_id.upper()
        login_user(users[f"login-{customer_id}"], remember="remember" in request.args)
        return redirect(url_for("cart"))

    @app.get("/logout")
    def logout() -> ResponseReturnValue:
        session.clear()
        logout_user()
        return redirect(url_for("cart"))

    @app.get("/cart")
    def cart() -> ResponseReturnValue:
        return render_template_string(PAGE)

    @app.get("/own-checkout")
    def own_checkout() -> ResponseReturnValue:
        return "<!doctype html><title>The shop's own checkout</title>"

    return app


def signed_in(app: Flask, customer_id: str = "kirsten-1") -> FlaskClient:
    """A client whose session is this customer's."""
    client = app.test_client()
    assert client.get(f"/login/{customer_id}").status_code in (302, 303)
    return client


def body_of(response: TestResponse) -> Any:
    """The JSON of a response."""
    return json.loads(response.data)
