"""The account page with its address book."""

from __future__ import annotations

from flask import abort
from flask import Blueprint
from flask import flash
from flask import redirect
from flask import render_template
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_login import login_required

from .forms import AddressForm
from .language import gettext
from .models import Address
from .models import db

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.before_request
@login_required  # type: ignore[untyped-decorator]
def signed_in_only() -> None:
    """Every page below is somebody's own."""


@blueprint.get("")
def show() -> ResponseReturnValue:
    return render_template("account.html")


@blueprint.route("/addresses/new", methods=["GET", "POST"])
def add_address() -> ResponseReturnValue:
    form = AddressForm(data={"name": current_user.name, "country_code": "DK"})
    if form.validate_on_submit():
        address = Address()
        form.populate_obj(address)
        current_user.addresses.append(address)
        db.session.commit()
        flash(gettext("The address is saved."))
        return redirect(url_for("account.show"), 303)
    return render_template("address.html", form=form, address=None), _status(form)


@blueprint.route("/addresses/<int:address_id>", methods=["GET", "POST"])
def edit_address(address_id: int) -> ResponseReturnValue:
    address = _own_address(address_id)
    form = AddressForm(obj=address)
    if form.validate_on_submit():
        form.populate_obj(address)
        db.session.commit()
        flash(gettext("The address is saved."))
        return redirect(url_for("account.show"), 303)
    return render_template("address.html", form=form, address=address), _status(form)


@blueprint.post("/addresses/<int:address_id>/remove")
def remove_address(address_id: int) -> ResponseReturnValue:
    current_user.addresses.remove(_own_address(address_id))
    db.session.commit()
    flash(gettext("The address is removed from this address book."))
    return redirect(url_for("account.show"), 303)


def _own_address(address_id: int) -> Address:
    for address in current_user.addresses:
        if address.id == address_id:
            assert isinstance(address, Address)
            return address
    abort(404)


def _status(form: AddressForm) -> int:
    return 422 if form.errors else 200
