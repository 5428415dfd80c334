"""An order's page, and the account's list of orders."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import abort
from flask import Blueprint
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_login import login_required
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from .models import db
from .models import Order
from .order_access import awaits_order
from .order_access import may_see
from .order_access import opens
from .order_access import sign
from .zonos import zonos

blueprint = Blueprint("order_pages", __name__)

#: How often a browser without JavaScript looks for a late order: for a minute.
VISITS = 12


@blueprint.get("/orders/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    """The order, to whom it belongs.

    To anyone else the answer does not depend on whether the order exists: "on its
    way" for a session that may just have paid for one, 404 for all others.
    """
    # Asked first: an order that is stored meanwhile is found by what follows.
    awaited = awaits_order()
    order = db.session.scalar(select(Order).where(Order.public_id == public_id))
    if order is not None:
        if may_see(order):
            return render_template("order.html", order=order, key=sign(order))
        if opens(order, request.args.get("key")):
            return render_template("order.html", order=order, key=None)
    if awaited:
        return wait()
    abort(404)


@blueprint.get("/thanks")
def thanks() -> ResponseReturnValue:
    """The page for ``successRedirectUrl``: on to the order, once Zonos has it.

    It is the same for whoever waits.
    """
    order = zonos.order_from_redirect(request.args)
    if order is None:
        return wait()
    return redirect(url_for(".show", public_id=order.id), 303)


def wait() -> ResponseReturnValue:
    """The page of a late order: it looks again by itself, and says when it stops."""
    visit = max(request.args.get("visit", 1, type=int), 1)
    again = None
    if visit < VISITS:
        again = "?" + urlencode({**request.args, "visit": visit + 1})
    return render_template("order_awaited.html", again=again), 202


@blueprint.get("/account/orders")
@login_required  # type: ignore[untyped-decorator]
def history() -> ResponseReturnValue:
    orders = db.session.scalars(
        select(Order)
        .where(Order.customer_id == current_user.customer_id)
        .options(selectinload(Order.lines))
        .order_by(Order.created_at.desc(), Order.id.desc())
    ).all()
    return render_template("orders.html", orders=orders)
