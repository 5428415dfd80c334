"""The account page with its address book."""

from __future__ import annotations

import json

from flask import abort
from flask import Blueprint
from flask import current_app
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
from .postal import advice_on
from .sent_profiles import export
from .sent_profiles import latest_of_each_kind
from .sent_profiles import sent_profiles
from .zonos import customer_for

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.before_request
@login_required  # type: ignore[untyped-decorator]
def signed_in_only() -> None:
    """Every page below is somebody's own."""


@blueprint.get("")
def show() -> ResponseReturnValue:
    shared = latest_of_each_kind(sent_profiles(current_user.customer_id))
    return render_template("account.html", shared=shared)


@blueprint.get("/shared-with-zonos.json")
def download() -> ResponseReturnValue:
    """The customer's data that went to Zonos, as a file."""
    text = json.dumps(export(customer_for(current_user)), ensure_ascii=False, indent=2)
    response = current_app.response_class(text, mimetype="application/json")
    response.headers["Content-Disposition"] = "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.route("/addresses/new", methods=["GET", "POST"])
def add_address() -> ResponseReturnValue:
    form = AddressForm(data={"name": current_user.name, "country_code": "DK"})
    if form.validate_on_submit():
        address = Address()
        form.populate_obj(address)
        current_user.addresses.append(address)
        return _saved(address)
    return render_template("address.html", form=form, advice={}), _status(form)


@blueprint.route("/addresses/<int:address_id>", methods=["GET", "POST"])
def edit_address(address_id: int) -> ResponseReturnValue:
    address = _own_address(address_id)
    form = AddressForm(obj=address)
    if form.validate_on_submit():
        form.populate_obj(address)
        return _saved(address)
    advice = {} if form.errors else advice_on(address)
    page = render_template("address.html", form=form, address=address, advice=advice)
    return page, _status(form)


@blueprint.post("/addresses/<int:address_id>/remove")
def remove_address(address_id: int) -> ResponseReturnValue:
    current_user.addresses.remove(_own_address(address_id))
    db.session.commit()
    flash(gettext("The address is removed from this address book."))
    return redirect(url_for("account.show"), 303)


def _saved(address: Address) -> ResponseReturnValue:
    """Save what was typed, and show it once more where it looks unusual."""
    db.session.commit()
    flash(gettext("The address is saved."))
    if advice_on(address):
        edit = url_for("account.edit_address", address_id=address.id)
        return redirect(edit, 303)
    return redirect(url_for("account.show"), 303)


def _own_address(address_id: int) -> Address:
    for address in current_user.addresses:
        if address.id == address_id:
            assert isinstance(address, Address)
            return address
    abort(404)


def _status(form: AddressForm) -> int:
    return 422 if form.errors else 200
