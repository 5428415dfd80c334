"""The forms, with Flask-WTF: each carries its CSRF token."""

from __future__ import annotations

import re
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms import EmailField
from wtforms import Field
from wtforms import PasswordField
from wtforms import SelectField
from wtforms import StringField
from wtforms import TelField
from wtforms import ValidationError
from wtforms.validators import Email
from wtforms.validators import InputRequired
from wtforms.validators import Length

from .countries import country_choices
from .language import current_locale
from .language import gettext
from .language import lazy_gettext as _

#: None in Hong Kong; few write theirs in Ireland and Iceland.
NO_POSTAL_CODE_NEEDED = {"HK", "IE", "IS"}
STATE_CODES = {"AU", "CA", "US"}


def trimmed(value: str | None) -> str:
    return (value or "").strip()


def lowered(value: str | None) -> str:
    return trimmed(value).lower()


def required(message: str) -> InputRequired:
    return InputRequired(message=_(message))


def short() -> Length:
    return Length(max=120, message=_("Use at most 120 characters."))


class LoginForm(FlaskForm):  # type: ignore[misc]
    email = EmailField(
        _("E-mail"), [required("Enter your e-mail address.")], filters=[lowered]
    )
    password = PasswordField(_("Password"), [required("Enter your password.")])
    remember = BooleanField(_("Keep me signed in on this device"))


def email_field() -> EmailField:
    """Ask for an e-mail address and check its form."""
    return EmailField(
        _("E-mail"),
        [
            required("Enter your e-mail address."),
            Email(message=_("Enter an e-mail address, like name@example.com.")),
            short(),
        ],
        filters=[lowered],
    )


class RegisterForm(FlaskForm):  # type: ignore[misc]
    first_name = StringField(
        _("First name"),
        [required("Enter your first name."), short()],
        filters=[trimmed],
    )
    last_name = StringField(
        _("Last name"), [required("Enter your last name."), short()], filters=[trimmed]
    )
    email = email_field()
    phone = TelField(_("Phone (optional)"), [short()], filters=[trimmed])
    password = PasswordField(
        _("Password"),
        [
            required("Choose a password."),
            Length(min=8, max=200, message=_("Use at least 8 characters.")),
        ],
    )


class EmailForm(FlaskForm):  # type: ignore[misc]
    email = email_field()


class AddressForm(FlaskForm):  # type: ignore[misc]
    """An address, with no more demanded than the country really has."""

    name = StringField(
        _("Name"), [required("Enter the recipient's name."), short()], filters=[trimmed]
    )
    line1 = StringField(
        _("Street and number"),
        [required("Enter a street and number."), short()],
        filters=[trimmed],
    )
    line2 = StringField(
        _("Floor, door, company (optional)"), [short()], filters=[trimmed]
    )
    postal_code = StringField(_("Postal code"), [short()], filters=[trimmed])
    locality = StringField(
        _("Town or city"),
        [required("Enter a town or city."), short()],
        filters=[trimmed],
    )
    administrative_area = StringField(
        _("State, province or prefecture"), [short()], filters=[trimmed]
    )
    country_code = SelectField(_("Country"), default="DK")
    phone = TelField(_("Phone (optional)"), [short()], filters=[trimmed])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country_code.choices = country_choices(current_locale())

    def validate_postal_code(self, field: Field) -> None:
        if not field.data and self.country_code.data not in NO_POSTAL_CODE_NEEDED:
            raise ValidationError(gettext("Enter a postal code."))

    def validate_administrative_area(self, field: Field) -> None:
        if self.country_code.data not in STATE_CODES:
            return
        field.data = (field.data or "").upper()
        if not re.fullmatch("[A-Z]{2,3}", field.data):
            raise ValidationError(
                gettext("Enter the code of the state or province, like UT or BC.")
            )


class OwnCheckoutForm(EmailForm, AddressForm):
    """The e-mail comes first, on the page and in the list of what is wrong."""
