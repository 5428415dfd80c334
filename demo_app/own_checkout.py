"""The shop's own checkout: for domestic shoppers, and for all when Zonos is away."""

from __future__ import annotations

from flask import Blueprint
from flask import flash
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from .basket import find_basket
from .countries import is_domestic
from .forms import OwnCheckoutForm
from .language import gettext
from .models import Address
from .order_access import remember_own_order
from .orders import OutOfStock
from .orders import place_own_order
from .orders import shipping_for

blueprint = Blueprint("own_checkout", __name__, url_prefix="/checkout")


@blueprint.route("", methods=["GET", "POST"])
def show() -> ResponseReturnValue:
    basket = find_basket()
    if basket is None or not basket.lines:
        return redirect(url_for("cart.show"), 303)
    addresses = current_user.addresses if current_user.is_authenticated else []
    form = OwnCheckoutForm(
        obj=_chosen(addresses),
        email=current_user.email if current_user.is_authenticated else "",
    )
    if form.validate_on_submit():
        ship_to = {
            field: form[field].data
            for field in (
                "name",
                "line1",
                "line2",
                "locality",
                "administrative_area",
                "postal_code",
                "country_code",
            )
        }
        try:
            order = place_own_order(basket, ship_to)
        except OutOfStock:
            flash(gettext("Something in your basket has just sold out."))
            return redirect(url_for("cart.show"), 303)
        if order is None:
            return redirect(url_for("cart.show"), 303)
        remember_own_order(order.public_id)
        return redirect(url_for("order_pages.show", public_id=order.public_id), 303)
    return render_template(
        "checkout.html",
        form=form,
        basket=basket,
        addresses=addresses,
        shipping=shipping_for(basket.subtotal),
    ), (422 if form.errors else 200)


def _chosen(addresses: list[Address]) -> Address | None:
    """The address that was asked for, else the first domestic one."""
    wanted = request.args.get("address", type=int)
    for address in addresses:
        if address.id == wanted:
            return address
    return next((one for one in addresses if is_domestic(one.country_code)), None)
