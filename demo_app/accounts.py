"""Sign in, sign out, register."""

from __future__ import annotations

import functools
import math

from flask import Blueprint
from flask import flash
from flask import Flask
from flask import redirect
from flask import render_template
from flask import request
from flask import session
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_login import login_user
from flask_login import LoginManager
from flask_login import logout_user
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.security import check_password_hash
from werkzeug.security import generate_password_hash

from . import login_throttle
from .basket import hand_over
from .forms import LoginForm
from .forms import RegisterForm
from .language import gettext
from .language import ngettext
from .models import db
from .models import Shopper
from .samples import SAMPLE_SIGN_INS
from .urls import safe_path

blueprint = Blueprint("accounts", __name__)
login_manager = LoginManager()
login_manager.login_view = "accounts.login"
login_manager.login_message = "Sign in to see this page."
login_manager.localize_callback = gettext

#: ``ZONOS_CART_COOKIE``, which this shop leaves at its default.
CART_COOKIE = "zonos_carts"
KEPT_AT_SIGN_IN = ("language", "basket", "own_orders")


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_shopper(shopper_id: str) -> Shopper | None:
    return db.session.get(Shopper, int(shopper_id))


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(_next(), 303)
    form = LoginForm()
    if form.validate_on_submit():
        wait = login_throttle.acquire(form.email.data)
        if wait:
            form.form_errors.append(
                ngettext(
                    "Too many tries. Please wait {count} minute, then try again.",
                    "Too many tries. Please wait {count} minutes, then try again.",
                    math.ceil(wait / 60),
                )
            )
            page = render_template("login.html", form=form, samples=SAMPLE_SIGN_INS)
            return page, 429, {"Retry-After": str(wait)}
        shopper = _shopper_with(form.email.data, form.password.data)
        if shopper is not None:
            login_throttle.reset(form.email.data)
            _sign_in(shopper, remember=form.remember.data)
            return redirect(_next(), 303)
        form.form_errors.append(
            gettext("No account fits that e-mail and password. Please try again.")
        )
    return render_template("login.html", form=form, samples=SAMPLE_SIGN_INS), (
        422 if form.errors else 200
    )


@blueprint.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(_next(), 303)
    form = RegisterForm()
    if form.validate_on_submit():
        shopper = Shopper(
            first_name=form.first_name.data,
            last_name=form.last_name.data,
            email=form.email.data,
            phone=form.phone.data,
        )
        shopper.set_password(form.password.data)
        db.session.add(shopper)
        try:
            db.session.commit()
        except IntegrityError:
            db.session.rollback()
            form.email.errors = [
                gettext("There is an account with this e-mail already. Sign in to it.")
            ]
        else:
            _sign_in(shopper, remember=False)
            return redirect(_next(), 303)
    return render_template("register.html", form=form), (422 if form.errors else 200)


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """Sign out and leave nothing of this shopper in the browser."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    logout_user()
    flash(gettext("You are signed out."))
    response = redirect(url_for("catalog.index"), 303)
    # The next person at this browser is not to see this one's guest orders.
    response.delete_cookie(CART_COOKIE)
    return response


def _sign_in(shopper: Shopper, *, remember: bool) -> None:
    # A session that somebody else may have planted must not become a signed-in one.
    kept = {name: session[name] for name in KEPT_AT_SIGN_IN if name in session}
    session.clear()
    session.update(kept)
    login_user(shopper, remember=remember)
    hand_over(shopper)
    flash(gettext("You are signed in."))


def _shopper_with(email: str, password: str) -> Shopper | None:
    shopper = db.session.scalar(select(Shopper).where(Shopper.email == email))
    if shopper is None:
        # As long as for a known address, so that time does not tell who has an account.
        check_password_hash(_nobodys_hash(), password)
        return None
    return shopper if shopper.check_password(password) else None


@functools.cache
def _nobodys_hash() -> str:
    return generate_password_hash("nobody")


def _next() -> str:
    return safe_path(request.args.get("next")) or url_for("account.show")


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    login_throttle.init_app(app)
    app.register_blueprint(blueprint)
