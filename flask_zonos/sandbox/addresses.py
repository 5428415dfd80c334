"""The address that an order goes to, checked as the checkout needs it."""

from __future__ import annotations

from collections.abc import Container

from .problems import BadRequest
from .resolving import Object

_REQUIRED = {
    "name": "a name",
    "line1": "an address",
    "locality": "a city",
}
_OPTIONAL = ("line2", "administrativeArea", "postalCode", "phone")
_LONGEST = 200


def address_from(
    given: Object, profile: Object | None, countries: Container[str]
) -> Object:
    """Where an order goes: a location of the profile, or the one that was typed.

    :param given: has ``locationId``, or ``address`` with a location's fields
    :param countries: the country codes that the schema has
    :raises BadRequest: if there is no such location, or something is missing
    """
    if given.get("locationId") is not None:
        return _from_profile(given["locationId"], profile)
    typed = given.get("address")
    if not isinstance(typed, dict):
        raise BadRequest("Enter an address")
    address: Object = {}
    for name in (*_REQUIRED, *_OPTIONAL, "email", "countryCode"):
        value = typed.get(name)
        address[name] = value.strip()[:_LONGEST] if isinstance(value, str) else ""
    for name in ("line2", "phone"):
        address[name] = address[name] or None
    for name, what in _REQUIRED.items():
        if not address[name]:
            raise BadRequest(f"Enter {what}")
    address["email"] = address["email"] or (profile or {}).get("email") or ""
    if "@" not in address["email"]:
        raise BadRequest("Enter an email address")
    if address["countryCode"] not in countries:
        raise BadRequest("Choose a country")
    return address


def _from_profile(id: object, profile: Object | None) -> Object:
    for location in (profile or {}).get("locations") or ():
        if location["id"] == id:
            assert profile is not None
            return {
                **location,
                "name": location["name"] or profile["name"],
                "email": location["email"] or profile["email"],
                "phone": location["phone"] or profile["phone"],
            }
    raise BadRequest("There is no such address")
