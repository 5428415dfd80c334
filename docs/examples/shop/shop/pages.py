"""The shop's pages."""

from flask import Blueprint
from flask import make_response
from flask import redirect
from flask import render_template
from flask import request
from flask import session
from flask import url_for
from flask_login import current_user
from flask_security import auth_required

from .checkout import zonos
from .models import db
from .models import Order
from .models import Product
from .models import ZonosCart

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def index():
    """Show all products."""
    products = db.session.scalars(db.select(Product).order_by(Product.name))
    return render_template("index.html", products=products)


@blueprint.post("/basket")
def put_into_basket():
    """Put a product into the basket, which is in the session."""
    product = db.get_or_404(Product, request.form["sku"])
    basket = dict(session.get("basket", {}))
    basket[product.sku] = basket.get(product.sku, 0) + 1
    session["basket"] = basket
    return redirect(url_for(".cart"))


@blueprint.get("/cart")
def cart():
    """Show the basket, with the button that opens Zonos Checkout."""
    basket = session.get("basket", {})
    lines = [(db.get_or_404(Product, sku), basket[sku]) for sku in basket]
    return render_template("cart.html", lines=lines)


@blueprint.post("/own-checkout")
def own_checkout():
    """Take an order from the shop's own country."""
    return render_template("own_checkout.html")


@blueprint.get("/thanks/<order_id>")
def thanks(order_id):
    """Thank everybody, and show the order to whom it belongs alone."""
    order = db.session.get(Order, order_id)
    if order is not None and not zonos.may_show(order):
        order = None
    if order is not None:
        paid = db.session.get(ZonosCart, order.cart_id)
        if paid is not None and paid.basket == session.get("basket"):
            session.pop("basket")
    response = make_response(render_template("thanks.html", order=order))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/orders")
@auth_required()
def orders():
    """List the account's orders."""
    mine = db.select(Order).filter_by(customer_id=current_user.customer_id)
    found = db.session.scalars(mine.order_by(Order.updated_at.desc()))
    return render_template("orders.html", orders=found)
