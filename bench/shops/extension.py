"""A small shop with this extension, as the README shows it."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from flask import Flask
from flask import g
from flask import render_template_string
from flask_login import login_required

from flask_zonos import Cart
from flask_zonos import CartItem
from flask_zonos import CustomerProfile
from flask_zonos import Location
from flask_zonos import Zonos

from .account import create_account_app
from .account import User
from .basket import ca_bundle
from .basket import CUSTOMER_ID
from .basket import EMAIL
from .basket import TOKEN
from .basket import upstream_url

zonos = Zonos()


@zonos.cart_loader
def current_cart(request_data: dict[str, Any]) -> Cart:
    """The cart; its size and the profile's are the benchmark's to choose."""
    g.addresses = request_data.get("addresses", 1)
    return _cart(request_data.get("lines", 2))


@zonos.customer_loader
def customer_for(user: User) -> CustomerProfile:
    """The customer, with as many addresses as the benchmark asks for."""
    return _customer(g.addresses)


@cache
def _cart(lines: int) -> Cart:
    return Cart(
        items=[
            CartItem(
                amount=Decimal("249.50"),
                currency_code="DKK",
                quantity=1 + number,
                sku=f"TEAPOT-{number}",
                product_id=f"teapot-{number}",
                name="Stoneware teapot",
                image_url="https://shop.example/static/teapot.jpg",
                country_of_origin="DK",
                attributes={"color": "blue"},
            )
            for number in range(lines)
        ]
    )


@cache
def _customer(addresses: int) -> CustomerProfile:
    location = Location(
        name="Anna Andersen",
        line1="Nygade 1",
        locality="Ottawa",
        administrative_area="ON",
        postal_code="K1A 0B1",
        country_code="CA",
    )
    return CustomerProfile(
        customer_id=CUSTOMER_ID,
        email=EMAIL,
        name="Anna Andersen",
        locations=[location] * addresses,
    )


def create_app() -> Flask:
    """The app that is served."""
    app = create_account_app()
    app.config.update(
        ZONOS_CREDENTIAL_TOKEN=TOKEN,
        ZONOS_API_KEY="bench_public_key",
        ZONOS_STORE_ID=1,
        ZONOS_API_URL=upstream_url(),
        ZONOS_CA_BUNDLE=ca_bundle(),
    )
    zonos.init_app(app)

    @app.get("/page")
    @login_required  # type: ignore[untyped-decorator]
    def page() -> str:
        return render_template_string("{{ zonos_checkout('#place-order') }}")

    return app
