"""All that ties this shop to Zonos: copy this file, change the queries.

The rest of it: ``zonos.init_app(app)`` and ``csrf.exempt(zonos.blueprint)`` in
``__init__.py``, and ``{{ zonos_checkout("#place-order") }}`` in the cart's page.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import current_app
from flask import url_for
from sqlalchemy import select

from flask_zonos import Cart
from flask_zonos import CartItem
from flask_zonos import CustomerProfile
from flask_zonos import InventoryItem
from flask_zonos import ItemMeasurement
from flask_zonos import Location
from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos import ProfileSent
from flask_zonos import Recognition
from flask_zonos import Zonos
from flask_zonos import ZonosError

from .basket import find_basket
from .language import current_language
from .language import gettext
from .models import Address
from .models import BasketLine
from .models import db
from .models import Shopper
from .models import Variant
from .models import ZonosCart
from .orders import store_zonos_order
from .sent_profiles import record_sent_profile
from .sent_profiles import sent_profiles

zonos = Zonos()


@zonos.cart_loader
def current_cart(request_data: dict[str, Any]) -> Cart:
    """The basket's lines, at the shop's own prices; the page is not asked."""
    basket = find_basket()
    return Cart(items=[cart_item(line) for line in basket.lines] if basket else [])


def cart_item(line: BasketLine) -> CartItem:
    variant, product, language = line.variant, line.variant.product, current_language()
    return CartItem(
        amount=product.price,
        currency_code=product.currency_code,
        quantity=line.quantity,
        sku=variant.sku,
        product_id=product.slug,
        name=variant.name_in(language),
        description=product.description_in(language),
        image_url=url_for("static", filename=product.picture, _external=True),
        hs_code=product.hs_code,
        country_of_origin=product.country_of_origin,
        attributes={product.attribute: variant.label_in(language)},
        categories=[product.category],
        measurements=[
            ItemMeasurement(
                type="WEIGHT", unit_of_measure="GRAM", value=Decimal(product.weight)
            )
        ],
    )


@zonos.customer_loader
def customer_for(user: Shopper) -> CustomerProfile:
    """The signed-in customer. What is given here once, Zonos keeps for good.

    Domestic addresses are left out: the shop's own checkout delivers there.
    """
    return CustomerProfile(
        customer_id=user.customer_id,
        email=user.email,
        name=user.name,
        first_name=user.first_name,
        last_name=user.last_name,
        phone=user.phone or None,
        locations=[location_of(address) for address in user.addresses_abroad],
    )


def location_of(address: Address) -> Location:
    """An address of the shop's, as Zonos takes it."""
    return Location(
        name=address.name,
        line1=address.line1,
        line2=address.line2 or None,
        locality=address.locality,
        administrative_area=address.administrative_area,
        postal_code=address.postal_code,
        country_code=address.country_code,
        phone=address.phone or None,
    )


@zonos.profile_sent_handler
def on_sent(record: ProfileSent) -> None:
    """Record what Zonos now keeps: it is shown to the customer, and sent once."""
    record_sent_profile(record, zonos.client.api_url)


@zonos.sent_locations
def sent(customer_id: str) -> set[str]:
    """The fingerprints of the addresses that this Zonos was sent before."""
    calls = sent_profiles(customer_id, zonos.client.api_url)
    return {fingerprint for call in calls for fingerprint in call.locations}


@zonos.before_calls
def release_connection() -> None:
    """Return the database connection to its pool: a call to Zonos takes seconds.

    Not ``db.session.remove()``, which would detach ``current_user``.
    """
    db.session.commit()


@zonos.cart_created_handler
def on_cart(cart_id: str, cart: Cart, recognition: Recognition) -> None:
    """Keep which basket a cart came from."""
    basket = find_basket()
    if basket is not None:
        db.session.merge(ZonosCart(cart_id=cart_id, basket_id=basket.id))
        db.session.commit()


@zonos.inventory_checker
def in_stock(items: list[InventoryItem]) -> str | None:
    """Asked just before payment: a sentence stops the order, ``None`` lets it go on."""
    for item in items:
        variant = db.session.scalar(select(Variant).where(Variant.sku == item.sku))
        if variant is None or variant.stock < item.quantity:
            return gettext(
                "{name} is no longer in stock in that number. "
                "Please change your basket.",
                name=item.name or item.sku,
            )
    return None


@zonos.order_handler
def on_order(order: Order, event: OrderEvent) -> None:
    """Take the order, or have a worker take it where the shop has workers.

    Webhook, page and sync all come here.
    """
    queue = current_app.extensions.get("order_queue")
    if queue is None:
        take_order(order)
    else:
        queue(order.id)


def take_order(order: Order) -> None:
    """Store the order, once, however often it is told: every step may be repeated."""
    if order.customer_id is not None and shopper_with(order.customer_id) is None:
        # Stored for the shop to look into; no account of ours will show it.
        current_app.logger.error("Order %s names a customer unknown here", order.id)
    number = store_zonos_order(order).number
    if order.account_order_number != number:
        release_connection()
        try:
            zonos.client.set_account_order_number(order.id, number)
        except ZonosError as error:
            # The order is safe; the next event or sync writes the number again.
            current_app.logger.warning(
                "Order %s got no shop number at Zonos: %s", number, error
            )


def shopper_with(customer_id: str) -> Shopper | None:
    return db.session.scalar(select(Shopper).where(Shopper.customer_id == customer_id))
