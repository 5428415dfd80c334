"""Probes of customer profiles: all of the one invented customer, kept for good."""

from __future__ import annotations

from typing import Any

from .connection import Reply
from .probes import as_object
from .probes import Probe
from .probes import Subject

_AUTHENTICATE = """
mutation checkoutCustomerProfileAuthenticate(
  $input: CheckoutCustomerProfileAuthenticateInput!
) {
  checkoutCustomerProfileAuthenticate(input: $input) {
    email name locations { line1 }
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


def _strict_locations(subject: Subject) -> bool:
    _profile(subject)
    empty = {**LOCATION, "line1": "2 Example Street", "administrativeArea": ""}
    odd_phone = {**LOCATION, "line1": "3 Example Street", "phone": "CALL ME"}
    return any(
        _submit(subject, locations=[location]).refused
        for location in (empty, odd_phone)
    )


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
        "An address without a region, or a phone with letters, is refused",
        False,
        _strict_locations,
        calls=3,
        points=45,
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
