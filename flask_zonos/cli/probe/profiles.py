"""Probes of customer profiles: all of the one invented customer, kept for good."""

from __future__ import annotations

import re
from typing import Any

from .connection import ProbeFailed
from .connection import Reply
from .probes import as_object
from .probes import Probe
from .probes import Subject

_AUTHENTICATE = """
mutation checkoutCustomerProfileAuthenticate(
  $input: CheckoutCustomerProfileAuthenticateInput!
) {
  checkoutCustomerProfileAuthenticate(input: $input) {
    email name oneTimePassword locations { line1 }
  }
}
"""
#: Nobody lives there, and mail to the domain goes nowhere (RFC 2606).
LOCATION = {
    "name": "Probe Example",
    "line1": "1 Example Street",
    "locality": "Vancouver",
    "administrativeArea": "BC",
    "postalCode": "V6E 1M7",
    "countryCode": "CA",
}
#: From the freest to the strictest; the numbers belong to nobody.
_PHONES = {
    "any": "CALL ME",
    "digits": "(604) 555-0100",
    "international": "+16045550100",
}
_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_PASSWORDS = {
    "uuid": re.compile(rf"([a-z]+_)*{_UUID}"),
    "jwt": re.compile(r"eyJ[\w-]+[.][\w-]+[.][\w-]*", re.ASCII),
}


def _submit(subject: Subject, **more: Any) -> Reply:
    given = {
        "customerId": subject.customer_id,
        "email": "probe@example.com",
        "name": "Probe Example",
        **more,
    }
    subject.made_profile = True
    return subject.ask(_AUTHENTICATE, input=given)


def _profile(subject: Subject, **more: Any) -> dict[str, Any]:
    name = "checkoutCustomerProfileAuthenticate"
    return as_object(_submit(subject, **more).value(name), name)


def _keeps_equal(subject: Subject) -> bool:
    for _ in range(2):
        profile = _profile(subject, locations=[LOCATION])
    return len(profile["locations"]) > 1


def _updates(subject: Subject) -> bool:
    _profile(subject)
    after = _profile(subject, name="Probe Renamed", email="renamed@example.com")
    return (after["name"], after["email"]) != ("Probe Example", "probe@example.com")


def _takes(subject: Subject, **location: Any) -> bool:
    """Return whether an address is taken of a customer who is taken without it."""
    return not _submit(subject, locations=[{**LOCATION, **location}]).refused


def _strict_locations(subject: Subject) -> bool:
    _profile(subject)
    return not _takes(
        subject,
        line1="2 Example Street",
        locality="Aarhus",
        administrativeArea="",
        postalCode="8000",
        countryCode="DK",
    )


def _strict_postal_codes(subject: Subject) -> bool:
    _profile(subject)
    return not _takes(
        subject,
        line1="3 Example Street",
        locality="Dubai",
        administrativeArea="DU",
        postalCode="",
        countryCode="AE",
    )


def _region_names(subject: Subject) -> bool:
    _profile(subject)
    return _takes(
        subject, line1="4 Example Street", administrativeArea="British Columbia"
    )


def _phone_form(subject: Subject) -> str:
    _profile(subject)
    for number, (form, phone) in enumerate(_PHONES.items(), 5):
        if _takes(subject, line1=f"{number} Example Street", phone=phone):
            return form
    raise ProbeFailed("no form of a phone was taken")


def new_password(subject: Subject) -> str:
    """Return a one-time password of the invented customer.

    :raises ProbeFailed: if there is none.
    """
    password = _profile(subject)["oneTimePassword"]
    if not password:
        raise ProbeFailed("oneTimePassword came back empty")
    return str(password)


def _password_form(subject: Subject) -> str:
    password = new_password(subject)
    for form, pattern in _PASSWORDS.items():
        if pattern.fullmatch(password):
            return form
    return "token"


def _password_is_new(subject: Subject) -> bool:
    return new_password(subject) != new_password(subject)


def _empty_is_error(subject: Subject) -> bool:
    _profile(subject)
    return _submit(subject, email="").refused


PROBES = (
    Probe(
        "keep_equal_locations",
        "An address that the profile has already is added again",
        False,
        _keeps_equal,
        calls=2,
        points=30,
        permanent=True,
    ),
    Probe(
        "profile_updates",
        "A later submission changes e-mail and name",
        False,
        _updates,
        calls=2,
        points=30,
        permanent=True,
    ),
    Probe(
        "strict_locations",
        "An address with an empty region is refused, where a country has none",
        False,
        _strict_locations,
        calls=2,
        points=30,
        permanent=True,
    ),
    Probe(
        "strict_postal_codes",
        "An address with an empty postal code is refused, where a country has none",
        False,
        _strict_postal_codes,
        calls=2,
        points=30,
        permanent=True,
    ),
    Probe(
        "region_names",
        "An address's region may be a name, such as British Columbia for BC",
        True,
        _region_names,
        calls=2,
        points=30,
        permanent=True,
    ),
    Probe(
        "phone_form",
        "The phone that an address may have: any text, digits with blanks and dashes, "
        "or + and digits alone",
        "any",
        _phone_form,
        calls=4,
        points=60,
        permanent=True,
    ),
    Probe(
        "password_form",
        "The form of a one-time password: a token, a UUID or a JWT",
        "token",
        _password_form,
        points=15,
        permanent=True,
    ),
    Probe(
        "password_is_new",
        "Each submission gives a new one-time password",
        True,
        _password_is_new,
        calls=2,
        points=30,
        permanent=True,
    ),
    Probe(
        "empty_customer_is_error",
        "An empty `email` is refused",
        True,
        _empty_is_error,
        calls=2,
        points=30,
        permanent=True,
    ),
)
