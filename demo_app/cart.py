"""The cart page, and what its buttons do."""

from __future__ import annotations

from flask import abort
from flask import Blueprint
from flask import flash
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from .basket import find_basket
from .basket import open_basket
from .basket import put
from .language import gettext
from .models import db
from .models import Variant
from .orders import shipping_for
from .welcome import welcome

blueprint = Blueprint("cart", __name__, url_prefix="/cart")


@blueprint.get("")
def show() -> ResponseReturnValue:
    basket = find_basket()
    shipping = shipping_for(basket.subtotal) if basket else 0
    return render_template(
        "cart.html", basket=basket, shipping=shipping, welcome=welcome()
    )


@blueprint.post("/lines")
def add() -> ResponseReturnValue:
    variant = _variant()
    name = variant.product.name
    try:
        basket = open_basket()
        held = sum(
            line.quantity for line in basket.lines if line.variant_id == variant.id
        )
        more = put(basket, variant, held + 1) > held
        db.session.commit()
    except IntegrityError:
        # A second click overtook the first: the thing is in the basket.
        db.session.rollback()
        more = True
    if more:
        flash(gettext("{name} is in your basket.", name=name))
    else:
        flash(gettext("There are no more of {name}.", name=name))
    return redirect(url_for("cart.show"), 303)


@blueprint.post("/quantities")
def change() -> ResponseReturnValue:
    variant = _variant()
    basket = open_basket()
    wanted = request.form.get("quantity", type=int)
    if wanted is None:
        abort(400)
    if put(basket, variant, wanted) < wanted:
        flash(gettext("There are no more of {name}.", name=variant.product.name))
    elif wanted <= 0:
        flash(gettext("{name} was taken out.", name=variant.product.name))
    else:
        flash(gettext("Your basket was changed."))
    db.session.commit()
    return redirect(url_for("cart.show"), 303)


@blueprint.post("/place-order")
def place_order() -> ResponseReturnValue:
    """The way without Zonos: a domestic shopper, or a browser without its script."""
    basket = find_basket()
    if basket is None or not basket.lines:
        return redirect(url_for("cart.show"), 303)
    return redirect(url_for("own_checkout.show"), 303)


def _variant() -> Variant:
    sku = request.form.get("sku", "")
    variant = db.session.scalar(select(Variant).where(Variant.sku == sku))
    if variant is None:
        abort(404)
    return variant
