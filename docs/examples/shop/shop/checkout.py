"""All that ties the shop to Zonos."""

from decimal import Decimal

from flask import current_app
from flask import session
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from flask_zonos import Cart
from flask_zonos import CartItem
from flask_zonos import CustomerProfile
from flask_zonos import Zonos

from .models import db
from .models import Order
from .models import Product
from .models import ZonosCart

zonos = Zonos()


@zonos.cart_loader
def current_cart(request_data):
    """Give the basket at the shop's own prices."""
    items = []
    for sku, quantity in session.get("basket", {}).items():
        product = db.session.get(Product, sku)
        if product is not None:
            items.append(
                CartItem(
                    sku=sku,
                    name=product.name,
                    quantity=quantity,
                    amount=Decimal(product.cents) / 100,
                    currency_code="EUR",
                )
            )
    return Cart(items=items)


@zonos.customer_loader
def customer_for(user):
    """Give the shopper who is signed in. Zonos keeps what it is given."""
    return CustomerProfile(customer_id=user.customer_id, email=user.email)


@zonos.before_calls
def release_connection():
    """Return the connection to its pool: Zonos may take seconds."""
    db.session.commit()


@zonos.cart_created_handler
def keep_basket(cart_id, cart, recognition):
    """Keep what the cart was made of, to empty the basket once it is paid."""
    db.session.merge(ZonosCart(id=cart_id, basket=session.get("basket", {})))
    db.session.commit()


@zonos.order_handler
def on_order(order, event):
    """Store the order. It comes at least once, and states may overtake each other."""
    stamp = order.updated_at.timestamp()
    values = {
        "customer_id": order.customer_id,
        "cart_id": order.cart_id,
        "status": order.status,
        "updated_at": stamp,
    }
    try:
        db.session.add(Order(id=order.id, **values))
        db.session.commit()
        current_app.logger.info("Order %s is new", order.id)
    except IntegrityError:
        db.session.rollback()
        older = update(Order).where(Order.id == order.id, Order.updated_at <= stamp)
        db.session.execute(older.values(values))
        db.session.commit()
